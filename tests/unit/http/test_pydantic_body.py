"""Bodies that pydantic reads say what is wrong in the same words as the others."""

import pytest

from licensing.domain.errors import InvalidRequestError
from licensing.domain.licenses import LicenseType
from licensing.http.clinic_bodies import ChangeClinicBody, RegisterClinicBody
from licensing.http.user_bodies import AddUserBody

TYPES = [repr(str(kind)) for kind in LicenseType]


def wrong(kind: type[AddUserBody | RegisterClinicBody], value: dict[str, object]) -> dict[str, str]:
    """Return the sentence for each wrong field."""
    try:
        kind.read(value)
    except InvalidRequestError as refused:
        return dict(refused.errors)
    return {}


def test_each_mistake_has_its_sentence() -> None:
    """Whatever kind of value a field is given."""
    assert wrong(
        AddUserBody,
        {"name": 1, "email": "nobody", "license_type": "janitor", "permissions": {}, "seats": 1},
    ) == {
        "name": "This must be text in quotation marks.",
        "email": "This must be one plain email address, such as ana@clinic.example.",
        "license_type": f"Use one of {', '.join(TYPES[:-1])} or {TYPES[-1]}.",
        "permissions": "This must be a list, such as […].",
        "seats": "This field is unknown. Leave it out.",
    }
    assert wrong(AddUserBody, {"permissions": ["user_manager"] * 2}) == {
        "name": "This field is required.",
        "email": "This field is required.",
        "license_type": "This field is required.",
        "permissions": "Enter at most 1.",
    }


def test_an_entry_that_is_no_object_is_named() -> None:
    found = wrong(RegisterClinicBody, {"licenses": [[]], "user_managers": []})
    assert found["licenses[0]"] == "This must be an object, such as {…}."
    assert found["user_managers"] == "Enter at least 1."


def test_of_two_prices_of_a_license_type_none_is_meant() -> None:
    prices = [{"license_type": "billing", "unit_price_cents": cents} for cents in (100, 200)]
    assert ChangeClinicBody.read({"prices": prices[:1]}).change().prices == {
        LicenseType.BILLING: 100
    }
    with pytest.raises(InvalidRequestError) as refused:
        ChangeClinicBody.read({"prices": prices}).change()
    assert refused.value.errors == (("prices", "List each license type once."),)
