"""Conditions beside a request: those of the request, and those of something else."""

from typing import Final

from licensing.mail import lexicon
from licensing.mail.language.clauses import is_finite
from licensing.mail.language.shapes import points, tells_past
from licensing.mail.remarks.doubtful import Setting
from licensing.mail.remarks.fragments import is_about_licenses
from licensing.mail.remarks.said import Remark

_IF_YOU: Final = lexicon.words("words", "if you")
_TIMES: Final = lexicon.words("words", "times")


def is_condition(remark: Remark, at: Setting) -> bool:
    """Return whether words say "if" or "when": "while he was away" only tells what happened."""
    told = remark.opened_by in _TIMES and at.shape != "fragment" and _has_happened(at.words)
    verb = next((word for word in at.words[1:] if is_finite(word)), "")
    told &= verb not in _PERFECT or remark.opened_by == "while"
    told |= remark.opened_by == "before" and (at.shape == "person" or _is_deadline(remark, at))
    told |= remark.opened_by in _TIMES and remark.told and not at.attached
    idle = (
        remark.opened_by == "if"
        and at.words[0] == "you"
        and at.words[1:2]
        and (at.words[1] in _IF_YOU and not points(at.words) and not is_about_licenses(at.words))
    )
    told |= remark.beside and _is_idle_condition(remark, at)
    told |= bool(idle) and (not at.attached or "ever" in at.words)
    if _asks_first(at.words):
        return True
    excepts = remark.opened_by in ("except", "only do not")
    return excepts or (remark.opening == "if" and not told)


_WISHING: Final = frozenset({"want", "need", "like", "must", "should"})
_ORDINAL: Final = frozenset({"the", "my", "our", "your", "at"})


def _asks_first(words: tuple[str, ...]) -> bool:
    """Whether words wish for something before: "I want the amount confirmed first"."""
    last = words[-1] in ("first", "beforehand") and words[-2:-1] and words[-2] not in _ORDINAL
    return bool(last and _WISHING & set(words))


def _is_deadline(remark: Remark, at: Setting) -> bool:
    """Whether "before" only says by when: "please add two, before they notice"."""
    ours = points(at.words) or {"you", "we", "i"} & set(at.words)
    return remark.attached and not ours and at.words[-1] not in _DOING


_PERFECT: Final = frozenset({"has", "have"})
"""Behind "when" these are still to come: "when she has passed her boards"."""
_DOING: Final = frozenset({"do", "can", "could", "will", "would", "did", "agree", "approve"})
_IF_WE: Final = lexicon.words("words", "if we")


def _is_idle_condition(remark: Remark, at: Setting) -> bool:
    """Whether a condition is of something else: "I'll bring donuts when I'm in town"."""
    other = remark.opened_by in ("if", "when", "whenever", "once", "while")
    if not other or remark.attached or points(at.words) or at.words[-1] in _DOING:
        return False
    ours = at.shape == "we" and bool(_IF_WE & set(at.words))
    return (ours or at.shape == "you") and not is_about_licenses(at.words)


_SELVES: Final = frozenset({"i", "we", "he", "she", "they"})


def _has_happened(words: tuple[str, ...]) -> bool:
    """Whether words tell of the past: "two no-shows we finally found someone"."""
    behind = (words[i:] for i, word in enumerate(words) if word in _SELVES)
    return tells_past(words) or any(map(tells_past, behind))
