"""The changes of which one write consists."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from licensing.domain.beside import History
    from licensing.domain.clinics import Clinic
    from licensing.domain.finding import ClinicWord
    from licensing.domain.provisioning_tokens import ProvisioningToken
    from licensing.domain.reconciliation import NightlyFinding
    from licensing.domain.records import Beside, Record, Versioned
    from licensing.domain.users import User


class Insert(NamedTuple):
    """Write a record that must not be there yet."""

    record: Record


class Replace(NamedTuple):
    """Write a record over the one that was read, if nobody wrote it meanwhile."""

    before: Versioned
    after: Versioned


class Put(NamedTuple):
    """Write a record that follows from others, with which it is written."""

    record: ClinicWord | NightlyFinding


class ReplaceClinic(NamedTuple):
    """Write a clinic over the one that was read, and its history with it (I6).

    Nothing else replaces a clinic. ``relying_on`` must still be as it was read.
    """

    before: Clinic
    after: Clinic
    history: History
    relying_on: User | ProvisioningToken | None = None


class Unchanged(NamedTuple):
    """Write nothing, but refuse the whole write if this record was changed meanwhile."""

    record: Clinic | Versioned


class Rewrite(NamedTuple):
    """Write a record that otherwise never changes, if what differs is still as it was read."""

    before: Beside
    after: Beside


class Delete(NamedTuple):
    """Delete a record, if nobody wrote it meanwhile; what follows from others, with them."""

    record: Versioned | ClinicWord | NightlyFinding


def written_over(before: Versioned | None, after: Versioned) -> Insert | Replace:
    """Return what writes a record over the one that was read, or anew where there was none."""
    return Insert(after) if before is None else Replace(before, after)


Change = Insert | Replace | ReplaceClinic | Unchanged | Put | Rewrite | Delete
