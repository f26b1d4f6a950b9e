"""What can be refused, in one hierarchy: each with a sentence that tells what to do next."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple, Self


class FieldError(NamedTuple):
    """One field of a request and what is wrong with it."""

    field: str
    message: str


class LicensingError(Exception):
    """Base of everything that the product refuses."""

    code = "refused"

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotFoundError(LicensingError):
    """Nothing there, or nothing that the caller may know of: both answer alike."""

    code = "not_found"


class ForbiddenError(LicensingError):
    """The caller belongs to the clinic but lacks the permission."""

    code = "forbidden"


class InvalidRequestError(LicensingError):
    """The request breaks a rule that needs no look at the clinic's state."""

    code = "validation_failed"

    def __init__(self, detail: str, errors: tuple[FieldError, ...] = ()) -> None:
        super().__init__(detail)
        self.errors = errors

    @classmethod
    def at(cls, field: str, message: str) -> Self:
        """Return the error of one field that is wrong."""
        return cls(message, (FieldError(field, message),))

    @classmethod
    def at_cursor(cls) -> Self:
        """Return the error of a cursor that the list has not given out."""
        return cls.at("cursor", "This cursor doesn't belong to this list. Start again without one.")


class RefusedError(LicensingError):
    """The clinic's present state forbids the request; ``code`` says which rule."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(detail)
        self.code = code


class PreconditionFailedError(LicensingError):
    """The caller decided on an older version than the present one."""

    code = "precondition_failed"


class KeyReusedError(LicensingError):
    """The same Idempotency-Key came before with another request."""

    code = "idempotency_key_reused"


class ConflictError(LicensingError):
    """Somebody else wrote between our read and our write; nothing was changed."""

    code = "try_again"


@contextmanager
def refused_at(clinic_name: str) -> Iterator[None]:
    """Name the clinic in what is refused there, where a request is about two."""
    try:
        yield
    except (RefusedError, ForbiddenError) as refused:
        refused.detail = f"{clinic_name}: {refused.detail}"
        raise
