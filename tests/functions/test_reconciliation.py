"""The nightly reconciliation: whatever is broken by hand is found, exactly that, once."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.functions.conftest import CLINIC, World

Item = dict[str, Any]
NIGHT = "/reconciliations/{date}"


@pytest.fixture(autouse=True)
def _future(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_FUTURE_MOMENT", "true")


@pytest.fixture
def staff_inbox(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Item]:
    """The mails to staff that the mail service accepted."""
    sent: list[Item] = []
    ses = world.handler("summarize_reconciliation").postbox._ses
    monkeypatch.setattr(ses, "send_email", lambda **mail: sent.append(mail))
    return sent


def soon() -> datetime:
    """Return a moment shortly after all that a test has done."""
    return datetime.now(UTC) + timedelta(minutes=2)


def reconcile(world: World, at: datetime, segments: int = 2) -> Item:
    """Run a night as its workflow does."""
    text = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    done = []
    for segment in range(segments):
        state: Item = {"at": text, "segments": segments, "segment": segment}
        while state.get("outcome") != "done":
            state = json.loads(json.dumps(world.invoke("reconcile_billing", state)))
            assert state["outcome"] in ("more", "done")
        done.append(state)
    answer: Item = world.invoke("summarize_reconciliation", {"at": text, "segments": done})
    return answer


def findings(world: World, at: datetime) -> list[Item]:
    """Return what staff read of a night."""
    answer = world.call("list_reconciliations", who="staff", resource=NIGHT, date=f"{at:%Y-%m-%d}")
    assert answer.status == 200, answer.text
    body: Item = answer.body
    assert body["finding_count"] == len(body["findings"])
    return [
        {name: finding[name] for name in ("clinic_id", "invariant", "subject")}
        for finding in body["findings"]
    ]


def write(world: World, item: Item) -> None:
    """Write an item over what is there, as nobody should."""
    world.aws("dynamodb").put_item(TableName="licenses", Item=item)


def the(world: World, begins: str, clinic: str = CLINIC) -> Item:
    """Return the first item of a clinic whose sort key begins so."""
    return world.items(clinic, begins)[0]


def finding(invariant: str, subject: str, clinic: str = CLINIC) -> Item:
    """Return a finding as `findings` lists it."""
    return {"clinic_id": clinic, "invariant": invariant, "subject": subject}


def invoiced(world: World) -> str:
    """Have an adjustment of two therapist licenses on the invoice, and return its id."""
    task = {"clinic_id": CLINIC, "adjustment_id": requested(world)}
    assert world.invoke("update_invoice", task) == {"outcome": "invoiced"}
    return task["adjustment_id"]


def requested(world: World, key: str = "k1") -> str:
    """Request two therapist licenses, and return the adjustment's id."""
    answer = world.adjust([("add", "therapist", 2)], key=key)
    assert answer.status == 201
    return str(answer.body["adjustment_id"])


def test_a_sound_table_gives_a_report_without_findings_and_no_mail(
    world: World, staff_inbox: list[Item]
) -> None:
    invoiced(world)
    at = soon()

    answer = reconcile(world, at)

    assert (answer["clinics"], answer["findings"], answer["repairs"]) == (2, 0, 0)
    assert findings(world, at) == []
    assert staff_inbox == []
    listed = world.call("list_reconciliations", who="staff").body["reconciliations"]
    assert listed == [{"date": f"{at:%Y-%m-%d}", "status": "complete", "clinics": 2, "findings": 0}]


def _in_use(world: World) -> Item:
    item = the(world, "CLINIC")
    item["licenses"]["M"]["therapist"]["L"][1]["N"] = "2"
    write(world, item)
    return finding("I1", "therapist")


def _active_user(world: World) -> Item:
    item = the(world, "USER#")
    item["active"]["BOOL"] = False
    item["license_type"]["S"] = "therapist"
    item["permissions"]["L"] = []
    write(world, item)
    clinic = the(world, "CLINIC")
    clinic["managers"]["N"] = "0"
    write(world, clinic)
    return finding("I1", "therapist")


def _managers(world: World) -> Item:
    item = the(world, "CLINIC")
    item["managers"]["N"] = "2"
    write(world, item)
    return finding("I1", "user_managers")


def _purchased(world: World) -> Item:
    item = the(world, "CLINIC")
    item["licenses"]["M"]["billing"]["L"][0]["N"] = "9"
    write(world, item)
    return finding("I2", "billing")


def _next_renewal(world: World) -> Item:
    item = the(world, "CLINIC")
    item["licenses"]["M"]["billing"]["L"][2]["N"] = "9"
    write(world, item)
    return finding("I3", "renewal/billing")


def _line_gone(world: World) -> Item:
    item = the(world, f"INVOICE#{_upcoming(world)}#LINE#0")
    key = {name: item[name] for name in ("pk", "sk")}
    world.aws("dynamodb").delete_item(TableName="licenses", Key=key)
    return finding("I3", item["sk"]["S"].removeprefix("INVOICE#").replace("#LINE#", "/"))


def _line_twice(world: World) -> Item:
    item = the(world, f"INVOICE#{_upcoming(world)}#LINE#0")
    item["sk"]["S"] += "0"
    write(world, item)
    return finding("I3", item["sk"]["S"].removeprefix("INVOICE#").replace("#LINE#", "/"))


def _line_changed(world: World) -> Item:
    item = the(world, f"INVOICE#{_upcoming(world)}#LINE#0")
    item["cents"]["N"] = str(int(item["cents"]["N"]) + 1)
    write(world, item)
    return finding("I3", item["sk"]["S"].removeprefix("INVOICE#").replace("#LINE#", "/"))


def _registration_line_gone(world: World) -> Item:
    item = the(world, f"INVOICE#{_upcoming(world)}#LINE#REGISTRATION#billing")
    key = {name: item[name] for name in ("pk", "sk")}
    world.aws("dynamodb").delete_item(TableName="licenses", Key=key)
    return finding("I3", f"{_upcoming(world)}/REGISTRATION#billing")


def _registration_line_changed(world: World) -> Item:
    item = the(world, f"INVOICE#{_upcoming(world)}#LINE#REGISTRATION#billing")
    item["quantity"]["N"] = "7"
    write(world, item)
    return finding("I3", f"{_upcoming(world)}/REGISTRATION#billing")


def _total(world: World) -> Item:
    item = the(world, f"INVOICE#{_upcoming(world)}")
    item["total_cents"]["N"] = "1"
    write(world, item)
    return finding("I3", _upcoming(world))


def _finalized(world: World) -> Item:
    item = the(world, f"INVOICE#{_upcoming(world)}")
    item["status"]["S"] = "finalized"
    write(world, item)
    return finding("I3", _upcoming(world))


def _uninvoiced(world: World) -> Item:
    item = the(world, "CLINIC")
    item["uninvoiced_cents"] = {"N": "5"}
    write(world, item)
    return finding("I3", "uninvoiced")


def _open_count(world: World) -> Item:
    item = the(world, "CLINIC")
    item["open_count"]["N"] = "2"
    write(world, item)
    return finding("I4", "open_adjustments")


def _sent_before_invoiced(world: World) -> Item:
    item = the(world, "ADJUSTMENT#")
    item["confirmation"]["S"] = "sent"
    write(world, item)
    return finding("I4", item["sk"]["S"].removeprefix("ADJUSTMENT#"))


def _parked(world: World) -> Item:
    item = the(world, "ADJUSTMENT#")
    item["confirmation"]["S"] = "unknown"
    write(world, item)
    return finding("I4", item["sk"]["S"].removeprefix("ADJUSTMENT#"))


def _upcoming(world: World) -> str:
    return str(the(world, "CLINIC")["next_renewal"]["S"][:7])


@pytest.mark.parametrize(
    "break_it",
    [
        _in_use,
        _active_user,
        _managers,
        _purchased,
        _next_renewal,
        _line_gone,
        _line_twice,
        _line_changed,
        _registration_line_gone,
        _registration_line_changed,
        _total,
        _finalized,
        _uninvoiced,
        _open_count,
        _sent_before_invoiced,
        _parked,
    ],
)
def test_what_is_broken_by_hand_is_found_and_nothing_else(
    world: World, staff_inbox: list[Item], break_it: Callable[[World], Item]
) -> None:
    invoiced(world)
    wanted = break_it(world)
    before = world.items()
    at = soon()

    reconcile(world, at)
    again = reconcile(world, at)

    assert findings(world, at) == [wanted]
    assert again["findings"] == 1
    assert world.items() == before
    assert len(staff_inbox) == 1
