"""What a request that fits docs/openapi.json may still be refused for, and a check that it is that.

Schemathesis takes 409 and 404 for granted. A valid body may be refused with another status where a
rule binds fields to each other or to the clinic's state, which JSON Schema cannot say; these are
all such rules. Whatever else is refused is a mistake of the description or of the handler.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

import schemathesis
from hypothesis import strategies as st
from schemathesis.checks import CheckContext
from schemathesis.core.transport import Response
from schemathesis.generation.case import Case

from docs.routes import ROUTES

_TRANSFER = {
    "validation_failed lines": 422,  # a license type named twice
    "validation_failed lines[].license_type": 422,  # one that a clinic does not have
    "validation_failed to_clinic_id": 422,  # the same clinic twice
    "validation_failed users": 422,  # a user named twice
    "validation_failed users[].user_id": 422,  # nobody of the clinic
}
_OWN: Mapping[str, Mapping[str, int]] = {
    # of another list
    **{route.name: {"validation_failed cursor": 422} for route in ROUTES if route.paged},
    "list_clinics": {
        "validation_failed cursor": 422,
        "validation_failed q": 422,  # by somebody who is no staff, or nothing but spaces
    },
    "request_license_adjustment": {
        "validation_failed lines": 422,  # a license type named twice
        "validation_failed lines[].license_type": 422,  # one that the clinic does not have
        "validation_failed explanation": 422,  # missing where licenses are released
        "validation_failed priced_at": 422,  # the year 0, or for a later day
        "validation_failed effective_on": 422,  # past, or too far ahead
        "idempotency_key_reused": 422,
    },
    "preview_license_adjustment": {
        "validation_failed effective_on": 422,
        "validation_failed lines": 422,
        "validation_failed lines[].license_type": 422,
    },
    "transfer_licenses": {**_TRANSFER, "idempotency_key_reused": 422},
    "preview_license_transfer": _TRANSFER,
    "set_user_activation": {
        "validation_failed release_license": 422,  # together with active: true
        "idempotency_key_missing": 400,  # needed together with release_license only
        "idempotency_key_reused": 422,
    },
    "add_user": {
        "validation_failed name": 422,  # letters of several alphabets in a word
        "validation_failed license_type": 422,  # one that the clinic does not have
        "validation_failed starts_on": 422,  # a day that is over or too far ahead
    },
    "correct_invoice": {"idempotency_key_reused": 422},
    "close_clinic": {"validation_failed closes_on": 422},  # a day that is over or far ahead
    "change_clinic": {
        "validation_failed name": 422,
        "validation_failed prices": 422,  # a license type named twice
    },
    "name_user_manager": {
        "validation_failed name": 422,
        "validation_failed license_type": 422,
        "validation_failed replaces": 422,  # the very person
    },
    "create_provisioning_token": {
        "validation_failed name": 422,
        "validation_failed default_license_type": 422,  # not had
    },
    "change_user": {
        "validation_failed name": 422,
        "validation_failed license_type": 422,  # of an active user
        "validation_failed starts_on": 422,
    },
    "set_notices": {
        "validation_failed few_left": 422,  # a license type named twice
        "validation_failed few_left[].license_type": 422,  # one that the clinic does not have
    },
    "register_clinic": {
        "validation_failed name": 422,
        "validation_failed user_managers[].name": 422,
        "validation_failed licenses[].license_type": 422,  # named twice
        "validation_failed user_managers[].email": 422,  # named twice
        "validation_failed user_managers[].license_type": 422,  # more than are purchased
    },
}
_IF_MATCH = {"precondition_failed": 412}
RULES = {
    route.name: rules
    for route in ROUTES
    for given in [any(of["name"] == "If-Match" for of in route.parameters)]
    if (rules := {**_OWN.get(route.name, {}), **(_IF_MATCH if given else {})})
}
ZONES = (
    "America/New_York",
    "America/Argentina/Buenos_Aires",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "Europe/London",
    "Pacific/Kiritimati",
    "UTC",
)


def operations() -> list[dict[str, Any]]:
    """Return Schemathesis' settings of the operations that have such rules."""
    usual = ["2xx", "3xx", "401", "403", "404", "409"]
    return [
        {
            "include-operation-id": name,
            "checks": {
                "positive_data_acceptance": {
                    "expected-statuses": usual + sorted({str(of) for of in rules.values()})
                }
            },
        }
        for name, rules in RULES.items()
    ]


def describe_formats() -> None:
    """Tell Schemathesis how texts look whose form JSON Schema has no word for.

    Lengths are the bounds of the fields and some between: where a certain length is wanted,
    others are drawn in vain.
    """
    bits = st.text(st.characters(categories=["L", "N", "P", "S"]), min_size=1, max_size=8)
    visible = st.builds(_of_length, bits, st.sampled_from((1, 2, 3, 4, 30, 199, 200, 999, 1000)))
    schemathesis.openapi.format(
        "visible-text", visible.filter(lambda text: unicodedata.is_normalized("NFC", text))
    )
    letters = st.text("abcdefghijklmnopqrstuvwxyzABC0123456789", min_size=1, max_size=12)
    lengths = st.sampled_from((6, 7, 20, 30, 127, 128, 253, 254))
    schemathesis.openapi.format("email", st.builds(_address, letters, lengths))
    schemathesis.openapi.format("time-zone", st.sampled_from(ZONES))
    cells = st.tuples(visible, st.builds(_address, letters, lengths), st.sampled_from(("", "true")))
    schemathesis.openapi.format("user-list", st.lists(cells, min_size=1, max_size=3).map(_list))
    schemathesis.serializer("text/csv")(lambda _, value: str(value).encode())


def _list(rows: list[tuple[str, str, str]]) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(("name", "email", "license_type", "active"))
    writer.writerows((name, email, "billing", active) for name, email, active in rows)
    return text.getvalue()


def _of_length(bits: str, length: int) -> str:
    return (bits * length)[:length]


def _address(letters: str, length: int) -> str:
    domain = "b.co"
    while length - len(domain) - len("@") > 64:
        domain = f"{'b' * 50}.{domain}"
    return f"{_of_length(letters, length - len(domain) - len('@'))}@{domain}"


@schemathesis.check
def refusals_say_why(_: CheckContext, response: Response, case: Case[Any]) -> None:
    """Every 422 names a field, and a valid request is refused by a known rule only."""
    if response.status_code not in (400, 412, 422):
        return
    problem = response.json()
    names = [re.sub(r"\d+", "", error["field"]) for error in problem.get("errors", [])]
    whys = [f"{problem['code']} {name}" for name in names] or [problem["code"]]
    assert names or problem["code"] != "validation_failed", problem
    rules = RULES.get(case.operation.definition.raw["operationId"], {})
    if case.meta is not None and case.meta.generation.mode.is_positive:
        assert all(why in rules for why in whys), f"refused a valid request: {problem}"
