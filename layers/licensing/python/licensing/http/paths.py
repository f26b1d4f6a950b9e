"""What stands in a path, checked where that is more than a lookup."""

from urllib.parse import unquote

from licensing.domain.errors import FieldError, InvalidRequestError
from licensing.http.addresses import is_plain_address


def mail_address(value: str) -> str:
    """Return the address that a path names; raises InvalidRequestError for what is none."""
    address = unquote(value)
    if not is_plain_address(address):
        message = "This must be one plain email address, such as ana@clinic.example."
        raise InvalidRequestError(message, (FieldError("address", message),))
    return address.lower()
