"""Handing one letter over to several people."""

from collections.abc import Mapping, Sequence

from licensing.domain.notices import Letter
from licensing.use_cases.ports import DeliveryRefusedError, DeliveryUnknownError, Postbox


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
