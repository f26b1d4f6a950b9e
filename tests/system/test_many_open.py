"""More open adjustments than the clinic's own record names: what waits is looked up then."""

import json
from collections.abc import Callable
from typing import Any

from local.clients import Clients
from local.place import STACK_NAME
from local.stack import Stack
from tests.system.api import Api

CLINIC = "clinic-lakeside"
ADJUSTMENTS = f"/clinics/{CLINIC}/license-adjustments"


def test_the_newest_of_many_takes_all_older_ones_to_the_invoice(
    stack: Stack, clients: Clients, id_token: Callable[[str], str]
) -> None:
    """And a preview looks them all up."""
    pat = Api(stack["api_url"], id_token("pat.cole@lakesiderehab.example"))
    lines = [{"action": "add", "license_type": "front_office", "quantity": 1}]
    asked = [
        pat.call("POST", ADJUSTMENTS, {"lines": lines}, key=f"many-{number}")
        for number in range(12)
    ]
    assert [answer.status for answer in asked] == [201] * 12
    preview = pat.call("POST", f"{ADJUSTMENTS}/preview", {"lines": lines})
    assert preview.status == 200, preview.text
    newest = asked[-1].body["adjustment_id"]
    given = json.dumps({"clinic_id": CLINIC, "adjustment_id": newest}).encode()
    done = clients.functions().invoke(FunctionName=f"{STACK_NAME}-update_invoice", Payload=given)
    assert json.loads(done["Payload"].read()) == {"outcome": "invoiced"}
    states = [status(pat, answer.body["adjustment_id"]) for answer in asked]
    assert "applied" not in states


def status(pat: Api, adjustment_id: str) -> Any:
    """Return how far an adjustment has come."""
    return pat.call("GET", f"{ADJUSTMENTS}/{adjustment_id}").body["status"]
