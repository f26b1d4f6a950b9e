"""The world before the fuzz: two clinics with a manager each, and something in every state."""

from typing import Any

from licensing.domain.keys import partition
from tests.faults.acts import (
    ADD,
    ask,
    cancelling,
    later,
    people,
    reconciling,
    renewing,
    sending,
    told_bounced,
    updating,
)
from tests.functions.conftest import CLINIC, OTHER_CLINIC, TABLE, register
from tests.product import Product

MANAGER, PEER, STAFF = "dana", "pat", "staff"
"""The callers: two managers who must not see each other's clinic, and the vendor's staff."""


def prepare(product: Product) -> None:
    """Register both clinics and let some weeks pass."""
    register(product, CLINIC, [("Dana Reyes", "dana.reyes@mainstreetpt.example")])
    register(product, OTHER_CLINIC, [("Pat Cole", "pat.cole@lakesiderehab.example")])
    people(product)
    _request(product, "confirmed")
    updating(0)(product, {})
    sending(0)(product, {})
    later(31)(product, {})
    renewing(product, {})
    _request(product, "parked")
    updating(1)(product, {})
    product.cloud.mail_fails = "before"
    sending(1)(product, {})
    product.cloud.mail_fails = ""
    _request(product, "invoiced")
    updating(2)(product, {})
    _request(product, "cancelled")
    cancelling(3)(product, {})
    _request(product, "applied")
    theirs = product.adjust([("add", "therapist", 1)], key="theirs", who=PEER, clinic=OTHER_CLINIC)
    assert theirs.status == 201, theirs.text
    reconciling(product, {})
    told_bounced(product, {})


def known(product: Product) -> dict[str, list[str]]:
    """Return what there is to name in a path, by the parameter's name."""
    ids: dict[str, list[str]] = {"USER": [], "ADJUSTMENT": [], "INVOICE": []}
    for item in product.table():
        kind, _, name = item["sk"]["S"].partition("#")
        if item["pk"]["S"] == partition(CLINIC) and kind in ids and "#" not in name:
            ids[kind].append(name)
    return {
        "clinic_id": [CLINIC],
        "user_id": ids["USER"],
        "adjustment_id": ids["ADJUSTMENT"],
        "invoice_id": ["upcoming", *ids["INVOICE"]],
        "date": [product.clock.now.date().isoformat()],
        "address": ["dana.reyes@mainstreetpt.example"],
    }


def keep_in_charge(product: Product) -> None:
    """Let another manager give the manager back what the fuzz may well have taken from them."""
    user_id = product.accounts[MANAGER]
    if _manages(product.cloud.tables[TABLE].get((partition(CLINIC), f"USER#{user_id}"))):
        return
    others = (item for item in product.items(CLINIC, "USER#") if _manages(item))
    product.accounts["another"] = next(others)["user_id"]["S"]
    permissions = {"permissions": ["user_manager"]}
    changed = product.call("change_user", who="another", user_id=user_id, body=permissions)
    assert changed.status == 200, changed.text
    if product.activate(user_id, who="another").status == 409:
        more = [("add", changed.body["license_type"], 1)]
        product.adjust(more, key=f"back at {product.clock.look()}", who="another")
        assert product.activate(user_id, who="another").status == 200


def _manages(user: dict[str, Any] | None) -> bool:
    return user is not None and user["active"]["BOOL"] and bool(user["permissions"]["L"])


def _request(product: Product, key: str) -> None:
    answer = ask(product, *ADD, key=key)
    assert answer.status == 201, answer.text
