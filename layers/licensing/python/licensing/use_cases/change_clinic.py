"""Changing a clinic's settings and, from the next renewal on, its prices and rules."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from licensing.domain.business_time import Calendar
from licensing.domain.clinics import Clinic, ComingTerms
from licensing.domain.errors import FieldError, InvalidRequestError
from licensing.domain.history import Event
from licensing.domain.licenses import LicenseType
from licensing.domain.proration import ProrationUnit, ReleaseCredit
from licensing.use_cases.access import Caller, as_staff
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store


@dataclass(frozen=True, slots=True)
class ClinicChange:
    """What staff want changed; None leaves a setting as it is."""

    name: str | None = None
    calendar: Calendar | None = None
    email_requests: bool | None = None
    proration_unit: ProrationUnit | None = None
    release_credit: ReleaseCredit | None = None
    prices: dict[LicenseType, int] = field(default_factory=dict)


@until_committed
def change_clinic(
    store: Store, caller: Caller, clinic_id: str, change: ClinicChange, *, now: datetime
) -> Clinic:
    """Change what is given and return the clinic; what is so already changes nothing.

    Prices and rules of proration hold from the next renewal: a period that has begun is
    billed by the terms it began with.
    """
    opened = as_staff(store, caller, clinic_id)
    clinic = opened.clinic
    _require_types(clinic, change)
    after = _with_terms(_with_settings(clinic, change), change, clinic.moment(now))
    if after == clinic:
        return clinic
    event = Event("clinic_changed", clinic_id, before=_facts(clinic), after=_facts(after))
    return opened.commit(after, event, now=now)


def _require_types(clinic: Clinic, change: ClinicChange) -> None:
    unknown = [kind for kind in change.prices if kind not in clinic.licenses]
    if unknown:
        message = f"This clinic has no {unknown[0].label} licenses to price."
        raise InvalidRequestError(message, (FieldError("prices", message),))


def _with_settings(clinic: Clinic, change: ClinicChange) -> Clinic:
    return replace(
        clinic,
        name=clinic.name if change.name is None else change.name,
        calendar=change.calendar or clinic.calendar,
        email_requests=clinic.email_requests
        if change.email_requests is None
        else change.email_requests,
    )


def _with_terms(clinic: Clinic, change: ClinicChange, moment: datetime) -> Clinic:
    calendar = clinic.billing_calendar
    first = max(calendar.period_at(moment).until, clinic.next_renewal)
    coming = clinic.terms_for(calendar.period_on(first))
    wanted = replace(
        coming,
        unit_prices={**coming.unit_prices, **change.prices},
        proration_unit=change.proration_unit or coming.proration_unit,
        release_credit=change.release_credit or coming.release_credit,
    )
    if wanted == coming:
        return clinic
    terms = ComingTerms(first, wanted.unit_prices, wanted.proration_unit, wanted.release_credit)
    earlier = tuple(entry for entry in clinic.coming_terms if entry.first < first)
    return replace(clinic, coming_terms=(*earlier, terms))


def _facts(clinic: Clinic) -> dict[str, Any]:
    coming = [
        {
            "first": entry.first.isoformat(),
            "unit_prices": dict(entry.unit_prices),
            "proration_unit": entry.proration_unit,
            "release_credit": entry.release_credit,
        }
        for entry in clinic.coming_terms
    ]
    return {
        "name": clinic.name,
        "calendar": clinic.calendar,
        "email_requests": clinic.email_requests,
        "unit_prices": {
            kind: license.unit_price_cents for kind, license in clinic.licenses.items()
        },
        "coming_terms": coming,
    }
