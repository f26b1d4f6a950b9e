"""All clinics of one person at a glance."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from licensing.domain.clinics import Clinic
from licensing.domain.invoices import Invoice
from licensing.domain.keys import Key, Page, clinic_key, invoice_key, user_key
from licensing.domain.previews import AtAGlance
from licensing.domain.users import User
from licensing.use_cases.access import Caller
from licensing.use_cases.billing.invoices import expected_cents
from licensing.use_cases.billing.preview_license_adjustment import coming_invoice_keys
from licensing.use_cases.ports import Store


def list_licenses(
    store: Store, caller: Caller, *, limit: int, cursor: str | None, now: datetime
) -> Page[AtAGlance]:
    """Return the clinics that the caller is an active member of, by id.

    And those that have closed, for as long as the caller may look at them. Staff see their own as
    well: all others are on the vendor's desk.
    """
    ids = sorted(store.clinics_of_user(caller.user_id))
    rest = [clinic_id for clinic_id in ids if clinic_id > (cursor or "")]
    chosen = rest[:limit]
    keys: list[Key[Any]] = [
        key
        for clinic_id in chosen
        for key in (
            clinic_key(clinic_id),
            user_key(clinic_id, caller.user_id),
            *coming_invoice_keys(clinic_id, now),
        )
    ]
    found = dict(zip(keys, store.load(*keys), strict=True))
    mine = [
        (clinic, member)
        for clinic_id in chosen
        if (clinic := found[clinic_key(clinic_id)]) is not None
        and (member := found[user_key(clinic_id, caller.user_id)]) is not None
        and clinic.lets_look(member)
    ]
    headers = _upcoming(store, [clinic for clinic, _ in mine], found)
    return Page(
        [
            AtAGlance(clinic, member, _expected(store, clinic, member, header))
            for (clinic, member), header in zip(mine, headers, strict=True)
        ],
        chosen[-1] if len(chosen) < len(rest) else None,
    )


def _upcoming(
    store: Store, clinics: Sequence[Clinic], found: Mapping[Key[Any], Any]
) -> list[Invoice | None]:
    """Return each clinic's upcoming invoice; where renewals are late it is read now."""
    keys = [invoice_key(clinic.clinic_id, clinic.upcoming_invoice_id) for clinic in clinics]
    late = [key for key in keys if key not in found]
    known = {**found, **(dict(zip(late, store.load(*late), strict=True)) if late else {})}
    return [known[key] for key in keys]


def _expected(store: Store, clinic: Clinic, member: User, header: Invoice | None) -> int | None:
    if header is None or not member.manages:
        return None
    return expected_cents(store, clinic, header.total_cents)
