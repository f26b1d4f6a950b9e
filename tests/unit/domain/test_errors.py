"""Refusals carry a code for programs and a sentence for people."""

import pytest

from licensing.domain import errors
from licensing.domain.errors import FieldError, InvalidRequestError, LicensingError, RefusedError


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        (errors.NotFoundError, "not_found"),
        (errors.ForbiddenError, "forbidden"),
        (errors.InvalidRequestError, "validation_failed"),
        (errors.PreconditionFailedError, "precondition_failed"),
        (errors.KeyReusedError, "idempotency_key_reused"),
        (errors.ConflictError, "try_again"),
    ],
)
def test_each_kind_of_refusal_has_its_code_and_a_rule_gives_its_own(
    kind: type[LicensingError], code: str
) -> None:
    for error, own in ((kind("Do this."), code), (RefusedError("expired", "Do this."), "expired")):
        assert (error.code, error.detail, str(error)) == (own, "Do this.", "Do this.")


def test_an_invalid_request_names_its_fields() -> None:
    error = InvalidRequestError("No.", (FieldError("name", "No."),))

    assert (str(error), error.errors) == ("No.", (FieldError("name", "No."),))
    assert InvalidRequestError("No.").errors == ()
    message = "This cursor doesn't belong to this list. Start again without one."
    assert InvalidRequestError.at_cursor().errors == (FieldError("cursor", message),)
