"""A license type is added to the enumeration and to the mail vocabulary: all else follows."""

import json
from collections.abc import Iterator

import pytest

from licensing.domain.licenses import LicenseType
from tests.faults.acts import mailing
from tests.functions.conftest import load_event
from tests.product import Product


@pytest.fixture(scope="module")
def product() -> Iterator[Product]:
    """The product with a clinic that has licenses of every type."""
    product = Product.open()
    with product.active():
        body = json.loads(load_event("register_clinic")["body"])
        body["licenses"] = [
            {"license_type": kind, "purchased": 3, "unit_price_cents": 4900} for kind in LicenseType
        ]
        dana = {"name": "Dana Reyes", "email": "dana.reyes@mainstreetpt.example"}
        body["user_managers"] = [dana | {"license_type": next(iter(LicenseType))}]
        answer = product.call("register_clinic", who="staff", body=body)
        assert answer.status == 201, answer.text
        yield product


@pytest.mark.parametrize("kind", LicenseType)
def test_a_mail_can_ask_for_every_type_by_its_name(product: Product, kind: LicenseType) -> None:
    """Whatever a type is called to people, the mail vocabulary knows it by that."""
    before = product.counts(kind)[0]
    mailing(f"Please add 2 {kind.label} licenses.", number=list(LicenseType).index(kind))(
        product, {}
    )
    assert product.counts(kind)[0] == before + 2
