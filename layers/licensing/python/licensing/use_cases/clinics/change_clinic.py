"""Changing a clinic's settings and, from the next renewal on, its prices and rules."""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from licensing.domain.billing import telling_terms, with_prices
from licensing.domain.business_time import Calendar
from licensing.domain.changes import Change, Delete, Insert, Put, Replace
from licensing.domain.clinics import Clinic, ComingTerms, require_open
from licensing.domain.due_notices import due_before_a_night
from licensing.domain.finding import clinic_words
from licensing.domain.history import Event
from licensing.domain.keys import invoice_key
from licensing.domain.licenses import LicenseType
from licensing.domain.notices import Notice
from licensing.domain.proration import ProrationUnit, ReleaseCredit
from licensing.use_cases.access import Caller, as_staff, require_version
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store


@dataclass(frozen=True, slots=True)
class SettingsChange:
    """What staff want changed; None leaves a setting as it is."""

    name: str | None = None
    calendar: Calendar | None = None
    email_requests: bool | None = None
    proration_unit: ProrationUnit | None = None
    release_credit: ReleaseCredit | None = None
    prices: dict[LicenseType, int] = field(default_factory=dict)


@until_committed
def change_clinic(store: Store, caller: Caller, clinic_id: str, change: SettingsChange) -> Clinic:
    """Change what is given and return the clinic; what is so already changes nothing.

    Prices and rules of proration hold from the next renewal, the price of a license type that the
    clinic does not have from now on.
    """
    opened = as_staff(store, caller, clinic_id)
    clinic = opened.clinic
    require_open(clinic, caller.now)
    moment = clinic.moment(caller.now)
    with_types = clinic.with_types(change.prices)
    after = _with_terms(_with_settings(with_types, change), change, moment)
    if after == clinic:
        return clinic
    require_version(caller, clinic)
    added = {kind: cents for kind, cents in change.prices.items() if kind not in clinic.licenses}
    event = Event("clinic_changed", clinic_id, before=_facts(clinic), after=_facts(after))
    told: list[Change] = [*_told(store, clinic, added, moment)]
    told += [
        Insert(Notice(clinic_id, due.cause, due.kind, moment))
        for due in due_before_a_night(after, announced_at=moment)
    ]
    return opened.commit(after, event, *told, *_found_under(clinic, after))


def _found_under(before: Clinic, after: Clinic) -> list[Put | Delete]:
    """Return what makes a clinic be found by its name and by no other.

    With every change by staff, so that a clinic that was put back is found again after it.
    """
    words = clinic_words(after)
    still = {entry.word for entry in words}
    gone = [Delete(entry) for entry in clinic_words(before) if entry.word not in still]
    return [*gone, *map(Put, words)]


def _told(
    store: Store, clinic: Clinic, added: dict[LicenseType, int], moment: datetime
) -> list[Replace]:
    """Return the headers of the periods that have begun with the prices of added types."""
    if not added:
        return []
    keys = [invoice_key(clinic.clinic_id, name) for name in telling_terms(clinic, moment)]
    headers = [header for header in store.load(*keys) if header is not None]
    return [Replace(header, with_prices(header, added)) for header in headers]


def _with_settings(clinic: Clinic, change: SettingsChange) -> Clinic:
    given = {name: getattr(change, name) for name in ("name", "calendar", "email_requests")}
    return replace(clinic, **{name: of for name, of in given.items() if of is not None})


def _with_terms(clinic: Clinic, change: SettingsChange, moment: datetime) -> Clinic:
    calendar = clinic.billing_calendar
    first = max(calendar.period_at(moment).until, clinic.next_renewal)
    coming = clinic.terms_for(calendar.period_on(first))
    wanted = coming._replace(
        unit_prices={**coming.unit_prices, **change.prices},
        proration_unit=change.proration_unit or coming.proration_unit,
        release_credit=change.release_credit or coming.release_credit,
    )
    if wanted == coming:
        return clinic
    # Prices that stay as they were announced are not announced anew.
    known = [
        entry
        for entry in clinic.coming_terms
        if (entry.first, entry.unit_prices) == (first, wanted.unit_prices)
    ]
    announced_at = known[0].announced_at if known else moment
    terms = ComingTerms(first, *wanted, announced_at)
    earlier = tuple(entry for entry in clinic.coming_terms if entry.first < first)
    return replace(clinic, coming_terms=(*earlier, terms))


def _facts(clinic: Clinic) -> dict[str, Any]:
    coming = [
        {
            "first": entry.first.isoformat(),
            "unit_prices": entry.unit_prices,
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
