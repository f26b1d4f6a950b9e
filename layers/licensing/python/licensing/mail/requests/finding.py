"""Requests in clauses: which verb rules which licenses, and whether it asks for them."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import Clause, has_finite, is_listed_finite, is_someone
from licensing.mail.language.license_grammar import Item
from licensing.mail.language.license_phrases import Run
from licensing.mail.language.tokens import Kind, Token
from licensing.mail.requests.asked import Entry, Said, fewer, is_level, signed
from licensing.mail.requests.headings import (
    heading_of,
    inherited,
    is_person,
    list_heading,
    under_heading,
)
from licensing.mail.requests.verbs import (
    Mood,
    Tone,
    Verb,
    asks_between,
    asks_without_verb,
    is_polite,
    mood_before,
    mood_behind,
    verbs_of,
)


def find_requests(clause: Clause, before: Sequence[Said], tone: Tone) -> Said:
    """Return what a clause asks for; ``before`` are the clauses of its sentence so far."""
    verbs = verbs_of(clause)
    used: set[int] = set()
    requests: list[Entry] = []
    for run in clause.runs:
        ruled = _ruled(clause, run, verbs, tone, used)
        if _is_of_people(clause, run, ruled):
            ruled = Entry(Item(), None, Mood.MENTIONED)
        items = _without_signs(clause, run) if ruled.action is None else run.items
        if ruled.doubt is Doubt.LIMIT:  # of a number to end up with nobody knows how many to add
            ruled = replace(ruled, doubt=None)
            items = tuple(replace(item, doubt=Doubt.LIMIT) for item in items)
        found = [fewer(clause, signed(clause, replace(ruled, item=item))) for item in items]
        counts = any(item.says_license or item.quantity is not None for item in run.items)
        if counts or any(request.mood > Mood.MENTIONED for request in found):
            used |= set(range(run.start, run.end))
        requests += found
    requests = under_heading(requests, before)
    wondering = clause.opened_by == "whether" and "you" not in clause.plain
    wondering |= tone.question and clause.plain[:1] in _WHETHER_DONE
    # "if I add one today, when is it billed?", "did the two licenses go through?"
    wondering |= clause.opening == "if" and tone.asking
    quoted = clause.opening == "quoted"
    most = Mood.TOLD if quoted else Mood.QUESTIONED if wondering else Mood.ASKED
    requests = [replace(r, mood=min(r.mood, most)) for r in requests]
    if requests and all(request.action is None for request in requests):
        requests = inherited(clause, requests, before)
    used |= {i for i, token in enumerate(clause.tokens) if token.kind is Kind.PLACE}
    heading = None if requests else heading_of(clause, verbs, used, tone)
    listed = list_heading(clause, requests)
    if listed is not None:
        heading, requests = listed, []
    return Said(clause, tuple(requests), _rest(clause, used), heading)


_WHETHER_DONE: Final = (("did",), ("has",), ("does",), ("was",), ("were",))


def _is_of_people(clause: Clause, run: Run, ruled: Entry) -> bool:
    """Whether what a verb rules are people: "we're looking for a PT", "we need her PT"."""
    hiring = _HIRING & set(pairwise(clause.plain)) and not any(i.says_license for i in run.items)
    if [t.plain for t in clause.tokens[max(run.start - 2, 0) : run.start]][:1] in _PRICES:
        return True  # "a quote for five licenses"
    nobody = all(not i.says_license and i.quantity is None for i in run.items)
    people = all(is_person(item) for item in run.items)
    licensed = any(item.says_license for each in clause.runs for item in each.items)
    if ruled.doubt is Doubt.MOVED and _BECOMING & set(clause.plain) and not licensed:
        return True  # "she went back to school to become a PT"
    return bool(hiring) or (people and ruled.weak) or (nobody and ruled.mood < Mood.ASKED)


_BECOMING: Final = frozenset({"become", "becomes"})
_HIRING: Final = frozenset({
    *(("looking", "for"), ("looking", "to"), ("bring", "on"), ("bring", "in")),
    *(("bringing", "on"), ("bringing", "in")),
})  # fmt: skip
_PRICES: Final = [[word] for word in ("quote", "quotation", "estimate", "price", "pricing", "cost")]


def _without_signs(clause: Clause, run: Run) -> tuple[Item, ...]:
    """What "plus" joins in news asks for nothing: "we inherited a gym plus two PTAs"."""
    told = clause.plain[0] == "we" and has_finite(clause.tokens[: run.start])
    told &= not _changes(run)
    return tuple(replace(item, sign=0) for item in run.items) if told else run.items


def _changes(run: Run) -> bool:
    return any(item.change for item in run.items)


# The verb that rules


def _ruled(clause: Clause, run: Run, verbs: Sequence[Verb], tone: Tone, used: set[int]) -> Entry:
    """Return a run's request without its item: the verb that rules it, and how it is said."""
    before = next((verb for verb in reversed(verbs) if verb.end <= run.start), None)
    after = [verb for verb in verbs if verb.start >= run.end]
    behind = next((v for v in after if _may_be_past(clause, v)), None)
    if behind is not None and (before is None or before.what == "need"):
        return _ruled_behind(clause, run, behind, tone, used)
    if before is None and after and _commands(clause, run, after[0], tone):
        used |= set(range(after[0].start, after[0].end))
        return Entry(Item(), after[0].action, Mood.ASKED)
    if before is None:
        return _unruled(clause, run, tone)
    bought = behind is not None and clause.tokens[behind.start - 1].plain in _OURSELVES
    done = None if behind is None or bought else behind.action  # "the seat we bought"
    either = {v.action for v in verbs if v.end < before.start and _is_or(clause, before)}
    if before.what != "need" and {Action.ADD, Action.REMOVE} <= {before.action, done, *either}:
        # "we removed one PT license and added two PTA licenses", "add/remove two licenses"
        told = before.form == "past"
        return Entry(Item(), None, Mood.TOLD if told else Mood.MENTIONED)
    ruling = mood_before(clause, before, tone)
    used |= ruling.taken | set(range(before.start, before.end))
    changes = _changes(run)  # "go from 20 to 22", "take PT licenses from 20 to 18"
    if before.what in ("swap", "move") or (before.what == "need" and changes):
        return Entry(Item(), None, ruling.mood, None if changes else Doubt.MOVED, before.what)
    unsure = Doubt.NOT_UNDERSTOOD if before.what.startswith("unsure") else None
    word = clause.tokens[before.start].text if unsure else ""
    weak = before.what == "need"
    if is_level(clause, run, before):
        return Entry(Item(), ruling.action, Mood.ASKED, Doubt.LIMIT)
    takes = clause.tokens[before.start].plain == "take" and before.particle is None
    if takes and not _OURSELVES & set(clause.plain):
        return Entry(Item(), None, Mood.MENTIONED)  # "take 2 licenses": add or remove?
    apart = _mood_apart(clause, before.end, run)
    past = behind.action if behind is not None and behind.form == "past" else None
    again = bought and past is before.action
    if apart is Mood.ANNOUNCED or again:  # "remove about three", "drop the two we canceled"
        unsure = Doubt.NOT_UNDERSTOOD
    mood = min(ruling.mood, apart)
    turned = ruling.action is Action.REMOVE and before.action is Action.ADD
    if turned and any(item.says_more for item in run.items):
        mood = Mood.DENIED  # "we don't need two more"
    return Entry(Item(), ruling.action, mood, unsure, word, weak=weak)


def _commands(clause: Clause, run: Run, verb: Verb, tone: Tone) -> bool:
    """Whether a verb behind licenses orders them: "two PT licenses add please"."""
    counted = any(item.quantity for item in run.items)  # "the four licenses go up in price"
    others = {"need", "raise", "lower"} if counted else {"need"}
    described = clause.tokens[verb.start - 1].plain in ("is", "are")
    if verb.form != "base" or verb.what in others or described:
        return False
    asked = not tone.question and asks_between(clause, run, verb)
    return asked or _near(clause, run.end, verb.start)


def _is_or(clause: Clause, verb: Verb) -> bool:
    return clause.tokens[max(verb.start - 1, 0)].plain in ("or", "/")


_OURSELVES: Final = frozenset({"i", "we", "us"})


def _mood_apart(clause: Clause, start: int, run: Run) -> Mood:
    """What can be asked at most, by the words between: "add a dark mode for the front desk"."""
    inside = {i for other in clause.runs for i in range(other.start, other.end)}
    between = [
        token
        for i, token in enumerate(clause.tokens[: run.start])
        if i >= start and i not in inside and token.kind is not Kind.PLACE
    ]
    named = [t for t in between if (t.plain,) not in lexicon.table("fillers")]
    if [token.plain for token in named] == ["as", "well"]:
        return Mood.ASKED
    if not named or is_someone(named):  # "get Kim Tran a license"
        return Mood.ASKED
    return Mood.ANNOUNCED if any(item.says_license for item in run.items) else Mood.MENTIONED


def _ruled_behind(clause: Clause, run: Run, verb: Verb, tone: Tone, used: set[int]) -> Entry:
    """Licenses with their verb behind them: "two licenses to be added", "one license can go"."""
    ruling = mood_behind(clause, run, verb)
    used |= ruling.taken
    behind = clause.tokens[verb.end : verb.end + 1]
    does = any(item.definite for item in run.items)
    does |= verb.form == "past" and bool(behind) and behind[0].kind in (Kind.ARTICLE, Kind.OUR)
    if does and all(is_person(item) for item in run.items):
        return Entry(Item(), None, Mood.MENTIONED)  # "our PT bought a boat"
    goes = clause.tokens[verb.start].plain in ("go", "goes")
    where = behind[0].words[0].plain if behind else ""
    plans = _PLANS & set(clause.plain) or where == clause.plain[-1]
    if goes and where in ("on", "onto") and plans:  # "one license to go on our account"
        return Entry(Item(), Action.ADD, ruling.mood)
    if goes and where not in ("to", "from"):
        used |= set(range(run.end, verb.end))
        words = clause.plain
        must = any(pair in _HAS_TO for pair in pairwise(words))
        sure = must or clause.tokens[verb.start - 1].plain in ("can", "must", "should")
        sure &= not tone.question
        mood = Mood.ASKED if sure else Mood.ANNOUNCED
        return Entry(Item(), Action.REMOVE, mood)
    counted = any(item.quantity for item in run.items)
    becomes = verb.what == "swap" and clause.tokens[verb.start].words[0].plain == "be"
    if becomes or (counted and verb.what == "move" and verb.form == "past"):
        # "could one be moved to Lakeside?", "can it be turned into a biller license?"
        return Entry(Item(), None, ruling.mood, Doubt.MOVED, verb.what)
    needless = verb.what == "need" and ruling.mood is Mood.DENIED
    mood = Mood.MENTIONED if verb.what == "move" else ruling.mood  # "our licenses go from 2 to 3"
    if tone.grateful and clause.opened_by == "if" and ruling.mood is Mood.TOLD:
        mood = Mood.ASKED  # "I'd appreciate it if two licenses were added"
    return Entry(Item(), verb.action, mood, weak=needless)


_PLANS: Final = frozenset({"account", "plan", "subscription"})
_HAS_TO: Final = frozenset({("has", "to"), ("have", "to"), ("needs", "to"), ("need", "to")})
_LIKE_PAST: Final = frozenset(
    {"set up", "put on", "put in", "put through", "cut", "go up", "go down"}
)

_NEEDING: Final = frozenset({"need", "needs", "wants"})


def _may_be_past(clause: Clause, verb: Verb) -> bool:
    """Whether a verb behind licenses may be a participle, as in "get two licenses set up"."""
    alike = clause.tokens[verb.start].plain in _LIKE_PAST
    if clause.tokens[verb.start].words[0].plain == "go":
        alike &= clause.tokens[verb.start - 1].plain in ("should", "must", "to", "can")
    alike |= verb.form == "ing" and clause.tokens[verb.start - 1].plain in _NEEDING
    return verb.form == "past" or verb.what in ("swap", "move") or alike


def _near(clause: Clause, start: int, end: int) -> bool:
    """Whether only words that change nothing stand between."""
    words = (w.plain for token in clause.tokens[start:end] for w in token.words)
    return lexicon.only("fillers", tuple(words))


_MANNERS: Final = lexicon.words("words", "manners")


def _unruled(clause: Clause, run: Run, tone: Tone) -> Entry:
    """Licenses without a verb: "one more PT license please" asks, "2 PT licenses" does not."""
    counted = any(i.quantity is not None or (i.single and not i.definite) for i in run.items)
    apart = clause.opening in ("so", "because", "who")
    licensed = any(item.says_license for item in run.items)
    if _changes(run) and not has_finite(clause.tokens):
        told = any(letter.isalpha() for item in run.items for letter in item.change)
        sure = (licensed and told) or clause.plain[0] in ("please", "kindly")
        sure |= told and _near(clause, 0, run.start)
        mood = Mood.ANNOUNCED if tone.doubtful else Mood.ASKED
        return Entry(Item(), None, mood if sure else Mood.MENTIONED)
    if any(item.sign for item in run.items) or not counted or apart:
        return Entry(Item(), None, Mood.MENTIONED)
    before = (token for token in clause.tokens[: run.start] if token.kind is not Kind.PLACE)
    words = [word.plain for token in before for word in token.words]
    mood = Mood.ANNOUNCED if tone.question and not tone.pleased else Mood.ASKED
    if asks_without_verb([word for word in words if word not in _MANNERS]):
        mood = Mood.ASKED if is_polite(words[:2]) else mood
        return Entry(Item(), Action.ADD, mood, weak=True)
    thanked = not run.start and clause.text.lower().endswith(_THANKS)  # "2 more OTs thx"
    more = any(item.says_more for item in run.items) and (licensed or tone.pleased or thanked)
    told = any(
        t.kind is Kind.WORD and is_listed_finite(t.plain) and t.plain != "means"
        for t in clause.tokens
    )
    asks = more or (tone.pleased and licensed)
    if asks and not told and _near(clause, 0, run.start):
        ends = [token.kind for token in clause.tokens[run.end - 2 : run.end]]
        bare = ends == [Kind.LICENSE, Kind.NUMBER] and not more  # "billing license 1 pls"
        return Entry(Item(), Action.ADD, Mood.ANNOUNCED if bare else mood, guessed=True)
    if more and licensed and not tone.question:
        return Entry(Item(), Action.ADD, Mood.ANNOUNCED, guessed=True)
    return Entry(Item(), None, Mood.MENTIONED)


_THANKS: Final = (" thx", " thanks", " ty", " thank you")


def _rest(clause: Clause, used: set[int]) -> tuple[tuple[Token, ...], ...]:
    """The words that nothing took, in runs."""
    runs: list[list[Token]] = [[]]
    for i, token in enumerate(clause.tokens):
        if i in used:
            runs.append([])
        else:
            runs[-1].append(token)
    return tuple(tuple(run) for run in runs if run)
