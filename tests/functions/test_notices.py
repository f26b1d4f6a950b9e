"""What User Managers are told unasked: whom it goes to, once each, and within their day's share."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import Mock

import pytest

from licensing.adapters.store import Store
from licensing.domain.changes import Insert
from licensing.domain.due_notices import before_renewal_cause, price_rise_cause
from licensing.domain.notices import Kind, Notice, news
from licensing.domain.outgoing import Said
from licensing.http import app
from tests.functions.conftest import CLINIC, World, today
from tests.functions.mailing import DANA, Sent, told, words_of

LAPSED = Said(
    "A scheduled release did not take place",
    "No billing license was available.",
    (("Requested by", "Dana Reyes"),),
    "Nothing changed.",
    (("See the request", "#/clinics/clinic-main-street/adjustments"),),
)


@pytest.fixture
def inbox(world: World, monkeypatch: pytest.MonkeyPatch) -> Sent:
    """What send_notice sends."""
    monkeypatch.setenv("PAGE_URL", "https://page.example/")
    return world.sent_by("send_notice", monkeypatch)


def cause(world: World, name: str = "lapsed-1", **more: Any) -> dict[str, str]:
    """Write a notice as a transaction would, and return what the workflow is given."""
    store: Store = world.handler("send_notice").store
    store.commit([Insert(replace(news(CLINIC, name, LAPSED, now=datetime.now(UTC)), **more))])
    return {"clinic_id": CLINIC, "cause": name}


def recipients(inbox: Sent) -> list[str]:
    """Return whom the mails went to."""
    return [address for mail in inbox for address in mail["Destination"]["ToAddresses"]]


def test_every_user_manager_is_told_once_by_a_mail_of_their_own(world: World, inbox: Sent) -> None:
    """Not those who are inactive, have no permission, or never asked to be a member."""
    world.add_manager("Eva Holm")
    world.add_user("Ann Lee", permissions=["user_manager"])
    task = cause(world)

    assert world.invoke("send_notice", task) == {"outcome": "sent"}
    assert world.invoke("send_notice", task) == {"outcome": "sent"}

    assert sorted(recipients(inbox)) == [DANA, "eva.holm@mainstreetpt.example"]
    text = told(inbox[0])
    assert "Subject: A scheduled release did not take place" in text
    assert "https://page.example/#/clinics/clinic-main-street/adjustments" in text


def test_many_are_told_by_several_notices(world: World, inbox: Sent) -> None:
    """A notice's item holds all of its letters, and has a limit; so has the time of one sending."""
    many = [f"manager.{number}@riverside.example" for number in range(45)]
    cause(world, addresses=tuple(many))

    for so_far in (20, 45):
        for task in world.notices():
            world.invoke("send_notice", task)
        assert len(inbox) == so_far

    assert sorted(recipients(inbox)) == sorted(many)
    assert all("did not take place" in told(mail) for mail in inbox)


def test_an_address_gets_only_its_share_of_a_day(world: World, inbox: Sent) -> None:
    """Twenty mails that it did not ask for; what is above is dropped, not sent later."""
    for number in range(22):
        world.invoke("send_notice", cause(world, f"lapsed-{number}"))
    assert len(inbox) == 20


def test_an_address_that_bounced_is_left_alone(world: World, inbox: Sent) -> None:
    world.bounce(DANA)
    world.invoke("send_notice", cause(world))
    assert inbox == []


def test_what_was_sent_is_not_kept(world: World, inbox: Sent) -> None:
    world.invoke("send_notice", cause(world))
    (item,) = [item for item in world.table() if item["sk"]["S"] == "NOTICE"]
    assert "did not take place" not in str(item)
    assert len(inbox) == 1


def test_the_night_sends_what_failed_all_its_tries(
    world: World, inbox: Sent, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Once a night, until it is sent; what has just been written is still tried."""
    started: list[tuple[str, str]] = []
    task = cause(world)
    now = datetime.now(UTC)

    def begin(arn: str, name: str, text: str) -> dict[str, Any]:
        if arn.endswith("Notices"):
            started.append((name, text))
        return {"startDate": now}

    monkeypatch.setattr(world.handler("reconcile_billing").workflows, "_begin", begin)
    night(world, now + timedelta(hours=1))
    assert started == []
    for _ in range(2):
        night(world, now + timedelta(hours=4))
    one, again = started
    assert one == again
    assert json.loads(one[1]) == task
    world.invoke("send_notice", task)
    night(world, now + timedelta(days=1))
    assert (len(inbox), len(started)) == (1, 2)


CHOSEN = {
    "few_left": [{"license_type": "therapist", "at": 3}],
    "before_renewal": True,
    "invoice_finalized": False,
    "price_rise": True,
}
FEW_LEFT = {"clinic_id": CLINIC, "cause": "few_left"}
USUAL = {"few_left": [], "before_renewal": True, "invoice_finalized": True, "price_rise": True}


def choose(world: World, who: str = "dana", **changed: Any) -> Any:
    """Choose as somebody what they are told."""
    return world.read("set_notices", who=who, body=CHOSEN | changed)


def night(world: World, at: datetime) -> list[str]:
    """Run a night, send what it wrote, and return what of the clinic was caused by it."""
    before = world.notices()
    world.reconcile(at, segments=1)
    written = [task for task in world.notices() if task not in before]
    for task in written:
        world.invoke("send_notice", task)
    return [task["cause"] for task in written if task["clinic_id"] == CLINIC]


def renewal(world: World) -> datetime:
    """Return when the clinic's coming period begins."""
    return world.clinic().coming_period.start


def test_everybody_chooses_for_themselves(world: World) -> None:
    """What nobody has chosen is as it usually is; history tells of the choice."""
    world.add_manager("Eva Holm")

    assert choose(world) == CHOSEN

    assert world.call("get_notices").body == CHOSEN
    assert world.call("get_notices", who="eva").body == USUAL
    history = world.listed("list_history")
    assert history[0]["action"] == "notices_changed"
    assert history[0]["after"] == CHOSEN | {"few_left": {"therapist": 3}}


def test_a_type_that_is_named_twice_is_refused(world: World) -> None:
    body = CHOSEN | {"few_left": [{"license_type": "therapist", "at": 1}] * 2}
    answer = world.call("set_notices", body=body)
    assert (answer.status, answer.body["errors"][0]["field"]) == (422, "few_left")


def test_few_licenses_left_are_told_once_a_day_to_those_who_want_to_know(
    world: World, inbox: Sent
) -> None:
    """Four of five therapist licenses are available; the third one left crosses Dana's level."""
    choose(world)
    eva = world.add_manager("Eva Holm")

    assert world.items(begins="CLINIC")[0]["few_due"] == {"S": "therapist:4:3"}
    assert world.invoke("send_notice", FEW_LEFT) == {"outcome": "written"}
    assert world.invoke("send_notice", FEW_LEFT) == {"outcome": "nothing"}
    for task in world.notices():
        assert world.invoke("send_notice", task) == {"outcome": "sent"}

    assert recipients(inbox) == [DANA]
    text = told(inbox[0])
    assert "few licenses left (3 therapist licenses)" in text
    assert "Therapist: 3 of 5 available" in text
    assert "https://page.example/#/clinics/clinic-main-street?add=therapist:1" in text
    assert "https://page.example/#/clinics/clinic-main-street/notices" in text

    # Below the level nothing is told; a second crossing waits for the next day.
    ann = world.add_user("Ann Lee", active=True)["user_id"]
    assert "few_due" not in world.items(begins="CLINIC")[0]
    for active in (False, True):
        assert world.activate(ann, active=active).status == 200
        assert world.activate(eva["user_id"], active=active).status == 200
    assert world.invoke("send_notice", FEW_LEFT) == {"outcome": "today"}
    tomorrow = datetime.now(UTC) + timedelta(days=1, hours=1)
    assert any(name.startswith("few_left-") for name in night(world, tomorrow))


def test_each_is_told_of_few_licenses_of_the_types_they_chose(world: World, inbox: Sent) -> None:
    """One change crosses the levels of both."""
    world.add_manager("Eva Holm", "assistant")
    choose(world, few_left=[{"license_type": "therapist", "at": 3}])
    choose(world, "eva", few_left=[{"license_type": "billing", "at": 0}])
    fewer = [("remove", "therapist", 1), ("remove", "billing", 1)]
    assert world.adjust(fewer, key="both").status == 201
    assert world.invoke("send_notice", FEW_LEFT) == {"outcome": "written"}
    for task in world.notices():
        assert world.invoke("send_notice", task) == {"outcome": "sent"}
    about = {mail["Destination"]["ToAddresses"][0]: words_of(mail) for mail in inbox}
    assert "Billing" not in about[DANA]
    assert "Therapist" not in about["eva.holm@mainstreetpt.example"]
    assert world.invoke("send_notice", FEW_LEFT) == {"outcome": "nothing"}


def test_nobody_is_told_of_few_licenses_where_there_are_enough_again(
    world: World, inbox: Sent
) -> None:
    choose(world)
    ann = world.add_user("Ann Lee", active=True)["user_id"]
    assert world.activate(ann, active=False).status == 200
    assert world.invoke("send_notice", FEW_LEFT) == {"outcome": "nobody"}
    assert (world.notices(), inbox) == ([], [])


def test_the_stream_starts_what_tells_of_few_licenses_left(world: World) -> None:
    """Under a name of its own for each version of the clinic."""
    choose(world)
    world.add_user("Ann Lee", active=True)
    started: list[Any] = []
    workflow = world.handler("start_workflows").workflows
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(workflow._states, "start_execution", lambda **of: started.append(of))
        world.stream(world.items(begins="CLINIC")[0])
    assert '"cause": "few_left"' in started[0]["input"]


def test_a_renewal_is_announced_and_its_invoice_told(world: World, inbox: Sent) -> None:
    """Three business days before, with what is not in use; each once, whatever is run again.

    What is announced is billed, a release of that very day included.
    """
    night(world, renewal(world) + timedelta(hours=3))
    release = [("remove", "therapist", 1)]
    assert world.adjust(release, key="later", effective_on="renewal").status == 201
    inbox.clear()
    begins = renewal(world)
    told_at = [begins - timedelta(days=days) for days in range(9, 0, -1)]
    announced = [cause for at in told_at for cause in night(world, at)]

    assert announced == [f"before_renewal-{begins:%Y-%m}-01"]
    assert night(world, told_at[-1]) == []
    (text,) = [told(mail) for mail in inbox if CLINIC in told(mail)]
    assert "Licenses: 5 therapist licenses, $495.00 a month" in text
    assert "Not in use: 4 therapist licenses, $396.00 a month" in text
    assert "Scheduled: 1 therapist license to be released on" in text
    assert "?release=therapist:3" in text
    (cents,) = re.findall(r"Subject: .*invoice of (\$[0-9.]+) on", text)

    inbox.clear()
    assert night(world, begins + timedelta(hours=3)) == [f"invoice_finalized-{begins:%Y-%m}"]
    (text,) = [told(mail) for mail in inbox if CLINIC in told(mail)]
    assert f"Main Street Physical Therapy: {begins:%B %Y} invoice, {cents}" in text
    assert f"#/clinics/clinic-main-street/invoices/{begins:%Y-%m}" in text


def test_what_is_switched_off_is_not_sent(world: World, inbox: Sent) -> None:
    """Dana manages both clinics, and chose for one."""
    choose(world, invoice_finalized=False)
    night(world, renewal(world) - timedelta(hours=12))
    inbox.clear()
    night(world, renewal(world) + timedelta(hours=3))
    assert [CLINIC in told(mail) for mail in inbox] == [False] * len(inbox)
    assert inbox


def test_an_announced_price_rise_is_told(world: World, inbox: Sent) -> None:
    """The night after it was announced, where less than thirty days are left."""
    body = {"prices": [{"license_type": "therapist", "unit_price_cents": 10900}]}
    assert world.call("change_clinic", who="staff", body=body).status == 200

    causes = night(world, datetime.now(UTC) + timedelta(minutes=5))

    assert [name.partition("-")[0] for name in causes if "price" in name] == ["price_rise"]
    text = next(told(mail) for mail in inbox if "new license prices" in told(mail))
    assert "$99.00" in text
    assert "$109.00 a month" in text
    assert "$50.00 more a month" in text


def test_a_price_rise_of_tomorrow_is_told_at_once_and_no_price_twice(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No night may come before it. Rules that change as well are no news of prices.

    Two rises of one second are.
    """
    eve = Mock(now=lambda _: renewal(world) - timedelta(hours=1))
    monkeypatch.setattr(app, "datetime", eve)
    first, second = (
        {"prices": [{"license_type": "therapist", "unit_price_cents": cents}]}
        for cents in (10900, 11900)
    )
    for body, written in ((first, 1), ({"release_credit": "none"}, 1), (second, 2)):
        assert world.call("change_clinic", who="staff", body=body).status == 200
        assert len(world.notices()) == written
    assert price_rise_cause(world.clinic().coming_terms[0]) in [
        task["cause"] for task in world.notices()
    ]


def test_what_is_not_so_any_more_is_not_told(world: World, inbox: Sent) -> None:
    """A renewal that has come before the mail about it could go out."""
    store: Store = world.handler("send_notice").store
    late = Notice(CLINIC, "before_renewal-2020-01-01", Kind.BEFORE_RENEWAL, datetime.now(UTC))
    store.commit([Insert(late)])
    task = {"clinic_id": CLINIC, "cause": late.cause}
    assert world.invoke("send_notice", task) == {"outcome": "sent"}
    assert inbox == []


def test_a_clinic_that_ends_before_is_told_of_no_renewal_and_no_price(
    world: World, inbox: Sent
) -> None:
    """Its end was planned after the notices were written, before they could go out."""
    body = {"prices": [{"license_type": "therapist", "unit_price_cents": 10900}]}
    assert world.call("change_clinic", who="staff", body=body).status == 200
    store: Store = world.handler("send_notice").store
    clinic = world.clinic()
    due = {
        Kind.BEFORE_RENEWAL: before_renewal_cause(clinic),
        Kind.PRICE_RISE: price_rise_cause(clinic.coming_terms[0]),
    }
    for kind, name in due.items():
        store.commit([Insert(Notice(CLINIC, name, kind, datetime.now(UTC)))])
    assert world.close(today(1)).status == 200
    for name in due.values():
        task = {"clinic_id": CLINIC, "cause": name}
        assert world.invoke("send_notice", task) == {"outcome": "sent"}
    assert inbox == []
