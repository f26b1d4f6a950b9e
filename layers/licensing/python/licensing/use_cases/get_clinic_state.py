"""A clinic's state for staff: what is wrong, whom mail does not reach, how confirmations fared."""

from licensing.domain.keys import (
    ADJUSTMENT,
    REPORT,
    REPORTS,
    USER,
    address_key,
    clinic_findings,
    night_partition,
    partition,
)
from licensing.domain.overview import ClinicState
from licensing.domain.reconciliation import Report, Stage
from licensing.use_cases.access import Caller, as_staff
from licensing.use_cases.ports import Store

MOST_MAILS = 20
MOST_FINDINGS = 100
MOST_USERS = 100
_NIGHTS = 5


def get_clinic_state(store: Store, caller: Caller, clinic_id: str) -> ClinicState:
    """Return what the last night found of the clinic, and what is known of mail to it."""
    clinic = as_staff(store, caller, clinic_id).clinic
    night = _last_night(store)
    own = partition(clinic_id)
    findings = (
        store.page(
            night_partition(night.night), clinic_findings(clinic_id), limit=MOST_FINDINGS
        ).records
        if night
        else []
    )
    mails = store.page(own, ADJUSTMENT, limit=MOST_MAILS, newest_first=True).records
    users = store.page(own, USER, limit=MOST_USERS).records
    addresses = store.load(*{address_key(user.email): None for user in users})
    return ClinicState(
        clinic,
        night,
        [record.finding for record in findings],
        mails,
        [one for one in addresses if one is not None and not one.takes_mail],
    )


def _last_night(store: Store) -> Report | None:
    nights = store.page(REPORTS, REPORT, limit=_NIGHTS, newest_first=True).records
    return next((night for night in nights if night.stage is Stage.COMPLETE), None)
