"""Doubtful phrases beside a request: which of them matter in a clause of which shape."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.shapes import Shape, points, tells_past
from licensing.mail.language.tokens import NUMBERS, Kind, Token
from licensing.mail.remarks.bearings import bears
from licensing.mail.remarks.fragments import is_about_licenses
from licensing.mail.remarks.topics import topics_in

DOUBTS: Final = {
    "corrected": Doubt.CORRECTED,
    "condition": Doubt.CONDITION,
    "hedged": Doubt.HEDGED,
    "authority": Doubt.AUTHORITY,
    "attached": Doubt.REFERENCE,
    "later": Doubt.LATER,
    "relayed": Doubt.REPORTED,
    "reference": Doubt.REFERENCE,
}
"""The sections of doubts.txt in the order in which they are looked at, and what they raise."""
_OF_PERSONS: Final = frozenset(DOUBTS) - {"condition", "later"}
"""Those that matter where a person is spoken of."""
_APPROXIMATE: Final = lexicon.words("words", "approximate")
_WHENS: Final = lexicon.words("words", "whens")
_EVERYDAY: Final = lexicon.words("words", "everyday references")
_STANCES: Final = lexicon.words("words", "stances") | lexicon.words("words", "touching")
_PAST_DAYS: Final = lexicon.words("words", "past days")
_BEFORE_MONTH: Final = lexicon.words("words", "before months")
_MODALS: Final = frozenset(" ".join(each) for each in lexicon.phrases("words")["modals"])
_RETURNS: Final = frozenset(" ".join(each) for each in lexicon.phrases("words")["returns"])
_PLANS: Final = frozenset(" ".join(each) for each in lexicon.phrases("words")["plans"])
_NO_JOKE: Final = frozenset({"joking", "joke", "kidding", "typo", "mistake", "prank", "drill"})
_CALLED_OFF: Final = frozenset(" ".join(each) for each in lexicon.phrases("words")["called off"])
_OVER: Final = lexicon.words("words", "past")
_ASKED: Final = lexicon.words("words", "telling of requests")
_DENYING: Final = frozenset({"not", "never", "nobody", "no"})
_WISHED: Final = frozenset({"it", "he", "she", "they"})
_BEFORE_PAST: Final = frozenset({"last", "ms", "mr", "mrs", "in", "since", "the"})


@dataclass(frozen=True, slots=True)
class Setting:
    """Where doubtful phrases stand."""

    words: tuple[str, ...]
    shape: Shape
    reason: bool
    """They tell why licenses are released."""
    attached: bool
    """Their sentence asks for something."""
    capitals: frozenset[str] = frozenset()
    releasing: bool = False
    """Licenses are to be released, so that somebody's return matters."""


def without_idioms(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return words without the phrases that only sound doubtful: "like she never left"."""
    found: list[str] = []
    i = 0
    while i < len(words):
        section, length = lexicon.at("doubts", words, i) or ("", 1)
        found += ["~"] if section == "fine" else words[i : i + length]
        i += length
    return tuple(found)


def doubts_in(words: tuple[str, ...], capitals: frozenset[str]) -> dict[str, str]:
    """Return the doubtful phrases by section; ``capitals`` are words written with one."""
    found: dict[str, str] = {}
    i = 0
    while i < len(words):
        now = lexicon.at("fillers", words, i)
        if now is not None and now[0] == "now" and now[1] > 1:
            i += now[1]
            continue
        section, length = lexicon.at("doubts", words, i) or ("", 1)
        if section and not _is_name(words, i, length, capitals):
            phrase = " ".join(words[i : i + length])
            if found.get(section, phrase) in _MODALS:  # what follows may weigh more
                found[section] = phrase
            found.setdefault(section, phrase)
        i += length
    return found


def _is_name(words: tuple[str, ...], i: int, length: int, capitals: frozenset[str]) -> bool:
    """Whether a phrase is harmless here: "May" may be a person, "last March" is over."""
    before = words[i - 1] if i else ""
    phrase = " ".join(words[i : i + length])
    if words[i] == "may" and "may" in capitals and before not in _BEFORE_MONTH:
        return True
    if words[i] == "may" and words[i + 1 : i + 2] and words[i + 1] in _WISHED:
        return True  # "may it rest in peace"
    if phrase in _RETURNS and _DENYING & set(words[max(0, i - 3) : i]):
        return True
    if phrase in _PLANS and before == "not":
        return True
    if phrase in _NO_JOKE and "not" in words[max(0, i - 2) : i]:
        return True  # "and I'm not even joking"
    if phrase == "instead" and words[i + 1 : i + 2] == ("of",) and words[-1] != "of":
        return words[i + 2].endswith("ing") and not lexicon.at("requests", words, i + 2)
    if (phrase.startswith("on ") and before in _OVER) or "since" in words[max(0, i - 2) : i]:
        return True  # "who started on Monday", "with us since the 1st"
    return phrase in _PAST_DAYS and before in _BEFORE_PAST


def doubt_of(said: dict[str, str], setting: Setting) -> Doubt | None:
    """Return what the first phrase that matters raises."""
    if not setting.attached and _tells_of_others(setting):
        said = {
            section: phrase
            for section, phrase in said.items()
            if section != "reference" and phrase not in _IDLE
        }
    for section, doubt in DOUBTS.items():
        if setting.shape == "person" and section not in _OF_PERSONS:
            continue
        if section in said and _matters(section, said[section], setting):
            return doubt
    return bears(
        without_idioms(setting.words),
        setting.capitals,
        reason=setting.reason,
        releasing=setting.releasing,
        attached=setting.attached,
    )


_IDLE: Final = lexicon.words("words", "idle hedges")
_ORDERING: Final = lexicon.words("words", "telling of requests") | {"order", "request", "same"}


_STOCK: Final = frozenset({"enough", "plenty", "spare", "left", "free", "unused", "open", "extra"})


def _tells_of_others(at: Setting) -> bool:
    """Whether words tell of people or of us, and of no request: they refer to nothing in it."""
    about = points(at.words) or is_about_licenses(at.words)
    about |= bool((_ORDERING | _STOCK) & set(at.words))
    return at.shape in ("person", "we") and len(at.words) > 3 and not about


def _matters(section: str, phrase: str, at: Setting) -> bool:
    """Whether a doubtful phrase matters in a clause of this shape."""
    if phrase in _APPROXIMATE:
        behind = set(at.words[at.words.index(phrase) + 1 :][:3]) if phrase in at.words else set()
        counts = [(w.isdigit() or (w,) in NUMBERS) and w in behind for w in at.words]
        units = [not is_about_licenses((w,)) for w in (*at.words[1:], "more")]
        return any(n and not unit for n, unit in zip(counts, units, strict=True))
    if phrase in _MODALS:
        others = tuple(word for word in at.words if word != phrase)
        of_request = at.shape in ("it", "fragment") or is_about_request(others)
        of_request = of_request or (at.shape == "person" and points(others))
        of_request = of_request or (at.releasing and at.words[0] in _WISHED)  # "they might stay"
        return at.reason or at.attached or of_request
    if phrase in _RETURNS and not at.releasing and at.shape != "fragment":
        return at.shape == "it"
    if "need" in phrase:
        return not at.reason
    if at.shape == "person":
        return _matters_of_person(section, phrase, at)
    rule = _RULES.get(section)
    return rule is None or rule(phrase, at)


def _matters_of_person(section: str, phrase: str, at: Setting) -> bool:
    if section == "reference":
        alike = phrase == "the same" and at.words[:2] != ("the", "same") and not points(at.words)
        return " " in phrase and not at.reason and not alike
    returns = any(word in phrase for word in ("back", "stay", "mind", "returned"))
    if section == "corrected" and " " in phrase and not at.reason:
        return True  # "the hires backed out"
    return section != "corrected" or returns or " ".join(at.words).startswith(phrase)


def _later(phrase: str, at: Setting) -> bool:
    if phrase.endswith("day") and not at.attached and (at.shape == "it" or at.words[0] == "what"):
        return False  # "it's Taco Tuesday"
    of_request = at.shape in ("fragment", "it") or points(at.words)
    return not at.reason and of_request and not tells_past(at.words)


def _condition(phrase: str, at: Setting) -> bool:
    return phrase not in _WHENS or at.shape == "fragment" or at.attached


def _reference(phrase: str, at: Setting) -> bool:
    again = bool(_REQUESTED & set(at.words))
    ours = at.shape == "we" and (phrase in _EVERYDAY or phrase.startswith("still ")) and not again
    ours |= at.shape == "we" and tells_past(at.words) and not set(at.words) & _ASKED
    return not at.reason and not ours


def _corrected(phrase: str, at: Setting) -> bool:
    return not at.reason or phrase not in _CALLED_OFF


_REQUESTED: Final = frozenset({"asked", "requested", "ordered"})
_RULES: Final[dict[str, Callable[[str, Setting], bool]]] = {
    "later": _later,
    "condition": _condition,
    "reference": _reference,
    "corrected": _corrected,
}


def lies_ahead(words: tuple[str, ...], said: dict[str, str]) -> bool:
    """Return whether a reason lies in the future: it may not come."""
    ahead = any(
        a == "will" and b not in _NOT_AHEAD and not tells_past(("", b))  # "Will took a job"
        for a, b in zip(words, (*words[1:], ""), strict=True)
    )
    if ahead and not {"last", "nobody", "never"} & set(words):
        return True
    if _OVER & set(words):
        return False
    going = any(word.endswith("ing") and lexicon.at("reasons", (word,), 0) for word in words)
    if said.get("later", "").split(" ")[0] in _AHEAD and "last" not in words:
        return True
    if not going and not {"will", "leaves", "retires", "ends", "then", "goes", "moves"} & set(
        words
    ):
        return False
    return "later" in said and "last" not in words


def is_about_request(words: tuple[str, ...]) -> bool:
    """Return whether words about "us" or "it" may be about what is asked for."""
    acts = {w for w, behind in pairwise(words) if (w, behind) != ("do", "not")}
    like = words[-1] in ("it", "this", "that") and {"like", "do", "work", "have"} & acts
    short = len(words) < 4 and "make" not in words
    about = is_about_licenses(words)
    stance = set(words) & _STANCES and (points(words) or about)
    return bool(stance or like or (short and about))


_AHEAD: Final = frozenset({"next", "first", "coming", "tomorrow", "starting", "in", "end", "by"})
_NOT_AHEAD: Final = frozenset({"not", "cover", "handle"})


def takes_stance(words: tuple[str, ...]) -> bool:
    """Return whether words say how one stands to something that they point to."""
    return points(words) and bool(set(words) & _STANCES)


_QUESTIONING: Final = lexicon.words("words", "questioning")
_ASKED_OF: Final = frozenset({"money", "enough", "again", "unsure", "charging"})
_RHETORICAL: Final = lexicon.words("words", "rhetorical")


def is_idle_question(tokens: Sequence[Token], words: tuple[str, ...], said: dict[str, str]) -> bool:
    """Return whether a question is about something else: "Is the webinar on the 12th recorded?"."""
    if _RHETORICAL & set(words[:4]) and set(said) <= {"hedged", "later", "reference"}:
        return not any(token.kind is Kind.LICENSE for token in tokens)
    about = any(t.kind in (Kind.TYPE, Kind.LICENSE, Kind.NUMBER) for t in tokens)
    stance = set(words) & (_QUESTIONING | lexicon.words("words", "stances"))
    asked = said.get("hedged") in ("could", "would")  # "could you also tell me what time it is"
    about |= bool(set(said) - {"later", "fine"} - ({"hedged"} if asked else set()))
    touches = points(words) or len(words) < 3 or _ASKED_OF & set(topics_in(words, frozenset()))
    return not (about or touches or stance)
