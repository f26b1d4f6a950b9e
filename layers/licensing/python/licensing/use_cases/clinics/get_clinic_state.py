"""A clinic's state for staff: what is wrong, whom mail does not reach, how mails fared."""

from collections.abc import Sequence
from typing import Any

from licensing.domain import keys
from licensing.domain.clinic_mails import sent_letters
from licensing.domain.overview import ClinicState
from licensing.domain.reconciliation import Report, Stage
from licensing.use_cases.access import Caller, as_staff
from licensing.use_cases.ports import Store

MOST_MAILS = 20
MOST_FINDINGS = 100
MOST_USERS = 500
_NIGHTS = 5


def get_clinic_state(store: Store, caller: Caller, clinic_id: str) -> ClinicState:
    """Return what the last night found of the clinic, and what is known of mail to it."""
    clinic = as_staff(store, caller, clinic_id).clinic
    night = _last_night(store)
    own = keys.partition(clinic_id)
    findings = (
        store.page(
            keys.night_partition(night.night), keys.clinic_findings(clinic_id), limit=MOST_FINDINGS
        ).records
        if night
        else []
    )
    confirmed = store.page(own, keys.ADJUSTMENT, limit=MOST_MAILS, newest_first=True).records
    mails = store.page(own, keys.MAILED, limit=MOST_MAILS, newest_first=True).records
    users = store.page(own, keys.USER, limit=MOST_USERS).records
    addresses = [*{keys.address_key(user.email): None for user in users}]
    found: Sequence[Any] = store.load(*addresses, *(keys.letters_key(mail) for mail in mails))
    known, letters = found[: len(addresses)], found[len(addresses) :]
    return ClinicState(
        clinic,
        night,
        [user for user in users if user.takes_part_by_mail],
        [record.finding for record in findings],
        confirmed,
        list(sent_letters(zip(mails, letters, strict=True), users)),
        [one for one in known if one is not None and not one.takes_mail],
    )


def _last_night(store: Store) -> Report | None:
    nights = store.page(keys.REPORTS, keys.REPORT, limit=_NIGHTS, newest_first=True).records
    return next((night for night in nights if night.stage is Stage.COMPLETE), None)
