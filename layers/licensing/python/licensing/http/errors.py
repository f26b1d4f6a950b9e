"""What can be wrong with a request as HTTP, before anything is asked of a clinic."""

from collections.abc import Sequence

from licensing.domain.errors import FieldError, InvalidRequestError, LicensingError


class MalformedRequestError(LicensingError):
    """The body or a header cannot be read."""

    code = "malformed_request"


class KeyMissingError(MalformedRequestError):
    """The operation needs an Idempotency-Key."""

    code = "idempotency_key_missing"


class UnauthorizedError(LicensingError):
    """No ID token of a sign-in to this product."""

    code = "unauthorized"


class PayloadTooLargeError(LicensingError):
    """The body is larger than any request needs."""

    code = "payload_too_large"


class UnsupportedMediaTypeError(LicensingError):
    """The body is not declared as JSON."""

    code = "unsupported_media_type"


def wrong_fields(errors: Sequence[FieldError]) -> InvalidRequestError:
    """Return the refusal of a body with these mistakes."""
    first = errors[0]
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    return InvalidRequestError(f"{first.field}: {first.message}{more}", tuple(errors))
