"""Whom a clinic's mail can go to: addresses that took it so far."""

from collections.abc import Sequence

from licensing.domain.clinics import Clinic
from licensing.domain.keys import USER, address_key
from licensing.use_cases.ports import Store


def reachable(store: Store, addresses: Sequence[str]) -> list[str]:
    """Return those of the addresses that take mail."""
    known = store.load(*(address_key(address) for address in addresses))
    return [
        address
        for address, record in zip(addresses, known, strict=True)
        if record is None or record.takes_mail
    ]


def reachable_managers(store: Store, clinic: Clinic, *, but: str | None) -> list[str]:
    """Return the addresses of the User Managers who take part by mail, but for one user's."""
    managers = [
        user.email
        for user in store.all(clinic.clinic_id, USER)
        if user.user_id != but
        and (user.takes_part_by_mail or (user.joined and clinic.was_managed_by(user)))
    ]
    return reachable(store, managers)
