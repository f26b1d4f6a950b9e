"""What the use cases need of the outside, as the adapters provide it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TypeVar, overload

if TYPE_CHECKING:
    from licensing.domain.adjustments import Adjustment
    from licensing.domain.business_events import BusinessEvent
    from licensing.domain.changes import Change
    from licensing.domain.clinics import Clinic
    from licensing.domain.facts import AdjustmentFact, HeaderFact, LineFact, UserFact
    from licensing.domain.invitations import Invitation
    from licensing.domain.keys import Key, Page, Prefix
    from licensing.domain.outgoing import Letter
    from licensing.domain.records import Record
    from licensing.domain.users import User


A = TypeVar("A")
B = TypeVar("B")
C = TypeVar("C")


class Store(Protocol):
    """Records, read consistently and committed all or not at all."""

    @overload
    def load(self, key: Key[A], /) -> tuple[A | None]: ...
    @overload
    def load(self, one: Key[A], two: Key[B], /) -> tuple[A | None, B | None]: ...
    @overload
    def load(
        self, one: Key[A], two: Key[B], three: Key[C], /
    ) -> tuple[A | None, B | None, C | None]: ...
    @overload
    def load(self, *keys: Key[A]) -> Sequence[A | None]: ...
    def load(self, *keys: Key[Any]) -> Any:
        """Return the records under the keys, in their order."""

    def commit(self, changes: Sequence[Change]) -> None:
        """Write all the changes or none; raises ConflictError."""

    def page(
        self,
        partition: str,
        begins: Prefix[A],
        *,
        limit: int,
        cursor: str | None = None,
        newest_first: bool = False,
        equal: dict[str, Any] | None = None,
    ) -> Page[A]:
        """Return one page of a partition's records whose sort key begins so."""

    def cursor_behind(self, record: Record) -> str:
        """Return where a page begins that follows the record in its list."""

    def all(
        self,
        clinic_id: str,
        begins: Prefix[A],
        *,
        after: str | None = None,
        newest_first: bool = False,
    ) -> Iterator[A]:
        """Yield every record whose sort key begins so, those that follow ``after`` if given."""

    def clinics_of_user(self, user_id: str) -> list[str]:
        """Return the ids of the clinics in which somebody is a user, active or not."""

    def memberships_of_address(self, email: str) -> list[Key[User]]:
        """Return the keys of all users that an address is registered for."""

    def clinics(self, *, limit: int, cursor: str | None = None) -> tuple[list[Clinic], str | None]:
        """Return some of all clinics, and where the next page begins."""


@dataclass(slots=True)
class ScannedPartition:
    """What a page of a scan holds of one partition, which may be a part of it."""

    name: str
    last_sort: str = ""
    clinic: Clinic | None = None
    invoices: list[HeaderFact | LineFact] = field(default_factory=list)
    adjustments: list[AdjustmentFact] = field(default_factory=list)
    users: list[UserFact] = field(default_factory=list)
    blocked_because: str | None = None
    """Of a mail address that takes no mail."""
    erasing: bool = False
    """Whether the removal of a user began and has not ended."""
    unsent_since: int | None = None
    """In milliseconds, of a notice that is not sent, or not to all."""
    unreadable: list[str] = field(default_factory=list)
    """The sort keys of records that nothing can be made of."""


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """One page of a scan, and the key behind which the next one begins."""

    partitions: list[ScannedPartition]
    last: Key[Any] | None


class Ledger(Protocol):
    """All clinics, or one, as facts."""

    def scan(self, segment: int, segments: int, after: Key[Any] | None) -> ScannedPage:
        """Return one page of a segment of the table, eventually consistent."""

    def invoices(self, clinic_id: str) -> Iterator[HeaderFact | LineFact]:
        """Yield a clinic's invoices and their lines, each invoice before its lines."""

    def adjustments(self, clinic_id: str) -> Iterator[AdjustmentFact]:
        """Yield a clinic's adjustments, the oldest first."""

    def users(self, clinic_id: str) -> Iterator[UserFact]:
        """Yield a clinic's users."""


class Account(NamedTuple):
    """What somebody signs in with."""

    user_id: str
    """The account's ``sub``."""
    signed_in: bool
    """Whether its owner has ever signed in and chosen a password."""
    made: bool = False
    """Whether this very call made it, and invited its owner."""


class Directory(Protocol):
    """The accounts that people sign in with."""

    def invite(self, email: str, name: str, invitation: Invitation) -> Account:
        """Return the account of an address; it is made, and its owner invited, if need be."""

    def invite_again(self, email: str, invitation: Invitation) -> None:
        """Send another invitation with a new temporary password."""

    def enroll(self, email: str, name: str) -> Account:
        """Return the account of an address; it is made if need be, and nobody is mailed."""

    def account(self, name: str) -> Account | None:
        """Return the account of an address or user id, if there is one."""

    def is_of_staff(self, user_id: str) -> bool:
        """Return whether the account belongs to the vendor's staff, enabled or not."""

    def readdress(self, user_id: str, email: str) -> None:
        """Let somebody sign in by another address, which we vouch for."""

    def delete(self, user_id: str) -> None:
        """Delete an account, if there is one."""


class Pending(Enum):
    """What became of an update that should be waiting."""

    WAITS = "waits"
    BEGUN = "begun"
    """Nothing was waiting: it does now."""
    ENDED = "ended"
    """It was started once and has ended."""
    UNKNOWN = "unknown"
    """The service has no time to tell."""


class Workflows(Protocol):
    """Starting what waits for its time."""

    def start(self, name: str, adjustment: Adjustment) -> None:
        """Start what the adjustment waits for under this name, once: its day, or its invoice."""

    def start_day(self, clinic_id: str, name: str, day: datetime) -> None:
        """Start the wait for the day of something scheduled, once."""

    def keep_pending(
        self, clinic_id: str, adjustment_id: str, due: datetime, *, since: datetime
    ) -> Pending:
        """Start the adjustment's update unless it was started before ``since``."""

    def send_notice(self, clinic_id: str, cause: str, again: str = "") -> None:
        """Have a notice sent, once for each ``again``; nobody gets a letter twice."""


class EventBus(Protocol):
    """Telling other systems."""

    def put(self, events: Sequence[BusinessEvent]) -> int:
        """Return how many of the events, from the first on, were taken."""


class DeliveryRefusedError(Exception):
    """The mail service refused a mail: it surely did not go out."""


class DeliveryUnknownError(Exception):
    """Nobody can tell whether a mail went out."""


class Postbox(Protocol):
    """Sending mail, each at most once."""

    def send(
        self,
        recipients: Sequence[str],
        letter: Letter,
        *,
        tags: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Hand one mail over; raises DeliveryRefusedError or DeliveryUnknownError."""
