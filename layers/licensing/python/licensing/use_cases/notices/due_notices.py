"""Writing the notices that are due, and warnings; the table's stream has them sent."""

from dataclasses import replace
from datetime import datetime

from licensing.domain.changes import Insert
from licensing.domain.clinics import Clinic, ScheduledChange
from licensing.domain.due_notices import due_notices, few_left_cause
from licensing.domain.forecast import coming_failures
from licensing.domain.history import Event
from licensing.domain.keys import USER, clinic_key, notice_key
from licensing.domain.licenses import LicenseType
from licensing.domain.notices import Kind, Notice, news
from licensing.domain.outgoing import Said
from licensing.domain.users import User
from licensing.letters import few_licenses_left, lapse_warning, start_warning
from licensing.use_cases.access import Opened
from licensing.use_cases.committing import until_committed
from licensing.use_cases.conflicts import insert_once
from licensing.use_cases.ports import Store


def write_due(store: Store, clinic: Clinic, *, since: datetime | None, at: datetime) -> None:
    """Write what became due since the night before; where nothing did, nothing is read."""
    for due in due_notices(clinic, since=since, at=at):
        if due.kind is Kind.FEW_LEFT:
            write_few_left(store, clinic.clinic_id, now=at)
        else:
            write_notice(store, Notice(clinic.clinic_id, due.cause, due.kind, at))


def write_notice(store: Store, notice: Notice) -> None:
    """Write a notice unless it is there: the same cause is told once."""
    insert_once(store, notice_key(notice.clinic_id, notice.cause), notice)


@until_committed
def write_few_left(store: Store, clinic_id: str, *, now: datetime) -> str:
    """Return ``written``, ``nobody`` to be told, ``today`` was one already, or ``nothing`` is due.

    What waits since today's notice is told by the next night.
    """
    (clinic,) = store.load(clinic_key(clinic_id))
    if clinic is None or not clinic.few_due:
        return "nothing"
    moment = clinic.moment(now)
    cause = few_left_cause(clinic, moment)
    (known,) = store.load(notice_key(clinic_id, cause))
    if known is not None:
        return "today"
    told: dict[tuple[LicenseType, ...], tuple[str, ...]] = {}
    for user in store.all(clinic_id, USER):
        kinds = tuple(kind for kind in clinic.licenses if _has_crossed(clinic, user, kind))
        if user.takes_part_by_mail and kinds:
            told[kinds] = (*told.get(kinds, ()), user.email)
    # Each is told of the types that they chose; that the first notice is there says it was today's.
    changes = [
        Insert(
            Notice(
                clinic_id,
                f"{cause}-{number}" if number else cause,
                Kind.FEW_LEFT,
                moment,
                few_licenses_left(clinic, kinds),
                addresses,
            )
        )
        for number, (kinds, addresses) in enumerate(told.items())
    ]
    left = {kind: clinic.licenses[kind].available for kind in clinic.few_due}
    event = Event("few_left_told", clinic_id, after={"licenses_left": left})
    Opened(store, clinic, now).commit(replace(clinic, few_due={}), event, *changes)
    return "written" if told else "nobody"


def _has_crossed(clinic: Clinic, user: User, kind: LicenseType) -> bool:
    """Return whether the user's level was crossed, and there are not more by now."""
    if kind not in clinic.few_due or kind not in user.notices.few_left:
        return False
    level, (high, low) = user.notices.few_left[kind], clinic.few_due[kind]
    return low <= level < high and clinic.licenses[kind].available <= level


def warn_of_failures(store: Store, clinic: Clinic, *, at: datetime) -> None:
    """Tell of what would fail soon, each once; where nothing would, nothing is read."""
    for change, reason in coming_failures(clinic, at):
        said = _said(store, clinic, change, reason)
        if said is not None:
            cause = f"lapse_{change.adjustment_id}"
            write_notice(store, news(clinic.clinic_id, cause, said, now=at))


def _said(store: Store, clinic: Clinic, change: ScheduledChange, reason: str) -> Said | None:
    if change.starts is None:
        return lapse_warning(clinic, change, reason)
    (user,) = store.load(USER.key(clinic.clinic_id, change.starts))
    if user is None or user.starts != change.adjustment_id:
        # Somebody has changed it since the clinic was read.
        return None
    return start_warning(clinic, user, change.applies_at, reason)
