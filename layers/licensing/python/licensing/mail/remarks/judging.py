"""What is said beside the requests: small talk, or words that speak against doing them unasked.

Every clause is looked at. What matters is what it is about: "she isn't coming back" tells of a
person and disturbs nobody, "we don't need them" speaks of the licenses. A clause that nobody can
place counts as a doubt, unless it plainly tells of people and things.
"""

from collections.abc import Collection, Sequence
from itertools import pairwise
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import is_listed_finite, written
from licensing.mail.language.places import unknown_place
from licensing.mail.language.shapes import (
    points,
    shape_of,
)
from licensing.mail.language.tokens import EVERY, NUMBERS, Kind, Token
from licensing.mail.language.words import UNREADABLE
from licensing.mail.remarks.bearings import bears
from licensing.mail.remarks.causes import Cause, cause_in, is_idle_news, may_tell_why, tells_why
from licensing.mail.remarks.conditions import is_condition
from licensing.mail.remarks.courtesies import is_courtesy, is_filler, signs
from licensing.mail.remarks.doubtful import (
    Setting,
    doubt_of,
    doubts_in,
    is_about_request,
    is_idle_question,
    lies_ahead,
    takes_stance,
)
from licensing.mail.remarks.fragments import (
    counts_otherwise,
    doubt_of_fragment,
    is_about_licenses,
    lists_otherwise,
)
from licensing.mail.remarks.restating import (
    capitals_of,
    is_addressed,
    is_breakdown,
    is_for,
    is_nothing,
    is_number_again,
    is_order_again,
    leaves_others,
)
from licensing.mail.remarks.said import FINE, Judgment, Remark

_LASTING: Final = frozenset({"until", "till", "further", "next", "then", "again"})
_MAYBE: Final = frozenset({"may", "might", "unless"})
_SAYING: Final = lexicon.words("words", "saying")
_DRAFTING: Final = lexicon.words("words", "drafting")
_CORRECTING: Final = frozenset({"sorry", "oops", "no", "rather", "meant"})
_COUNTED_ANEW: Final = {word for phrase in NUMBERS for word in phrase} | lexicon.words(
    "words", "correcting a number"
)
_DONE: Final = lexicon.words("words", "done by others")
_AS_BEFORE: Final = frozenset({"same", "usual", "special"})
_MAY_DO: Final = frozenset(
    (who, modal) for who in ("i", "we") for modal in ("can", "could", "may", "might", "will")
)
_CHANGING: Final = ("add base", "remove base", "raise base", "lower base")
_STANDING: Final = lexicon.words("words", "behind pointing") - {"for", "as"} - {"with"} | {"under"}
_TOLD_OF: Final = lexicon.words("words", "telling of requests") | {"meant", "thought", "said"}
_THEM: Final = frozenset({"it", "them", "those", "they", "both"})
_NEGATIONS: Final = lexicon.words("words", "negations")
_POINTING: Final = lexicon.words("words", "pointing")
_TOUCHING: Final = lexicon.words("words", "touching")
_OPENERS: Final = lexicon.words("words", "openers")
_MARKS: Final = frozenset(",;:!.\"'()[]*#-\u2013_^~<>") | {"__", "___"}
_MOVING_CLINIC: Final = lexicon.words("words", "moving to a clinic")
_BEFORE_POLITE: Final = (_OPENERS | {"please"}) - {"no", "but", "though", "yes"}


def judge(remark: Remark, *, names: Collection[str], asked_clinics: Collection[str]) -> Judgment:
    """Judge a remark; ``asked_clinics`` are those that requests are made for."""
    words = _without_numbering(_plain(remark.tokens))
    text = f"{remark.opened_by} {written(remark.tokens)}".strip()
    if not words or all(signs(word, names) for word in words):
        return FINE
    if any(UNREADABLE in word for word in words):
        return Judgment(Doubt.HIDDEN_CHARACTERS, text)
    if leaves_others(remark.tokens, asked_clinics):
        return FINE
    other = _names_others(remark, words, asked_clinics)
    if other is not None:
        return Judgment(other, text)
    capitals = frozenset(capitals_of(remark.tokens))
    said = doubts_in(words, capitals)
    if "retracted" in said:
        may = _MAYBE & {remark.opened_by, *words}  # "Gail may call you to cancel this"
        return Judgment(Doubt.CONDITION if may else Doubt.RETRACTED, text)
    if _is_polite(remark, words, names) or _changes_nothing(remark, words, said, names):
        return FINE
    if remark.question:
        idle = is_idle_question(remark.tokens, words, said)
        return FINE if idle else Judgment(Doubt.QUESTION, text)
    quiet = not said and not set(words) & _NEGATIONS and words[-1] not in _SAYING
    if remark.row and quiet and not tells_why(words):
        return FINE
    shape = shape_of(remark.tokens, words)
    news_of = remark.near and may_tell_why(remark.tokens, words, said, shape)
    cause = cause_in(remark.tokens, words, shape) if remark.releasing else Cause.NONE
    linked = (remark.attached or remark.opening in ("because", "aside")) and tells_why(words)
    reason = remark.releasing and bool(news_of or cause or linked) and shape != "you"
    doubt = _doubt(
        remark, said, Setting(words, shape, reason, remark.attached, capitals, remark.releasing)
    )
    asked = remark.asked and not set(said) & {"later"}
    if doubt is None and not asked and _names_licenses(remark, reason=reason):
        doubt = Doubt.REFERENCE
    news = shape in ("person", "we") or words[:2] == ("it", "seems")
    news |= shape == "fragment" and len(words) > 5 and any(map(is_listed_finite, words[1:]))
    news &= not (remark.releasing and is_idle_news(remark.tokens, words))
    attached = said.get("attached", "").startswith(("attach", "enclos", "see"))
    return Judgment(
        doubt, text if doubt else "", reason, max(cause, Cause(news_of)), news, attached
    )


def _plain(tokens: Sequence[Token]) -> tuple[str, ...]:
    return tuple(w.plain for token in tokens for w in token.words if w.plain not in _MARKS)


def _names_others(
    remark: Remark, words: tuple[str, ...], asked_clinics: Collection[str]
) -> Doubt | None:
    """More people, a clinic that nothing was asked for, a place or type that is none."""
    if lists_otherwise(remark.tokens, remark.quantities):
        return Doubt.NO_QUANTITY
    why = tells_why(words)
    if _names_other_clinic(remark, asked_clinics, reason=why):
        moved = set(words) & _MOVING_CLINIC  # "no wait, Lakeside"
        return Doubt.NO_CLINIC if moved else Doubt.SEVERAL_CLINICS
    if not why and unknown_place(remark.tokens, certain=False):
        return Doubt.UNKNOWN_CLINIC
    other = remark.attached and words[0] == "for" and _is_other_type(remark)
    no_type = other or any(_is_no_type(token) for token in remark.tokens)
    return Doubt.UNKNOWN_TYPE if no_type else None


def _is_other_type(remark: Remark) -> bool:
    """Whether licenses are for somebody of another type: "a therapist license for our new PTA"."""
    whom = [token for token in remark.tokens if token.kind in (Kind.TYPE, Kind.OTHER)]
    return bool(remark.types) and any(token.value not in remark.types for token in whom)


def _is_polite(remark: Remark, words: tuple[str, ...], names: Collection[str]) -> bool:
    """Whether words are small talk: with what opens them, without it, or without clinics."""
    opened = (*(w for w in remark.opened_by.split() if w not in _MARKS), *words)
    bare = words
    while len(bare) > 1 and bare[0] in _BEFORE_POLITE:
        bare = bare[1:]
    spoken = _plain([token for token in remark.tokens if token.kind is not Kind.PLACE])
    said = (opened,) if remark.opening == "if" else (words, opened, bare, spoken)
    lasts = (
        bears(words, frozenset(capitals_of(remark.tokens)), reason=False, releasing=False)
        is Doubt.LATER
    )
    return any(is_courtesy(each, names) for each in said) and not lasts


def _changes_nothing(
    remark: Remark, words: tuple[str, ...], said: dict[str, str], names: Collection[str]
) -> bool:
    """Whether words only repeat or fill: "just the one", "to our account", a clinic's name."""
    if is_number_again(remark, words) or is_nothing(remark.tokens) or is_for(remark, words):
        return True
    if is_order_again(remark, words) or is_addressed(remark, words, said):
        return True
    if not said and is_breakdown(remark, words):
        return True
    if remark.opening == "if":
        return is_filler((*remark.opened_by.split(), *words), names)
    if bears(words, frozenset(), reason=False, releasing=False) is not None:
        return False
    quiet = set(said) <= {"reference"} and (remark.attached or not set(words) & _POINTING)
    return quiet and is_filler(words, names)


def _without_numbering(words: tuple[str, ...]) -> tuple[str, ...]:
    """Words in which "no" before a number denies nothing: "PO no. 4471"."""
    return tuple(
        "number" if word == "no" and after[:1].isdigit() else word
        for word, after in zip(words, (*words[1:], ""), strict=False)
    )


# What speaks against it


def _doubt(remark: Remark, said: dict[str, str], at: Setting) -> Doubt | None:
    """The first rule that finds something to say against the requests."""
    words = at.words
    doubt = Doubt.CONDITION if is_condition(remark, at) else doubt_of(said, at)
    if doubt is Doubt.LATER and remark.opened_by == "since" and not _LASTING & set(words):
        return None  # "since October nobody sits there"
    if doubt is not None:
        return doubt
    denies = remark.opening == "label" and set(words) & _NEGATIONS  # "I did not write: ..."
    if denies or _takes_back(at) or _breaks_off(remark, at):
        return Doubt.NEGATED
    told_by = _DRAFTING if at.shape == "it" else _SAYING  # "this came from Mike", "Sam says: ..."
    ends = remark.opening == "label" and words[-1] in ("this", "that", "following")
    spoken = at.shape == "it" or (at.shape == "person" and ends)
    quoted = spoken and told_by & set(words)
    if quoted or words[0] in _SAYING or (remark.attached and words[-1] in _SAYING):
        return Doubt.REPORTED
    if counts_otherwise(remark.tokens, remark.quantities):
        return Doubt.NO_QUANTITY
    if at.attached and _limits(remark, at):
        return Doubt.NOT_UNDERSTOOD
    return _doubt_of_shape(remark, said, at)


def _doubt_of_shape(remark: Remark, said: dict[str, str], at: Setting) -> Doubt | None:
    words, shape = at.words, at.shape
    if _counts_something(remark, at):
        if set(words) & _CORRECTING and all(word in _COUNTED_ANEW for word in words):
            return Doubt.CORRECTED  # "sorry, three"
        return None if at.reason else Doubt.NOT_UNDERSTOOD
    if not at.attached and _was_done(words):
        return Doubt.REFERENCE
    if at.reason:
        return Doubt.LATER if lies_ahead(words, said) else None
    if shape == "person" or remark.opening in ("because", "who", "so"):
        return Doubt.CONDITION if "condition" in said and remark.attached else None
    if shape != "fragment" and set(words) & _NEGATIONS and is_about_request(words):
        return Doubt.NEGATED
    if _touches(remark, words, shape):
        return Doubt.REFERENCE
    if shape != "fragment" or _tells_again(remark):
        return None
    quantities = remark.quantities
    return doubt_of_fragment(remark.tokens, words, attached=remark.attached, quantities=quantities)


def _was_done(words: tuple[str, ...]) -> bool:
    """Whether words say that it is done: "we got them already", "Kim ordered this"."""
    this = any(a in _DONE and b in ("this", "that") for a, b in pairwise(words))
    return this or bool(set(words) & _DONE and set(words) & _THEM)


def _touches(remark: Remark, words: tuple[str, ...], shape: str) -> bool:
    """Whether something may be done to the request: "we may cancel it", "it's on his desk"."""
    if shape in ("we", "you") and points(words) and set(words) & _TOUCHING:
        return True
    if _may_do(remark.tokens) and not remark.attached:
        return True
    stands = words[1:2] in (("is",), ("are",)) and bool(set(words[2:3]) & _STANDING)
    return shape == "it" and stands


def _limits(remark: Remark, at: Setting) -> bool:
    """Whether words tell of which kind licenses shall be: "but the look-don't-touch kind"."""
    said = set(at.words)
    kind = at.shape == "fragment" or bool(said & {"kind", "sort"})
    return (remark.opening == "but" and kind and "yes" not in said) or (
        at.words[0] == "with" and bool(_AS_BEFORE & said)
    )


def _may_do(tokens: Sequence[Token]) -> bool:
    """Whether "we" may add or remove something: "we can always cancel later"."""
    plain = [token.plain for token in tokens]
    return any(
        (plain[i], plain[i + 1]) in _MAY_DO
        and any(t.value in _CHANGING for t in tokens[i + 2 : i + 5])
        for i in range(len(plain) - 1)
    )


def _tells_again(remark: Remark) -> bool:
    """Whether words without a verb name the people for whom all licenses are asked for."""
    types = {t.value for t in remark.tokens if t.kind is Kind.TYPE}
    numbers = {t.value for t in remark.tokens if t.kind is Kind.NUMBER}
    known = {1, sum(remark.quantities), len(remark.types), *remark.quantities}
    begins = remark.tokens[0].kind in (Kind.NUMBER, Kind.ARTICLE, Kind.TYPE)
    return begins and not remark.attached and types == remark.types and numbers <= known


_STRANDING: Final = frozenset({"in", "on", "talk", "speak", "listen", "go", "get", "used"})
"""Before "to" at the end: "nothing to log in to"."""


def _breaks_off(remark: Remark, at: Setting) -> bool:
    """Whether words end in "not": the next line may say what not to do."""
    told = at.shape == "person" and remark.tokens[-1].text.lower().endswith("n't")
    stranded = at.words[-1] == "to" and at.words[-2:-1] and at.words[-2] in _STRANDING
    return at.words[-1] in ("not", "never", "to", "no") and not (told or stranded)


def _counts_something(remark: Remark, at: Setting) -> bool:
    """Whether a number stands at the edge of words: it may be another number of licenses."""
    counts = [token.kind is Kind.NUMBER for token in remark.tokens]
    told = not remark.attached or at.shape in ("we", "person")
    did = {word for word in at.words if word.endswith("ed") and len(word) > 4}
    if at.shape in ("we", "person") and did - _TOLD_OF and not counts[-1]:
        return False  # "we interviewed eleven people"
    if told and not is_about_licenses(at.words):
        return False  # "Boarding in 5", "we went from three shifts to one"
    if at.shape == "person" and at.words[-2:] == ("the", "one"):
        return False  # "she's the one who wrote to you"
    if counts[-1] or (counts[0] and len(at.words) < 6):
        numbers = {t.value for t in remark.tokens if t.kind is Kind.NUMBER}
        return not (_tells_again(remark) and numbers == remark.quantities)
    return at.shape == "we" and any(counts) and len(at.words) < 5


def _takes_back(at: Setting) -> bool:
    """Whether words deny a need of what was asked for: "we don't need them"."""
    if not at.reason and takes_stance(at.words) and set(at.words) & _NEGATIONS:
        return True
    return "nobody" in at.words[:2] and bool({"left", "quit", "resigned"} & set(at.words))


# What names something


def _is_no_type(token: Token) -> bool:
    """Whether a token is a kind of work that sounds like a type: "office assistant"."""
    types = lexicon.table("licenses")
    return token.kind is Kind.OTHER and any(
        types.get((word.plain,), "").startswith("type") for word in token.words
    )


def _names_other_clinic(remark: Remark, asked: Collection[str], *, reason: bool) -> bool:
    if reason or remark.opening in ("because", "who"):
        return False
    named = {str(token.value) for token in remark.tokens if token.kind is Kind.PLACE} - {EVERY}
    return bool(named - set(asked))


def _names_licenses(remark: Remark, *, reason: bool) -> bool:
    if reason or remark.opening == "because":
        return False
    return any(token.kind is Kind.LICENSE for token in remark.tokens)
