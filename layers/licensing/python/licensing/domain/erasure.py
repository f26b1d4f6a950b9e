"""Taking a person's name and address out of what must be kept without them."""

import re
from dataclasses import dataclass, replace
from typing import Any

from licensing.domain.adjustments import Adjustment
from licensing.domain.beside import Erasure, History, StoredAnswer
from licensing.domain.errors import RefusedError
from licensing.domain.invoices import StoredCorrection, StoredLine
from licensing.domain.provisioning_tokens import ProvisioningToken
from licensing.domain.users import Actor, Provisioned, User

FORMER = "Former user"
_PERSONAL = {"name", "email", *Provisioned._fields}
"""What plain data call that which names somebody."""
_NAMES = ("name", "email", "user_name", "formatted_name")
"""Of that, what is looked for in texts as well."""
_WRITTEN = {"explanation", "message", "reason", "description"}
"""What somebody wrote."""

Kept = History | Adjustment | StoredLine | StoredCorrection | StoredAnswer | ProvisioningToken
"""What is kept of a clinic, and may name somebody."""


def require_inactive(user: User) -> None:
    """Raise RefusedError ``user_active`` for a user who holds a license."""
    if user.active:
        raise RefusedError(
            "user_active",
            f"{user.name} is active and holds a license. Make the user inactive first, then "
            "delete them.",
        )


def known_as(user: User, told: list[History]) -> tuple[str, ...]:
    """Return every name and address that the user has had, as history tells, longest first.

    One name may be a part of another.
    """
    words = {user.name, user.email}
    if user.provisioned.user_name:
        words.add(user.provisioned.user_name)
    for history in told:
        if history.actor.user_id == user.user_id:
            words.add(history.actor.name)
        if history.subject == user.user_id:
            both = history.before, history.after
            for facts in (*both, *(of.get("identity_provider", {}) for of in both)):
                words |= {facts[key] for key in _NAMES if facts.get(key)}
    return tuple(sorted(words - {FORMER}, key=lambda word: (-len(word), word)))


@dataclass(frozen=True)
class Eraser:
    """Takes one person out of records. Whoever has the same name stays where an id tells."""

    erasure: Erasure
    about: frozenset[str] | None = None
    """In another clinic, the adjustments of which alone something is written over."""

    def without(self, record: Kept) -> Kept:
        """Return the record without the person; the same one where nothing names them."""
        if self.about is not None and self.about.isdisjoint(_adjustments_of(record)):
            return record
        match record:
            case History():
                mine = record.subject == self.erasure.user_id
                return record._replace(
                    actor=self._actor(record.actor),
                    before=self._plain(record.before, mine),
                    after=self._plain(record.after, mine),
                    why=self._text(record.why),
                )
            case Adjustment():
                return replace(
                    record,
                    requested_by=self._actor(record.requested_by),
                    explanation=self._text(record.explanation),
                    priced=tuple(
                        line._replace(explanation=self._text(line.explanation))
                        for line in record.priced
                    ),
                )
            case StoredLine():
                explanation = self._text(record.line.explanation)
                return record._replace(line=record.line._replace(explanation=explanation))
            case StoredCorrection():
                reason = self._text(record.correction.reason) or FORMER
                return record._replace(correction=record.correction._replace(reason=reason))
            case StoredAnswer():
                return record._replace(body=self._plain(record.body, mine=False))
            case ProvisioningToken():
                name = self._text(record.name) or FORMER
                return replace(record, name=name, created_by=self._actor(record.created_by))

    def _actor(self, actor: Actor) -> Actor:
        return actor._replace(name=FORMER) if actor.user_id == self.erasure.user_id else actor

    def _text(self, text: str | None) -> str | None:
        if text is None:
            return None
        for word in self.erasure.words:
            text = re.sub(rf"(?<!\w){re.escape(word)}(?!\w)", FORMER, text, flags=re.IGNORECASE)
        return text

    def _plain(self, value: Any, mine: bool, key: str = "") -> Any:
        """Return plain data without the person; what names a user says whose name it is."""
        if isinstance(value, dict):
            mine = value["user_id"] == self.erasure.user_id if "user_id" in value else mine
            if "default_license_type" in value:
                # A provisioning token's name is what somebody wrote.
                value = value | {"name": self._text(value["name"])}
            return {key: self._plain(each, mine, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._plain(each, mine, key) for each in value]
        if not isinstance(value, str):
            return value
        if key in _PERSONAL:
            return FORMER if mine else value
        return self._text(value) if key in _WRITTEN else value


def _adjustments_of(record: Kept) -> set[str | None]:
    """Return the adjustments of which a record tells."""
    match record:
        case History():
            return {record.subject}
        case Adjustment():
            return {record.adjustment_id}
        case StoredLine():
            return {record.line.adjustment_id}
        case StoredAnswer():
            halves = (half for half in record.body.values() if isinstance(half, dict))
            return {half.get("adjustment_id") for half in halves}
    return set()
