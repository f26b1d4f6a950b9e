"""Taking a person's name and address out of what must be kept without them."""

import re
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, TypeVar

from licensing.domain.adjustments import Adjustment
from licensing.domain.beside import Erasure, History, StoredAnswer
from licensing.domain.errors import RefusedError
from licensing.domain.ids import moment_of
from licensing.domain.invoices import Correction, InvoiceLine, StoredLine
from licensing.domain.provisioning_tokens import ProvisioningToken
from licensing.domain.users import Actor, Provisioned, User

FORMER = "Former user"
_PERSONAL = {"name", "email", *Provisioned._fields}
"""What plain data call that which names somebody."""
_NAMES = ("name", "email", "user_name", "formatted_name")
"""Of that, what is looked for in texts as well."""
_WRITTEN = {"explanation", "message", "reason", "description"}
"""What somebody wrote."""
_BY_STAFF = "reason"
"""Of that, what staff wrote."""
_EXPLAINED = {"licenses_adjusted", "adjustment_scheduled", "licenses_transferred"}
"""What history tells in the words of the clinic's people; staff give all other reasons."""
Text = TypeVar("Text", str, str | None)

Kept = History | Adjustment | StoredLine | StoredAnswer | ProvisioningToken
"""What is kept of a clinic, and may name somebody."""


def require_inactive(user: User) -> None:
    """Raise RefusedError ``user_active`` for a user who holds a license."""
    if user.active:
        raise RefusedError(
            "user_active",
            f"{user.name} is active and holds a license. Make the user inactive first, then "
            "delete them.",
        )


def known_as(user: User, told: list[History]) -> dict[str, datetime]:
    """Return every name and address that the user has had, and since when, as history tells.

    The longest first: one name may be a part of another. A provider's name that no history tells
    counts since the last change that may have brought it.
    """
    since: dict[str, datetime] = {}
    changed = user.created_at
    for history in told:
        if history.actor.user_id == user.user_id:
            since.setdefault(history.actor.name, user.created_at)
        if history.subject == user.user_id:
            changed = history.at
            for facts, at in ((history.before, user.created_at), (history.after, history.at)):
                for of in (facts, facts.get("identity_provider", {})):
                    for key in _NAMES:
                        if of.get(key):
                            since.setdefault(of[key], at)
    for word in (user.name, user.email):
        since.setdefault(word, user.created_at)
    if user.provisioned.user_name:
        since.setdefault(user.provisioned.user_name, changed)
    since.pop(FORMER, None)
    return dict(sorted(since.items(), key=lambda held: (-len(held[0]), held[0])))


@dataclass(frozen=True)
class Eraser:
    """Takes one person out of records. Whoever has the same name stays where an id tells.

    A User Manager chooses what a user is called, and may choose words that were written. So a name
    leaves only what was written since it was the user's, and nothing that staff wrote.
    """

    erasure: Erasure
    about: frozenset[str] | None = None
    """In another clinic, the adjustments of which alone something is written over."""

    def without(self, record: Kept) -> Kept:
        """Return the record without the person; the same one where nothing names them."""
        if self.about is not None and self.about.isdisjoint(_adjustments_of(record)):
            return record
        match record:
            case History(at=at):
                mine = record.subject == self.erasure.user_id
                by_staff = record.actor.user_id is not None and record.action not in _EXPLAINED
                return record._replace(
                    actor=self._actor(record.actor),
                    before=self._plain(record.before, at, mine),
                    after=self._plain(record.after, at, mine),
                    why=self._text(record.why, at, by_staff=by_staff),
                )
            case Adjustment(requested_at=at):
                return replace(
                    record,
                    requested_by=self._actor(record.requested_by),
                    explanation=self._text(record.explanation, at),
                    priced=tuple(
                        line._replace(explanation=self._text(line.explanation, at))
                        for line in record.priced
                    ),
                )
            case StoredLine(line=line):
                if isinstance(line, Correction):
                    reason = self._text(line.reason, line.at, by_staff=True)
                    return record._replace(line=line._replace(reason=reason))
                if line.adjustment_id is None:
                    return record
                # The id of a scheduled one is of its day, which comes after the request.
                explanation = self._text(line.explanation, moment_of(line.adjustment_id))
                return record._replace(line=line._replace(explanation=explanation))
            case StoredAnswer(at=at):
                return record._replace(body=self._plain(record.body, at, mine=False))
            case ProvisioningToken(created_at=at):
                name = self._text(record.name, at)
                return replace(record, name=name, created_by=self._actor(record.created_by))

    def _actor(self, actor: Actor) -> Actor:
        return actor._replace(name=FORMER) if actor.user_id == self.erasure.user_id else actor

    def _text(self, text: Text, at: datetime, *, by_staff: bool = False) -> Text:
        """Return what was written then without the person; of an address, whoever wrote it."""
        if text is None:
            return text
        for word, since in zip(self.erasure.words, self.erasure.since, strict=True):
            if since <= at and ("@" in word or not by_staff):
                named = rf"(?<!\w){re.escape(word)}(?!\w)"
                text = re.sub(named, FORMER, text, flags=re.IGNORECASE)
        return text

    def _plain(self, value: Any, at: datetime, mine: bool, key: str = "") -> Any:
        """Return plain data without the person; what names a user says whose name it is."""
        if isinstance(value, dict):
            mine = value["user_id"] == self.erasure.user_id if "user_id" in value else mine
            if "default_license_type" in value:
                # A provisioning token's name is what somebody wrote.
                value = value | {"name": self._text(value["name"], at)}
            return {key: self._plain(each, at, mine, key) for key, each in value.items()}
        if isinstance(value, list):
            return [self._plain(each, at, mine, key) for each in value]
        if not isinstance(value, str):
            return value
        if key in _PERSONAL:
            return FORMER if mine else value
        return self._text(value, at, by_staff=key == _BY_STAFF) if key in _WRITTEN else value


def _adjustments_of(record: Kept) -> set[str | None]:
    """Return the adjustments of which a record tells."""
    match record:
        case History():
            return {record.subject}
        case Adjustment():
            return {record.adjustment_id}
        case StoredLine(line=InvoiceLine() as line):
            return {line.adjustment_id}
        case StoredAnswer():
            halves = (half for half in record.body.values() if isinstance(half, dict))
            return {half.get("adjustment_id") for half in halves}
    return set()
