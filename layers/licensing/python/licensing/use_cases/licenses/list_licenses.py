"""All clinics of one person at a glance."""

from datetime import datetime

from licensing.domain.clinics import Clinic
from licensing.domain.invoices import Invoice
from licensing.domain.keys import Page, invoice_key
from licensing.domain.previews import AtAGlance
from licensing.domain.users import User
from licensing.use_cases.access import Caller, load
from licensing.use_cases.billing.coming_invoices import coming_invoice_keys, expected_cents
from licensing.use_cases.ports import Store
from licensing.use_cases.reading import memberships


def list_licenses(
    store: Store, caller: Caller, *, limit: int, cursor: str | None
) -> Page[AtAGlance]:
    """Return the clinics that the caller is an active member of, by id.

    And those that have closed, for as long as the caller may look at them. Staff see their own as
    well: all others are on the vendor's desk.
    """
    mine, found = memberships(
        store,
        caller,
        limit=limit,
        cursor=cursor,
        also=lambda of: coming_invoice_keys(of, caller.now),
    )
    keys = [invoice_key(of.clinic_id, of.upcoming_invoice_id) for of, _ in mine.records]
    # Where renewals are late, another invoice is the upcoming one.
    late = [key for key in keys if key not in found]
    headers = {**found, **(load(store, *late) if late else {})}
    return Page(
        [
            AtAGlance(clinic, member, _expected(store, clinic, member, headers[key], caller.now))
            for (clinic, member), key in zip(mine.records, keys, strict=True)
        ],
        mine.next_cursor,
    )


def _expected(
    store: Store, clinic: Clinic, member: User, header: Invoice | None, now: datetime
) -> int | None:
    if header is None or not member.manages:
        return None
    return expected_cents(store, clinic, header.total_cents, now)
