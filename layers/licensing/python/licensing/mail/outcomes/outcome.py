"""What a mail can come to: applied, proposed, asked about, nothing, or ignored."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from licensing.domain.adjustments import Action, EffectiveOn, Line
from licensing.domain.licenses import LicenseType
from licensing.mail.doubts import Doubt

Verdict = Literal["apply", "undo", "propose", "ask", "none", "ignore"]


@dataclass(frozen=True, slots=True)
class Worry:
    """A doubt, the words that raised it, and in which clause they stand."""

    doubt: Doubt
    words: str
    at: int
    blank: str = ""
    """What cannot be told because of it: "action", "quantity" or "clinic_id"."""


@dataclass(frozen=True, slots=True)
class ClinicChange:
    """What shall change in one clinic, complete."""

    clinic_id: str
    lines: tuple[Line, ...]
    explanation: str | None
    """Why licenses are released, in the sender's words."""
    effective_on: EffectiveOn | None = None
    """From when on, if not at once."""


@dataclass(frozen=True, slots=True)
class Wish:
    """One line of a request as far as it is known; what is missing is None."""

    action: Action | None = None
    license_type: LicenseType | None = None
    quantity: int | None = None
    clinic_id: str | None = None
    reason: str | None = None

    @property
    def lacks(self) -> list[Doubt]:
        """What is still missing."""
        parts = (
            (self.action, Doubt.NO_ACTION),
            (self.license_type, Doubt.NO_TYPE),
            (self.quantity, Doubt.NO_QUANTITY),
            (self.clinic_id, Doubt.NO_CLINIC),
            (self.reason or self.action is not Action.REMOVE, Doubt.NO_REASON),
        )
        return [doubt for value, doubt in parts if not value]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What shall become of a mail."""

    verdict: Verdict
    changes: tuple[ClinicChange, ...] = ()
    """To apply, or to propose."""
    wishes: tuple[Wish, ...] = ()
    """To ask about: what was understood, with its blanks."""
    doubt: Doubt | None = None
    """Why it is proposed or asked about instead of done."""
    words: tuple[str, ...] = ()
    """The sender's words that made us ask."""
    reason: str | None = None
    """Why there is nothing to do, or why the mail is ignored."""
    sure: bool = True
    """False if something besides what is missing speaks against doing it."""
    transfer: bool = False
    """Whether the changes are one transfer: what the first clinic gives, the second one gets."""
    fingerprint: str = ""
    """Stands for the sender's own words, the same whenever they are sent again."""


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """What an earlier answer of ours left open for its recipient."""

    kind: Literal["applied", "proposed", "asked"]
    changes: tuple[ClinicChange, ...] = ()
    wishes: tuple[Wish, ...] = ()
    sure: bool = True
    """False if a completed request is to be proposed, not done."""
    transfer: bool = False


def changes_of(wishes: Sequence[Wish]) -> tuple[ClinicChange, ...]:
    """Return complete wishes by clinic."""
    found: dict[str, list[Wish]] = {}
    for wish in wishes:
        found.setdefault(str(wish.clinic_id), []).append(wish)
    return tuple(
        ClinicChange(
            clinic_id,
            tuple(
                Line(w.action, w.license_type, w.quantity)
                for w in of_clinic
                if w.action is not None and w.license_type is not None and w.quantity is not None
            ),
            "; ".join(dict.fromkeys(w.reason for w in of_clinic if w.reason)) or None,
        )
        for clinic_id, of_clinic in found.items()
    )
