"""What speaks against doing a mail's requests unasked."""

import re
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise
from typing import Final

from licensing.domain.adjustments import Action
from licensing.domain.limits import MOST_PER_REQUEST
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import has_finite
from licensing.mail.language.places import unknown_place
from licensing.mail.language.tokens import EVERY, Kind, Token
from licensing.mail.outcomes.outcome import Worry
from licensing.mail.outcomes.survey import Survey
from licensing.mail.outcomes.unheard import unheard
from licensing.mail.outcomes.voices import other_voices
from licensing.mail.remarks.examples import asks, releases, weight, words_in
from licensing.mail.remarks.judging import judge_apart
from licensing.mail.remarks.phrases import doubts_in
from licensing.mail.requests.asked import Entry, Said
from licensing.mail.requests.gathering import gather
from licensing.mail.requests.verbs import Mood, verbs_of


def worries_of(found: Survey) -> list[Worry]:
    """Return all that speaks against the requests, in order of weight."""
    judged = ((each.doubt, each.words, each.at) for each in found.judged)
    return [
        *(Worry(doubt, words, at) for doubt, words, at in judged if doubt is not None),
        *(worry for entry in found.entries for worry in _of_entry(found, entry)),
        *unheard(found),
        *_shared_otherwise(found),
        *_summed_otherwise(found),
        *_reasons_against(found),
        *_said_against(found),
        *_for_a_day(found),
        *_below(found),
        *other_voices(found),
        *([] if found.from_title else _in_title(found)),
    ]


_EACH: Final = frozenset({"each", "apiece"})
_NOT_LIVE: Final = {
    Mood.DENIED: Doubt.NEGATED,
    Mood.QUESTIONED: Doubt.QUESTION,
    Mood.MENTIONED: Doubt.REFERENCE,
    Mood.TOLD: Doubt.REFERENCE,
}


def _of_entry(found: Survey, entry: Entry) -> Iterator[Worry]:
    clause = found.said[entry.at].clause
    mood = entry.mood
    if entry.live:
        if clause.opening in ("if", "who") or clause.opened_by == "except":
            yield Worry(Doubt.CONDITION, f"{clause.opened_by} {clause.text}", entry.at)
        each = any(t.kind is not Kind.PLACE and t.plain in _EACH for t in clause.tokens)
        if each and entry.item.quantity == 1 and len(found.live) == 1:
            yield Worry(Doubt.NO_QUANTITY, clause.text, entry.at)  # nobody knows for how many
        earlier = found.live[: found.live.index(entry)]
        apart = all(each.sentence < entry.sentence for each in earlier)
        plus = apart and clause.plain[0] == "plus"  # "drop one COTA license. Plus a biller"
        plus &= bool(earlier) and not earlier[-1].item.sign and found.releasing
        if plus or _is_part(clause.tokens, entry, earlier):
            yield Worry(Doubt.REFERENCE, clause.text, entry.at)
        placed = {each.item.clinic_id for each in found.live}
        if None not in placed and EVERY not in placed and not placed.issuperset(entry.clinics):
            yield Worry(Doubt.SEVERAL_CLINICS, clause.text, entry.at)  # "Lakeside is one over"
        yield from _turned(found, entry)
        if entry.doubt is not None:
            yield Worry(entry.doubt, entry.words or clause.text, entry.at)
        sure = _asks_plainly(found, entry) or any(i > entry.at for i in found.repeated)
        if (mood is Mood.ANNOUNCED and not sure) or _asks_hardly(found, entry):
            yield Worry(Doubt.NOT_UNDERSTOOD, clause.text, entry.at)
        return
    if found.stays(entry):
        return
    licensed = entry.item.says_license and not {"thanks", "thank"} & set(clause.plain)
    beside = any(each.sentence == entry.sentence for each in found.live)
    told = entry.tells and all(each.at != entry.at for each in found.live)
    counts = entry.item.quantity is not None or entry.item.doubt is not None
    named = counts and bool(entry.item.quantity is not None or entry.item.license_type)
    kinds = {None, *(each.item.license_type for each in found.live)}
    counted = licensed and (named or entry.item.license_type not in kinds)
    counted |= beside and counts and not told
    headed = any(e.sentence == entry.sentence and e.opens for e in found.live)
    counted |= headed and entry.item.license_type not in kinds  # "three: Ivan is a PT, Lou a PTA"
    counted |= bool(entry.item.change and entry.item.license_type)
    matters = {Mood.MENTIONED: counted, Mood.TOLD: licensed}.get(mood, True)
    if mood in _NOT_LIVE and matters and not found.supports(entry, clause):
        words = tuple(w for s in found.sentence(entry.sentence) for w in s.clause.plain)
        anew = entry.item.license_type in kinds - {None} and mood is Mood.MENTIONED
        anew &= "no" in words or "corrected" in doubts_in(words)  # "sorry, I meant one PT license"
        yield Worry(Doubt.CORRECTED if anew else _NOT_LIVE[mood], clause.text, entry.at)


def _turned(found: Survey, entry: Entry) -> Iterator[Worry]:
    """Words beside licenses that are needed say the opposite: "need one PT license (cut)"."""
    beside = [s for s in found.sentence(entry.sentence) if not s.requests]
    turning = [each.clause for each in beside if not has_finite(each.clause.tokens)]
    needed = entry.weak and entry.action is Action.ADD
    if needed and any(verb.what == "remove" for each in turning for verb in verbs_of(each)):
        yield Worry(Doubt.NO_ACTION, found.said[entry.at].clause.text, entry.at, "action")


def _is_part(tokens: Sequence[Token], entry: Entry, earlier: Sequence[Entry]) -> bool:
    """Whether some of the licenses before may be meant: "two PT licenses, one for a COTA"."""
    kinds = [token.kind for token in tokens if token.kind is not Kind.ARTICLE]
    named = [token.value for token in tokens if token.kind is not Kind.ARTICLE]
    share = [Kind.COMMA, Kind.NUMBER, Kind.FOR, Kind.TYPE]
    shares = any(
        kinds[i : i + 4] == share and named[i + 3] is entry.item.license_type
        for i in range(len(kinds))
    )
    part = shares or any(token.plain == "of which" for token in tokens)
    wholes = (each.item for each in earlier if each.sentence == entry.sentence)
    number = entry.item.quantity or 0
    kinds_before = {item.license_type for item in wholes if (item.quantity or 0) > number}
    return part and bool(kinds_before - {None, entry.item.license_type})


_SHARING: Final = frozenset({"is", "are", "goes", "go"})


def _shared_otherwise(found: Survey) -> Iterator[Worry]:
    """Shares that come to another number: "add 3. One is for Mei and one is for Callum"."""
    quantities = [entry.item.quantity or 0 for entry in found.live]
    for _, clauses in groupby(enumerate(found.said), lambda each: each[1].sentence):
        said = list(clauses)
        tokens = [token for _, each in said for token in each.clause.tokens]
        bare = [token for token in tokens if token.plain not in _SHARING]
        shares = [
            number.value
            for number, behind in pairwise(bare)
            if isinstance(number.value, int) and number.value <= MOST_PER_REQUEST
            and behind.kind in (Kind.FOR, Kind.TO)
        ]  # fmt: skip
        asked = any(entry.sentence == said[0][1].sentence for entry in found.live)
        more = asked and any(_adds_share(each.clause.tokens) for _, each in said)
        if more or (len(shares) > 1 and sum(shares) not in (sum(quantities), *quantities)):
            yield Worry(Doubt.NO_QUANTITY, said[0][1].clause.text, said[0][0])


def _adds_share(tokens: Sequence[Token]) -> bool:
    """Whether a share is one more license: "one PT license for Ann and one for Bo"."""
    kinds = [token.kind for token in tokens]
    whom = [i for i, kind in enumerate(kinds) if kind is Kind.FOR and i]
    whom = [i for i in whom if Kind.TYPE not in kinds[i + 1 : i + 3]]
    shares = [i for i in whom if kinds[i - 1] in (Kind.NUMBER, Kind.ARTICLE)]
    joined = len(shares) == 1 and Kind.AND in kinds[max(shares[0] - 2, 0) : shares[0] - 1]
    return bool(shares) and (whom[0] != shares[0] or joined)


_SUM: Final = re.compile(lexicon.pattern("words", "sums"))


def _summed_otherwise(found: Survey) -> Iterator[Worry]:
    """A sum of neither what is asked for nor what there will be: "that makes 12 in all"."""
    changes: dict[object, int] = {}
    for entry in found.live:
        signed = (entry.item.quantity or 0) * (1 if entry.action is Action.ADD else -1)
        for key in {"", entry.item.clinic_id, entry.item.license_type} - {None}:
            changes[key] = changes.get(key, 0) + signed
    there = {(kind, n) for clinic in found.clinics for kind, n in clinic.purchased.items()}
    fits = {1, *map(abs, changes.values()), *(n + changes.get(kind, 0) for kind, n in there)}
    for i, said in enumerate(found.said):
        clause = said.clause
        both = found.said[i : i + 1 + (clause.opening == "label")]  # "Total: 3"
        tokens = (token for each in both for token in each.clause.tokens)
        text = " ".join(str(t.value) if isinstance(t.value, int) else t.plain for t in tokens)
        match = _SUM.search(text)
        if match and "$" not in clause.text and int(match[match.lastindex or 0]) not in fits:
            yield Worry(Doubt.NO_QUANTITY, clause.text, i)


def _reasons_against(found: Survey) -> Iterator[Worry]:
    """A reason to release beside licenses to add: "add one, since Ann has left"."""
    adding = {each.sentence for each in found.live if each.action is Action.ADD}
    for i, said in enumerate(found.said):
        clause = said.clause
        if clause.opening != "because" or said.sentence not in adding or found.releasing:
            continue
        rest = [each for each in found.said[i:] if each.sentence == said.sentence]
        words = tuple(word for each in rest for word in each.clause.plain)
        told = {known[0] for k in range(len(words)) if (known := lexicon.at("reasons", words, k))}
        if "gone" in told and "grown" not in told:
            yield Worry(Doubt.NOT_UNDERSTOOD, clause.text, i)


_AGAINST: Final = {
    tuple(name.split()): re.compile(lexicon.pattern("against", name))
    for name in lexicon.phrases("against")
}


def _said_against(found: Survey) -> Iterator[Worry]:
    """What patterns hear against the requests: "Ann left. Bo gets her login"."""
    asking, named = ({e.at for e in found.live}, {e.item.named for e in found.live})
    for i, said in enumerate(found.said):
        words = " ".join(said.clause.plain)
        about = {
            "any",
            *named,
            "release" if found.releasing else "adding",
            "asking" * (i in asking),
        }
        for (clauses, doubt), pattern in _AGAINST.items():
            if clauses in about and pattern.search(words):
                yield Worry(Doubt(doubt), said.clause.text, i)


_MONTHS: Final = "|".join(month[:3] for month in lexicon.words("words", "months"))
_DAY_ALONE: Final = re.compile(
    lexicon.pattern("words", "a day alone").replace("MONTH", f"(?:the )?(?:{_MONTHS})[a-z]*")
)


def _for_a_day(found: Survey) -> Iterator[Worry]:
    """A subject or a sentence that is a day and no more: "Effective: Dec 1"."""
    text = enumerate(found.said)
    sentences = [list(clauses) for _, clauses in groupby(text, lambda each: each[1].sentence)]
    for clauses in ([(_TITLE, said) for said in found.title], *sentences):
        words = " ".join(word for _, said in clauses for word in said.clause.plain)
        if _DAY_ALONE.fullmatch(words):
            yield Worry(Doubt.LATER, clauses[-1][1].clause.text, clauses[-1][0])


def _below(found: Survey) -> Iterator[Worry]:
    """Words that may be the sender's must not cast a doubt; a request below is none."""
    end = len(found.said)
    for said in found.below:
        if said.asks or said.heading:
            yield Worry(Doubt.REFERENCE, said.clause.text, end)
            continue
        asked = (entry.item.quantity or 0 for entry in found.live)
        judgment = judge_apart(said, found.asked_clinics, asked, question=said.question)
        if judgment.doubt is Doubt.RETRACTED:
            yield Worry(Doubt.CORRECTED, judgment.words, end)
        elif judgment.doubt is not None:
            yield Worry(judgment.doubt, judgment.words, end)


# The subject

_TITLE: Final = -1
_IN_TITLE: Final = (Doubt.RETRACTED, Doubt.CORRECTED, Doubt.HEDGED)
_LEAVING_OPEN: Final = lexicon.words("words", "titles that leave open")
_LEFT: Final = frozenset({"left", "quit", "quits", "leaving", "resigned", "retired", "fired"})


def _in_title(found: Survey) -> Iterator[Worry]:
    """A subject must not say something else than the text."""
    live = found.live
    actions = {entry.action for entry in live}
    types = {None, *(entry.item.license_type for entry in live)}
    for said in found.title:
        clause, heading = said.clause, said.heading
        verbs = [verb for verb in verbs_of(clause) if verb.what in ("add", "remove")]
        told = {verb.action for verb in verbs if clause.runs}  # "PTA license removal"
        told = told or _way_of(said)
        kinds = {t.value for t in clause.tokens if t.kind is Kind.TYPE and t.plain != "billing"}
        other = kinds - types
        if (heading and heading[0] not in actions) or (told and not told & actions) or other:
            yield Worry(Doubt.SUBJECT_DIFFERS, said.clause.text, _TITLE)
    for entry in gather(found.title, clinics=[clinic.clinic_id for clinic in found.clinics]):
        clause = found.title[entry.at].clause
        if _counts_differ(entry, live):
            yield Worry(Doubt.SUBJECT_DIFFERS, clause.text, _TITLE, "quantity")
    clinics = {c for entry in live for c in (entry.item.clinic_id, *entry.clinics) if c}
    clinics = clinics or {place for said in found.said for place in said.places}
    named = {place for said in found.title for place in said.places}
    if named and clinics and not named <= clinics:  # "one at Main Street and one at Lakeside"
        blank = "" if named & clinics else "clinic_id"
        yield Worry(Doubt.SUBJECT_DIFFERS, "", _TITLE, blank)
    for said in found.title:
        if unknown_place(said.clause.tokens):
            yield Worry(Doubt.SUBJECT_DIFFERS, said.clause.text, _TITLE)
        asked = (entry.item.quantity or 0 for entry in live)
        judgment = judge_apart(said, named | clinics, asked, question=False)
        wary = _LEAVING_OPEN if found.releasing else _LEAVING_OPEN | _LEFT  # "Robin left"
        if judgment.doubt in _IN_TITLE or wary & {*re.split(r"[ ?]+", said.source.lower())}:
            yield Worry(Doubt.SUBJECT_DIFFERS, said.clause.text, _TITLE)


_CLEAR: Final = 2.1
"""From here on the words of a subject tell whether licenses are to be added or released."""


def _way_of(said: Said) -> set[Action | None]:
    """What a subject says without a verb, by the examples: "one biller less"."""
    words = words_in([said])
    way = releases(words) if {"Type", "License"} & {*words} else 0.0
    return {Action.REMOVE if way > 0 else Action.ADD} if abs(way) >= _CLEAR else set()


def _counts_differ(entry: Entry, live: Sequence[Entry]) -> bool:
    """Whether the subject has another number of the same licenses than the text."""
    item = entry.item
    sums = {e.item.quantity for e in live} | {sum(e.item.quantity or 0 for e in live)}
    same = item.license_type in (None, *(e.item.license_type for e in live))
    named = entry.live or item.license_type is not None
    return named and same and item.quantity not in (None, *sums)


# Whether a sentence asks, by the examples of adds.txt, releases.txt and asks_nothing.txt: they tell
# plain requests in words that no rule knows from wishes, reports and plans in words of a request.

_PLAIN: Final = 0.4
"""From here on the words of a sentence ask for licenses."""
_HARDLY: Final = -1.0
"""Below it they ask for none, unless those of the clause alone do: "... since both left"."""
_POLITE: Final = frozenset({"can", "could", "may", "might", "mind", "will", "would"})
"""A question with one of these may be an order: "would you put two more on?"."""
_UNSURE: Final = frozenset({"probably", "perhaps", "maybe", "possibly", "might", "than"})


def _asks_plainly(found: Survey, entry: Entry) -> bool:
    """Whether a sentence asks for what its verb does, in words that no rule knows."""
    item = entry.item
    if entry.guessed and (item.change or not (item.says_more and item.says_license)):
        return False  # "billing license 1 pls"
    sentence = found.sentence(entry.sentence)
    words = words_in(sentence)
    if _UNSURE & set(words):
        return False  # "one front desk license could probably go"
    if sentence[0].question and not _POLITE & set(words):
        return False  # "please release one therapist license, Ann retired?"
    way = releases(words) if entry.action is Action.REMOVE else -releases(words)
    named = {"License", "Type"} <= set(words)
    return named and asks(words) >= _PLAIN and way > 0 and weight(words) < 0


def _asks_hardly(found: Survey, entry: Entry) -> bool:
    """Whether a sentence asks for nothing, whatever its verb."""
    words = words_in(found.sentence(entry.sentence))
    alone = words_in([found.said[entry.at]])
    return "Type" in words and asks(words) < _HARDLY and asks(alone) < 0
