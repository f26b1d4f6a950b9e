"""Verbs that may rule licenses, and whether they ask, by the words around them."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail import lexicon
from licensing.mail.language.clauses import Clause
from licensing.mail.language.license_phrases import Run
from licensing.mail.language.tokens import Kind


class Mood(IntEnum):
    """How licenses are spoken of; the lower, the less is asked for."""

    MENTIONED = 0
    """No verb rules them, or one that asks for nothing."""
    DENIED = 1
    TOLD = 2
    """Of the past, or of what others do."""
    QUESTIONED = 3
    ANNOUNCED = 4
    """It may be meant as a request, in words that do not quite ask."""
    ASKED = 5


@dataclass(frozen=True, slots=True)
class Tone:
    """What a sentence as a whole says of what it asks for."""

    question: bool
    pleased: bool
    """It says "please" of itself, not of a verb."""
    courteous: bool
    """It says "can you" or the like."""
    asking: bool = False
    """It asks what, when or how."""
    grateful: bool = False
    """It says "I would be grateful if" or the like."""

    @property
    def doubtful(self) -> bool:
        """Whether it asks whether something can be done."""
        return self.question and not self.pleased


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the lexicon in a clause, from ``start`` up to ``end``."""

    start: int
    end: int
    what: str
    """add, remove, need, raise, lower, swap or move."""
    form: str
    """base, ing, past or noun."""
    particle: int | None = None
    """Where its second part stands: "take ... off"."""

    @property
    def action(self) -> Action | None:
        """What shall happen to licenses, if it says so."""
        return ACTIONS.get(self.what)


ACTIONS: Final = {
    "unsure_add": Action.ADD, "unsure_remove": Action.REMOVE,
    "add": Action.ADD, "need": Action.ADD, "raise": Action.ADD,
    "remove": Action.REMOVE, "lower": Action.REMOVE,
}  # fmt: skip


def verbs_of(clause: Clause) -> list[Verb]:
    """Return the verbs of a clause, in order."""
    found: list[Verb] = []
    for i, token in enumerate(clause.tokens):
        split = _split_verb(clause, i)
        if split is not None:
            found.append(split)
        elif any(verb.particle == i for verb in found):
            continue
        elif token.kind is Kind.VERB and isinstance(token.value, str):
            what, _, form = token.value.partition(" ")
            if i and form == "base" and clause.tokens[i - 1].kind is Kind.ARTICLE:
                continue  # "unless we still have a free one"
            found.append(Verb(i, i + 1, what, form))
    return found


def _split_verb(clause: Clause, i: int) -> Verb | None:
    """``take ... off`` with the licenses between."""
    lets = [token.plain for token in clause.tokens[i : i + 2]] == ["let", "us"]
    if len(clause.tokens[i].words) > 1 or lets:
        return None  # "let us go for two more"
    first = clause.tokens[i].words[0].plain
    for section, what in (("split remove", "remove"), ("split add", "add")):
        for verb, *particle in lexicon.phrases("requests")[section]:
            if verb != first:
                continue
            for j in range(i + 2, min(i + 14, len(clause.tokens))):
                words = [word.plain for word in clause.tokens[j].words]
                if len(particle) > 1 and len(words) == 1:  # "our way"
                    words += [token.plain for token in clause.tokens[j + 1 : j + 2]]
                placed = clause.tokens[j].kind is Kind.PLACE and words[:1] == particle
                if placed or (words == particle and particle != ["from"]):
                    to = [(t.kind, t.words[0].plain) for t in clause.tokens[j + 1 : j + 2]]
                    moves = what == "remove" and to == [(Kind.PLACE, "to")]  # "take it back to"
                    form = "ing" if verb.endswith("ing") else "base"
                    return Verb(i, i + 1, "move" if moves else what, form, j)
    return None


# What stands before a verb

_NEGATIONS: Final = lexicon.words("words", "denying verbs")
_NO_DENIALS: Final = re.compile(rf"\b(?:{lexicon.text('words', 'no denials')})\b")
_ENSURING: Final = re.compile(lexicon.pattern("words", "ensuring"))
_HAVING: Final = lexicon.words("words", "having")
_WISHING: Final = lexicon.words("words", "wishing")
_OTHERS: Final = lexicon.words("words", "told")
_ASKING_WORDS: Final = lexicon.words("words", "asking words")
_SOFT: Final = lexicon.words("words", "softening verbs")
_MANNERS: Final = lexicon.words("words", "manners")
_ADDRESSED: Final = lexicon.words("words", "addressed")
_JUST_TO: Final = frozenset({("to",), ("both", "to"), ("all", "to")})
_POLITE: Final = frozenset({"you", "can", "could", "would", "will", "may", "might", "mind"})
_ADVICE: Final = frozenset({"tip", "advice", "suggestion", "idea", "offer", "option", "reminder"})
_FEELING: Final = lexicon.words("words", "feeling")
_MAY: Final = ("can", "could", "may", "might")
_YOU: Final = frozenset({("you",), ("you", "would")})
_JOINING: Final = ((), ("plus",), ("and",), ("then",), ("also",))
_YOU_CAN: Final = frozenset((who, modal) for who in ("you", "all") for modal in _MAY)
_NO_NEED: Final = frozenset(
    {("no", "longer"), ("do", "not"), ("does", "not"), ("not", "really"), ("not", "longer")}
)
_SOMEBODY: Final = tuple(
    (*before, who) for before in ((), ("so",), ("and",)) for who in ("he", "she", "they")
)
_SAID_TO: Final = ("said", "to")
_TOLD_US: Final = frozenset((verb, who) for verb in ("told", "asked") for who in ("me", "us"))
"""Somebody else's wish is proposed: "she told me to add one"; not what the vendor said."""
_VENDOR: Final = frozenset({"you", "your", "support"})
_MODALS: Final = frozenset((word,) for word in ("can", "could", "may", "might", "will", "would"))
_STATING: Final = frozenset({("i",), ("we",), ("they",)})


@dataclass(frozen=True, slots=True)
class Ruling:
    """How a verb rules licenses."""

    mood: Mood
    taken: frozenset[int] = frozenset()
    """The tokens before it that belong to it."""
    action: Action | None = None


def mood_before(clause: Clause, verb: Verb, tone: Tone) -> Ruling:
    """Judge the words before a verb."""
    words = [(i, w) for i, w in _spoken(clause, 0, verb.start) if w not in _MANNERS]
    while words and words[-1][1] in _SOFT:
        words.pop()
    said = tuple(word for _, word in words)
    soft = frozenset(range(words[-1][0] + 1 if words else 0, verb.start)) | {
        i for i in range(verb.start) if clause.tokens[i].plain in _MANNERS
    }
    ahead = {w.plain for token in clause.tokens[: verb.start] for w in token.words}
    having = clause.tokens[verb.start].plain in _HAVING and verb.particle is None
    ensured = _ENSURING.search(" ".join(said))
    owns = said[-1:] in _STATING and said[-2:-1] not in _MODALS  # "we have a new PT"
    back = having and "back" in clause.plain  # "can we have one back?"
    if back and (not said or said[-2:] in _YOU_CAN):  # "you can have one back"
        mood = Mood.ANNOUNCED if tone.question else Mood.ASKED
        return Ruling(mood, soft | {i for i, _ in words[-3:]}, Action.REMOVE)
    owns |= said[-2:] in _YOU_CAN  # "you can have a free license"
    if having and not ensured and (owns or not ahead & _WISHING):
        gets = clause.tokens[verb.start].plain == "get" and said[-1:] in _JOINING
        if not gets and (said or not verb.start or clause.tokens[0].kind is not Kind.PLACE):
            return Ruling(Mood.MENTIONED)
        taken = soft | {i for i, _ in words}
        sure = tone.pleased or (bool(said) and not tone.question)
        return Ruling(Mood.ASKED if sure else Mood.ANNOUNCED, taken, verb.action)
    if _negated(said[-6:]) or (verb.form == "ing" and "instead" in said):
        if verb.what == "need" and said[-2:] in _NO_NEED:
            taken = soft | {i for i, _ in words[-3:]}
            return Ruling(Mood.ANNOUNCED, taken, Action.REMOVE)  # "we no longer need 2 of them"
        told = verb.form == "past"  # "never bought her a license"
        return Ruling(Mood.TOLD if told else Mood.DENIED, soft, verb.action)
    if tone.question and _asks_for_answer(said):
        return Ruling(Mood.QUESTIONED, soft, verb.action)
    put = clause.tokens[verb.start].words[0].plain == "put"  # "I put one on last night"
    stated = verb.form == "base" and (verb.what == "remove" or put) and said in _STATING
    wished = tone.grateful and said in _YOU  # "I'd be glad if you'd add one"
    if (verb.form == "past" and not wished) or stated:  # "we let go of a receptionist"
        return Ruling(Mood.TOLD, soft, verb.action)
    form = "need" if verb.what == "need" and verb.form in ("base", "ing") else verb.form
    whole = wished or said in _ALONE
    whole |= said in _JUST_TO and len(clause.tokens) < 5
    framed = len(said) if whole else _framed(said, form)
    harmless = verb.form == "base" and said in lexicon.table("fillers")
    if said and not framed and not harmless:
        needs = verb.what == "need" and said in _SOMEBODY
        told = _is_told(said) or (tone.question and bool(_OTHERS & set(said)))
        mood = Mood.TOLD if told and not needs else Mood.ANNOUNCED
        return Ruling(mood, soft, verb.action)
    taken = soft | {i for i, _ in words[len(words) - framed :]} if framed else soft
    polite = tone.courteous or is_polite(said)
    unsure = verb.form == "third" or back or (tone.question and not polite)
    return Ruling(Mood.ANNOUNCED if unsure else Mood.ASKED, taken, verb.action)


def _spoken(clause: Clause, start: int, end: int) -> list[tuple[int, str]]:
    """The words from a token up to another, each with where it stands; no names of clinics."""
    tokens = [(i, clause.tokens[i]) for i in range(start, end)]
    return [(i, w.plain) for i, t in tokens if t.kind is not Kind.PLACE for w in t.words]


def _is_told(said: tuple[str, ...]) -> bool:
    """Whether words before a verb tell of something."""
    if set(said) & _OTHERS:
        relayed = said[-2:] == _SAID_TO or (said[-1] == "to" and said[-3:-1] in _TOLD_US)
        return not relayed or bool(_VENDOR & set(said))
    *_, teller, to = ("", "", *said)
    reported = (teller.endswith("ed") and teller not in _FEELING) or teller in _ADVICE
    return to == "to" and reported


_OFFERING: Final = frozenset({("how", "about"), ("do", "you", "mind"), ("is", "it", "possible")})


_LICENSES: Final = ("license", "licenses")


def _asks_for_answer(said: Sequence[str]) -> bool:
    """Whether a question begins with "how", "when", "did", or "can" and somebody else."""
    if said[:2] in _OFFERING or said[:3] in _OFFERING:
        return False
    others = said[:1] == ("can",) and bool({*said[1:2]} - _ADDRESSED) and said[-1] not in _LICENSES
    return others or bool(said and said[0] in _ASKING_WORDS)


def _negated(words: Sequence[str]) -> bool:
    return bool(set(_NO_DENIALS.sub("", " ".join(words)).split()) & _NEGATIONS)


def asks_without_verb(words: Sequence[str]) -> bool:
    """Return whether words before licenses ask for them: "may I ask you for"."""
    said = tuple(words)
    past = {"was", "had", "did"} & set(said)
    return not (_negated(said) or past) and _framed(said, "noun") > 0


def asks_between(clause: Clause, run: Run, verb: Verb) -> bool:
    """Return whether words behind licenses ask: "that's two you can go ahead and shut off"."""
    said = tuple(word for _, word in _spoken(clause, run.end, verb.start) if word not in _SOFT)
    return bool(said) and _framed(said, "base") == len(said)


def is_polite(words: Collection[str]) -> bool:
    """Return whether a question with these words asks for something: "could I trouble you for"."""
    return bool(_POLITE & set(words))


def _framed(said: tuple[str, ...], form: str) -> int:
    """How many words at the end ask: the longest frame of the form."""
    frames = _FRAMES.get(form, frozenset())
    for length in range(min(len(said), _LONGEST_FRAME), 0, -1):
        others = said[-length] == "would" and said[:-length][-1:] not in _WISHERS
        if said[-length:] in frames and not others:  # "Jo would love a biller license"
            return length
    return 0


_FRAMES: Final = {
    form: frozenset(
        phrase[:-1] if phrase[-1] == "and" else phrase  # "be a dear and", whose "and" is soft
        for phrase in lexicon.phrases("requests")[f"ask {form}"]
    )
    for form in ("base", "ing", "noun", "need", "past")
}
_ALONE: Final = frozenset(lexicon.phrases("requests")["ask alone"])
_WISHERS: Final = frozenset((word,) for word in lexicon.words("words", "wishers")) | {()}
_LONGEST_FRAME: Final = max(len(phrase) for frames in _FRAMES.values() for phrase in frames)


# What stands behind licenses

_CERTAIN: Final = frozenset(lexicon.phrases("words")["certain past"])
_BEING: Final = (("is",), ("are",), ("get",), ("gets",))
_OVER: Final = frozenset({"had", "was", "were", "got", "thanks"})
_NEEDING: Final = frozenset({"need", "have"})
_OPEN: Final = frozenset({"may", "could"})
_UNSURE: Final = frozenset({"can", "could", "may", "might", "will", "would"})


def mood_behind(clause: Clause, run: Run, verb: Verb) -> Ruling:
    """Judge ``licenses (to be) added``: a participle behind the licenses."""
    between = _spoken(clause, run.end, verb.start)
    words = tuple(word for _, word in between if word not in _SOFT and word != ",")
    ahead = tuple(w.plain for token in clause.tokens[: run.start] for w in token.words)
    mood = Mood.TOLD
    ensured = words in _BEING and _ENSURING.search(" ".join(ahead))
    if set(words) & _NEGATIONS or _negated(ahead[-4:]):
        mood = Mood.DENIED
    elif ensured:
        mood = Mood.ASKED
    elif words == ("being",) and _framed(ahead, "noun"):
        mood = Mood.ASKED  # "I'd appreciate two licenses being added"
    elif not words:
        mood = Mood.TOLD if _OVER & set(ahead) else Mood.ASKED
    elif "might" in words or (_NEEDING & set(words) and _OPEN & set(words)):
        mood = Mood.ANNOUNCED  # "two licenses may have to be added"
    elif any(words[-n:] in _CERTAIN for n in (1, 2, 3)) or (
        words[-1] in ("is", "are") and verb.what == "need"
    ):
        mood = Mood.ASKED
    elif _UNSURE & set(words):
        mood = Mood.ANNOUNCED
    if verb.what.startswith("unsure"):
        mood = min(mood, Mood.ANNOUNCED)
    before = range(run.start if ensured else 0)
    taken = frozenset({i for i, _ in between} | {verb.start, *before})
    return Ruling(mood, taken, verb.action)
