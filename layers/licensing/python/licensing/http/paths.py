"""What stands in a path, checked where that is more than a lookup."""

from datetime import date
from urllib.parse import unquote

from licensing.domain.errors import InvalidRequestError, NotFoundError
from licensing.http.text import NO_ADDRESS, is_plain_address


def night(value: str) -> date:
    """Return the day that a path names; raises NotFoundError for what is none."""
    try:
        found = date.fromisoformat(value)
    except ValueError:
        found = None
    # Of the forms that ISO 8601 has for a day, one is its address.
    if found is None or value != found.isoformat():
        raise NotFoundError("This must be the date of a reconciliation, such as 2026-12-01.")
    return found


def mail_address(value: str) -> str:
    """Return the address that a path names; raises InvalidRequestError for what is none."""
    address = unquote(value)
    if not is_plain_address(address):
        raise InvalidRequestError.at("address", NO_ADDRESS)
    return address.lower()
