"""The restore drill: one clinic is put back while another one works, on the deployed system."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from docs.template import table_properties
from local.clients import Clients
from local.stack import Stack
from operations import restore_clinic
from tests.system.api import Api

CLINIC, OTHER = "/clinics/clinic-restored", "/clinics/clinic-lakeside"
RESTORED = "licenses-restored"
STAFF, PAT = "sam.rivera@clinicapp.example", "pat.cole@lakesiderehab.example"
REGISTRATION = {
    "name": "Restored Clinic",
    "time_zone": "America/Denver",
    "currency": "USD",
    "billing_day": 1,
    "licenses": [{"license_type": "therapist", "purchased": 3, "unit_price_cents": 4900}],
    "user_managers": [
        {"name": "Kim Roe", "email": "kim.roe@restored.example", "license_type": "therapist"}
    ],
}


def test_a_clinic_is_put_back_while_another_one_works(
    stack: Stack, clients: Clients, id_token: Callable[[str], str], tmp_path: Path
) -> None:
    """The emulator has no point-in-time recovery: a copy of the table stands for it."""
    staff, pat = (Api(stack["api_url"], id_token(email)) for email in (STAFF, PAT))
    assert staff.call("PUT", CLINIC, REGISTRATION).status == 201
    tables, table = clients.tables(), clients.outputs()["TableName"]
    tables.create_table(TableName=RESTORED, **table_properties())
    for clinic in ("clinic-restored", "clinic-lakeside"):
        for item in restore_clinic.items_of(tables, table, clinic):
            tables.put_item(TableName=RESTORED, Item=item)
    before = seen(staff)
    assert staff.call("PATCH", CLINIC, {"name": "Wrong"}).status == 200
    for item in restore_clinic.items_of(tables, table, "clinic-restored"):
        if item["sk"]["S"].startswith(("USER#", "INVOICE#")):
            tables.delete_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
    assert seen(staff) != before

    added = adding(pat, "during-1")
    options = ["--from", RESTORED, "--to", table, "--clinic", "clinic-restored", "--write"]
    assert restore_clinic.main([*options, "--kept", str(tmp_path / "kept")], tables) == 0
    again = adding(pat, "during-2")

    assert seen(staff) == before
    for adjustment_id in (added, again):
        assert pat.call("GET", f"{OTHER}/license-adjustments/{adjustment_id}").status == 200
    assert staff.call("PATCH", CLINIC, {"name": "Restored Clinic II"}).status == 200


def seen(staff: Api) -> list[Any]:
    """Return what is seen of the clinic."""
    return [
        staff.call("GET", f"{CLINIC}/{part}").body
        for part in ("licenses", "users", "invoices", "history")
    ]


def adding(pat: Api, key: str) -> str:
    lines = [{"action": "add", "license_type": "front_office", "quantity": 1}]
    answer = pat.call("POST", f"{OTHER}/license-adjustments", {"lines": lines}, key=key)
    assert answer.status == 201, answer.text
    adjustment_id: str = answer.body["adjustment_id"]
    return adjustment_id
