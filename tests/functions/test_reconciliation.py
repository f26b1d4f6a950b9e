"""The nightly reconciliation: whatever is broken by hand is found, exactly that, once."""

import itertools
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from unittest.mock import Mock

import pytest
from botocore.exceptions import ClientError

from licensing.domain import limits
from licensing.domain.clinics import Clinic
from licensing.domain.overview import sums_of
from licensing.domain.proration import ProrationUnit
from licensing.domain.reconciliation import Sums
from licensing.use_cases.nights import reconcile_billing
from local.memory import tables
from tests.functions.conftest import CLINIC, OTHER_CLINIC, Context, World, register
from tests.functions.mailing import DANA, words_of

Item = dict[str, Any]
NIGHT = "/reconciliations/{date}"


@pytest.fixture
def staff_inbox(world: World, monkeypatch: pytest.MonkeyPatch) -> list[Item]:
    """The mails to staff that the mail service accepted."""
    return world.sent_by("summarize_reconciliation", monkeypatch)


def soon() -> datetime:
    """Return a moment shortly after all that a test has done."""
    return datetime.now(UTC) + timedelta(minutes=2)


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


def the(world: World, begins: str, clinic: str = CLINIC) -> Item:
    """Return the first item of a clinic whose sort key begins so."""
    return world.items(clinic, begins)[0]


def finding(invariant: str, subject: str, clinic: str = CLINIC) -> Item:
    """Return a finding as `findings` lists it."""
    return {"clinic_id": clinic, "invariant": invariant, "subject": subject}


def invoiced(world: World, key: str = "k1") -> str:
    """Have an adjustment of two therapist licenses on the invoice, and return its id."""
    return world.invoiced(world.adjust([("add", "therapist", 2)], key=key).body)["adjustment_id"]


def requested(world: World) -> str:
    """Request two therapist licenses, and return the adjustment's id."""
    return str(world.adjust([("add", "therapist", 2)], key="k1").body["adjustment_id"])


def test_a_sound_table_gives_a_report_without_findings_and_no_mail(
    world: World, staff_inbox: list[Item]
) -> None:
    invoiced(world)
    at = soon()

    answer = world.reconcile(at)

    assert (answer["clinics"], answer["findings"], answer["repairs"]) == (2, 0, 0)
    assert findings(world, at) == []
    assert staff_inbox == []
    listed = world.listed("list_reconciliations", who="staff")
    assert listed == [{"date": f"{at:%Y-%m-%d}", "status": "complete", "clinics": 2, "findings": 0}]


@pytest.mark.parametrize("unit", ProrationUnit)
def test_a_first_period_is_judged_by_the_terms_that_it_began_with(
    world: World, monkeypatch: pytest.MonkeyPatch, unit: ProrationUnit
) -> None:
    """What clinics start with may change: those that are there keep what they started with."""
    monkeypatch.setattr(limits, "FIRST_UNIT", unit)
    register(world, "clinic-new", [("Ned New", "ned.new@clinic.example")])
    asked = world.adjust([("add", "therapist", 2)], key="k1", who="ned", clinic="clinic-new")
    world.invoiced(asked.body)
    at = soon()
    assert world.reconcile(at)["findings"] == 0


def _in_use(world: World) -> Item:
    item = the(world, "CLINIC")
    item["licenses"]["M"]["therapist"]["L"][1]["N"] = "2"
    world.write(item)
    return finding("I1", "therapist")


def _managers(world: World) -> Item:
    item = the(world, "CLINIC")
    item["managers"]["N"] = "2"
    world.write(item)
    return finding("I1", "user_managers")


def _purchased(world: World) -> Item:
    item = the(world, "CLINIC")
    item["licenses"]["M"]["billing"]["L"][0]["N"] = "9"
    world.write(item)
    return finding("I2", "billing")


def _line_changed(world: World) -> Item:
    item = the(world, f"INVOICE#{_upcoming(world)}#LINE#0")
    item["cents"]["N"] = str(int(item["cents"]["N"]) + 1)
    world.write(item)
    return finding("I3", item["sk"]["S"].removeprefix("INVOICE#").replace("#LINE#", "/"))


def _total(world: World) -> Item:
    item = the(world, f"INVOICE#{_upcoming(world)}")
    item["total_cents"]["N"] = "1"
    world.write(item)
    return finding("I3", _upcoming(world))


def _upcoming(world: World) -> str:
    return str(the(world, "CLINIC")["next_renewal"]["S"][:7])


@pytest.mark.parametrize("break_it", [_in_use, _managers, _purchased, _line_changed, _total])
def test_what_is_broken_by_hand_is_found_and_nothing_else(
    world: World, staff_inbox: list[Item], break_it: Callable[[World], Item]
) -> None:
    invoiced(world)
    wanted = break_it(world)
    before = world.items()
    at = soon()

    world.reconcile(at)
    again = world.reconcile(at)

    assert findings(world, at) == [wanted]
    assert again["findings"] == 1
    assert world.items() == before
    assert len(staff_inbox) == 1


def executions(world: World) -> list[str]:
    """Return the names of all invoice updates that were started."""
    return [run.name for run in world.cloud.executions.values()]


def shortly_before_due(world: World) -> datetime:
    """Return a moment at which the newest adjustment should be waiting."""
    due = int(the(world, "ADJUSTMENT#")["due"]["N"]) / 1000
    return max(datetime.fromtimestamp(due, UTC) - timedelta(hours=2), soon() + timedelta(hours=1))


def history(world: World) -> list[str]:
    """Return what happened in the clinic, as staff read it."""
    return [row["action"] for row in world.listed("list_history", who="staff")]


@pytest.mark.parametrize("asked", [requested, invoiced])
def test_a_lost_workflow_is_started_once_and_the_broken_promise_found(
    world: World, asked: Callable[[World], str]
) -> None:
    """The stream forgets after a day; the night does not. A queued mail was surely not sent."""
    adjustment_id = asked(world)
    at = soon() + timedelta(days=20)

    first, second = world.reconcile(at), world.reconcile(at)

    assert (first["repairs"], first["overdue"]) == (1, 1) == (second["repairs"], second["overdue"])
    assert executions(world).count(f"{adjustment_id}-{at:%Y-%m-%d}") == 1
    assert history(world).count("invoice_update_restarted") == 1
    assert findings(world, at) == [finding("deadline", adjustment_id)]


@pytest.mark.parametrize(
    ("meanwhile", "repairs"),
    [
        (lambda _: None, 1),
        # A start of what runs has no effect.
        (lambda world: world.stream(the(world, "ADJUSTMENT#")), 0),
        # The older one is on the invoice with the later one; its confirmation is still to come.
        (lambda world: invoiced(world, "k2"), 2),
    ],
    ids=["never began", "waits", "invoiced by a later one"],
)
def test_a_workflow_that_is_missing_is_started_before_it_is_due(
    world: World,
    monkeypatch: pytest.MonkeyPatch,
    meanwhile: Callable[[World], object],
    repairs: int,
) -> None:
    """So that the promise can still be kept; none is asked about, for which AWS has no time."""
    adjustment_id = requested(world)
    meanwhile(world)
    at = shortly_before_due(world)
    states = world.handler("reconcile_billing").workflows._states
    monkeypatch.setattr(states, "describe_execution", None)

    answer = world.reconcile(at)

    assert (answer["repairs"], answer["findings"]) == (repairs, 0)
    assert executions(world).count(adjustment_id) == 1
    assert history(world).count("invoice_update_restarted") == repairs


@pytest.mark.parametrize("refused", ["start_execution", "describe_execution"])
def test_a_night_goes_on_where_the_workflow_service_has_no_time(
    world: World, monkeypatch: pytest.MonkeyPatch, refused: str
) -> None:
    """What it could not ask for is not due yet; the next night asks again."""
    requested(world)
    at = shortly_before_due(world)
    states = world.handler("reconcile_billing").workflows._states
    exists = ClientError({"Error": {"Code": "ExecutionAlreadyExists"}}, "StartExecution")
    throttled = ClientError({"Error": {"Code": "ThrottlingException"}}, "any")
    monkeypatch.setattr(states, "start_execution", Mock(side_effect=exists))
    monkeypatch.setattr(states, refused, Mock(side_effect=throttled))

    answer = world.reconcile(at)

    assert (answer["repairs"], answer["findings"]) == (0, 0)


def test_an_address_that_bounced_is_found_until_staff_clear_it(
    world: World, staff_inbox: list[Item]
) -> None:
    world.bounce(DANA)
    at = soon()

    world.reconcile(at)
    world.call("clear_mail_address", who="staff", address=DANA)
    world.reconcile(at + timedelta(days=1))

    assert findings(world, at) == [
        finding("mail_address", DANA, clinic) for clinic in sorted((CLINIC, OTHER_CLINIC))
    ]
    assert findings(world, at + timedelta(days=1)) == []
    assert len(staff_inbox) == 1


def test_an_address_that_was_corrected_is_found_no_more(world: World) -> None:
    ben = world.add_user("Ben Ortiz")
    world.bounce(ben["email"])
    world.call("change_user", user_id=ben["user_id"], body={"email": "ben.ortiz@new.example"})
    at = soon()

    world.reconcile(at)

    assert findings(world, at) == []


def test_no_alarm_rings_for_an_address_that_bounced(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its message is that the books do not agree: they do."""
    world.bounce(DANA)
    _purchased(world)
    world.reconcile(soon())
    told = [json.loads(line) for line in capsys.readouterr().out.splitlines() if "_aws" in line]
    assert [line["ReconciliationFindings"] for line in told] == [[1]]


def test_records_without_their_clinic_are_found(world: World) -> None:
    """Nothing of the product deletes a clinic."""
    key = {name: the(world, "CLINIC")[name] for name in ("pk", "sk")}
    world.aws("dynamodb").delete_item(TableName="licenses", Key=key)
    at = soon()

    answer = world.reconcile(at)

    assert findings(world, at) == [finding("records", "CLINIC")]
    assert answer["clinics"] == 1


def test_a_clinic_that_never_holds_still_is_a_finding_by_itself(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was read meanwhile is no one state of it, so that nothing is said of its books."""
    _total(world)
    names = itertools.count()

    def added_meanwhile(clinic: Clinic, **given: int) -> Sums:
        if clinic.clinic_id == CLINIC:
            world.add_user(f"User{next(names)}")
        return sums_of(clinic, **given)

    monkeypatch.setattr(reconcile_billing, "sums_of", added_meanwhile)
    monkeypatch.setattr(reconcile_billing, "time", SimpleNamespace(sleep=lambda _: None))
    at = soon()
    world.reconcile(at)

    assert findings(world, at) == [finding("records", "CLINIC")]
    assert next(names) == 5


def test_a_clinic_whose_check_fails_stops_no_other_one(
    world: World, staff_inbox: list[Item]
) -> None:
    """Tried again first: the cause may lie with a service that has no time."""
    key = {name: the(world, f"INVOICE#{_upcoming(world)}")[name] for name in ("pk", "sk")}
    world.aws("dynamodb").delete_item(TableName="licenses", Key=key)
    at = soon() + timedelta(days=70)

    with pytest.raises(LookupError):
        world.reconcile(at, retried=2)
    answer = world.reconcile(at, retried=3)

    assert answer["clinics"] == 2
    assert findings(world, at) == [finding("records", "CLINIC")]
    assert "failed with LookupError" in str(staff_inbox)
    kept = world.items(OTHER_CLINIC, "INVOICE#")
    assert len([item for item in kept if item.get("status") == {"S": "finalized"}]) == 3


@pytest.mark.parametrize(
    ("begins", "lacking"), [("ADJUSTMENT#", "due"), ("USER#", "active"), ("CLINIC", "time_zone")]
)
def test_a_record_that_cannot_be_read_is_named_and_stops_no_other_clinic(
    world: World, begins: str, lacking: str
) -> None:
    """At once: it is as it is, however often it is read."""
    invoiced(world)
    broken = the(world, begins)
    del broken[lacking]
    world.aws("dynamodb").put_item(TableName="licenses", Item=broken)
    at = soon() + timedelta(days=70)

    world.reconcile(at)

    assert findings(world, at) == [finding("records", broken["sk"]["S"])]
    kept = world.items(OTHER_CLINIC, "INVOICE#")
    assert len([item for item in kept if item.get("status") == {"S": "finalized"}]) == 3


@pytest.mark.parametrize("name", ["SENDER#gil@riverside.example", "MAIL#0", "NOTICE#a#b"])
def test_a_record_about_mail_that_cannot_be_read_stops_nothing(world: World, name: str) -> None:
    """Staff are told its kind, and no address."""
    item = {"pk": name, "sk": "ADDRESS", "suppressed": "1", "unsent": "x"}
    written = {key: {"S": value} for key, value in item.items()}
    world.aws("dynamodb").put_item(TableName="licenses", Item=written)
    at = soon()

    assert world.reconcile(at)["clinics"] == 2
    assert findings(world, at) == [finding("records", name.partition("#")[0], "-")]


def test_a_run_out_of_time_goes_on_behind_the_last_clinic(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each run checks one clinic at least."""
    monkeypatch.setattr(Context, "get_remaining_time_in_millis", lambda _: 1_000)
    at = f"{soon():%Y-%m-%dT%H:%M:%SZ}"
    first = world.invoke("reconcile_billing", {"at": at, "segments": 1, "segment": 0})
    again = world.invoke("reconcile_billing", json.loads(json.dumps(first)))
    last = world.invoke("reconcile_billing", json.loads(json.dumps(again)))

    assert [run["outcome"] for run in (first, again, last)] == ["more", "more", "done"]
    assert [run["sums"][0] for run in (first, again, last)] == [1, 2, 2]
    assert first["cursor"][0].startswith("CLINIC#")


def test_a_clinic_is_counted_once_though_two_segments_see_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DynamoDB may divide the records of one clinic."""
    monkeypatch.setattr(tables, "_scatter", lambda item: item["sk"]["S"] > "CLINIC")
    requested(world)
    assert world.reconcile(soon())["clinics"] == 2


def test_a_moment_to_come_is_refused_unless_the_local_cloud_allows_it(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Books are not closed ahead of time."""
    monkeypatch.setenv("ALLOW_FUTURE_MOMENT", "false")
    before = world.table()
    at = f"{soon() + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"

    answer = world.invoke("reconcile_billing", {"at": at, "segments": 1, "segment": 0})

    assert answer["outcome"] == "refused"
    assert world.table() == before


def test_a_night_that_was_not_is_not_found(world: World) -> None:
    """Nor one by another way to write its day than that of the list."""
    at = datetime.now(UTC)
    world.reconcile(at)
    for date in ("2020-01-01", "yesterday", f"{at:%Y%m%d}", f"{at:%G-W%V-%u}"):
        answer = world.call("list_reconciliations", who="staff", resource=NIGHT, date=date)
        assert (answer.status, answer.code) == (404, "not_found")


def test_findings_come_in_pages(world: World) -> None:
    """Every finding once, in the order of clinics."""
    for break_it in (_in_use, _purchased, _managers):
        break_it(world)
    at = soon()
    world.reconcile(at)
    night = {"resource": NIGHT, "date": f"{at:%Y-%m-%d}"}
    found = world.leafed("list_reconciliations", who="staff", limit=1, **night)
    assert [row["invariant"] for row in found] == ["I1", "I1", "I2"]


def test_a_page_of_findings_is_in_the_order_of_their_clinics_names(
    world: World, staff_inbox: list[Item]
) -> None:
    """One that is of no clinic has no name, and is told so; one whose clinic cannot be read has."""
    for clinic, name in ((CLINIC, "Rehab 2"), (OTHER_CLINIC, "Rehab 10")):
        named = world.call("change_clinic", who="staff", clinic=clinic, body={"name": name})
        assert named.status == 200
        broken = the(world, "CLINIC", clinic)
        del broken["time_zone"]
        world.write(broken)
    mail = {"pk": "NOTICE#a", "sk": "ADDRESS", "suppressed": "1", "unsent": "x"}
    world.write({name: {"S": text} for name, text in mail.items()})
    at = soon()
    world.reconcile(at)
    date = f"{at:%Y-%m-%d}"
    night = world.call("list_reconciliations", who="staff", resource=NIGHT, date=date).body
    names = [row["clinic_name"] for row in night["findings"]]
    assert names == [None, "Rehab 2", "Rehab 10"]
    (mail_to_staff,) = staff_inbox
    assert "No clinic: " in words_of(mail_to_staff)


def test_staff_hear_of_a_night_once_also_when_the_mail_service_fails(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A mail of which nobody knows is not sent again."""
    _purchased(world)
    sent = world.sent_by("summarize_reconciliation", monkeypatch)
    at = soon()

    with world.mail_fails("summarize_reconciliation", ConnectionError("no answer")):
        world.reconcile(at)
    world.reconcile(at)

    assert sent == []
    report = next(item for item in world.table() if item["pk"]["S"] == "RECONCILIATIONS")
    assert report["mail"]["S"] == "unknown"
