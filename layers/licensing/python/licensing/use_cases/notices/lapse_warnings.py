"""Warning a clinic of scheduled releases that would lapse, while its people can still make room."""

from datetime import datetime

from licensing.domain.changes import Insert
from licensing.domain.clinics import Clinic
from licensing.domain.forecast import coming_lapses
from licensing.domain.keys import notice_key
from licensing.domain.notices import Notice, news
from licensing.letters import lapse_warning
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store


def warn_of_lapses(store: Store, clinic: Clinic, *, at: datetime) -> None:
    """Tell of what would lapse soon, each once; where nothing would, nothing is read."""
    for change, reason in coming_lapses(clinic, at):
        cause = f"lapse_{change.adjustment_id}"
        _write(
            store,
            news(clinic.clinic_id, cause, lapse_warning(clinic, change, reason), now=at),
        )


@until_committed
def _write(store: Store, notice: Notice) -> None:
    (known,) = store.load(notice_key(notice.clinic_id, notice.cause))
    if known is None:
        store.commit([Insert(notice)])
