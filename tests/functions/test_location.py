"""Where a new resource lies, as callers read it at each address that the API may have."""

from urllib.parse import urljoin

import pytest

from tests.functions.conftest import CLINIC, World

ADDRESSES = [
    "http://127.0.0.1:4566",
    "https://licenses.clinicapp.example",
    "https://a1b2c3d4e5.execute-api.us-east-1.amazonaws.com/v1",
    "https://api.clinicapp.example/licenses",
]


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_new_adjustment_lies_where_its_answer_says(world: World, address: str) -> None:
    """RFC 9110: a reference relative to the address that was called."""
    called = f"{address}/clinics/{CLINIC}/license-adjustments"
    answer = world.adjust([("add", "therapist", 2)], key="k1")
    wanted = f"{called}/{answer.body['adjustment_id']}"
    assert urljoin(called, answer.headers["Location"]) == wanted


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_new_user_lies_where_the_answer_says(world: World, address: str) -> None:
    """The same of users."""
    called = f"{address}/clinics/{CLINIC}/users"
    body = {
        "name": "Ana Silva",
        "email": "ana.silva@mainstreetpt.example",
        "license_type": "therapist",
        "permissions": [],
    }
    answer = world.call("add_user", body=body)
    wanted = f"{called}/{answer.body['user_id']}"
    assert urljoin(called, answer.headers["Location"]) == wanted
