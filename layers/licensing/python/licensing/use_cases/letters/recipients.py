"""Whom a clinic's mail can go to, and handing one letter over to several of them."""

from collections.abc import Mapping, Sequence

from licensing.domain.clinics import Clinic
from licensing.domain.keys import USER, address_key
from licensing.domain.outgoing import Letter
from licensing.use_cases.ports import DeliveryRefusedError, DeliveryUnknownError, Postbox, Store


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


def send_each(
    postbox: Postbox,
    recipients: Sequence[str],
    letter: Letter,
    *,
    tags: Mapping[str, str],
    headers: Mapping[str, str] | None = None,
) -> tuple[str, ...]:
    """Hand one mail over for each recipient: what becomes of one of them concerns nobody else.

    It went out if it did so for anybody; returns those whom it surely did not reach then.
    Otherwise raises DeliveryUnknownError if nobody can tell, DeliveryRefusedError if it surely
    went to nobody.
    """
    failed: DeliveryRefusedError | DeliveryUnknownError | None = None
    went_out = False
    refused: list[str] = []
    for recipient in recipients:
        try:
            postbox.send([recipient], letter, tags=tags, headers=headers)
            went_out = True
        except DeliveryUnknownError as error:
            failed = error
        except DeliveryRefusedError as error:
            failed = failed or error
            refused.append(recipient)
    if failed is not None and not went_out:
        raise failed
    return tuple(refused)
