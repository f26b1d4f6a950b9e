"""Warning a clinic of what would fail on its day, while its people can still make room.

Scheduled releases that would lapse, and users who would find no license on their first day.
"""

from datetime import datetime

from licensing.domain.clinics import Clinic, ScheduledChange
from licensing.domain.forecast import coming_failures
from licensing.domain.keys import user_key
from licensing.domain.notices import Said, news
from licensing.letters import lapse_warning, start_warning
from licensing.use_cases.notices.due_notices import write_notice
from licensing.use_cases.ports import Store


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
    (user,) = store.load(user_key(clinic.clinic_id, change.starts))
    if user is None or user.starts != change.adjustment_id:
        # Somebody has changed it since the clinic was read.
        return None
    return start_warning(clinic, user, change.applies_at, reason)
