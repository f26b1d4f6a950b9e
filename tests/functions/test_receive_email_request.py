"""Mails in, changes and answers out."""

import json
from contextlib import AbstractContextManager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from local.ses_inbound import RECIPIENT, Arrival, as_ses
from tests.functions.conftest import CLINIC, OTHER_CLINIC, World
from tests.functions.mailing import DANA, Mailbox, deliver, refused, reply_to, told, words_of


def test_a_plain_request_is_applied_and_answered(mailbox: Mailbox) -> None:
    """The very change of the web, by the channel email, and one reply in the thread."""
    world = mailbox.world
    answer = mailbox.write(
        "Please add three therapist licenses at Main Street, we hired.", message_id="<a@b.example>"
    )
    assert answer == {
        "intent": "add",
        "clinic": CLINIC,
        "lines": [{"action": "add", "license_type": "therapist", "quantity": 3}],
        "explanation": answer["explanation"],
        "replied": True,
        "reason": None,
    }
    assert world.counts("therapist") == (8, 1, 7)
    assert world.listed("list_license_adjustments")[0]["channel"] == "email"
    assert world.listed("list_history")[0]["channel"] == "email"
    (reply,) = mailbox.sent
    assert reply["Destination"] == {"ToAddresses": [DANA]}
    text = told(reply)
    assert "In-Reply-To: <a@b.example>" in text
    assert "Auto-Submitted: auto-replied" in text
    assert "Done: 3 therapist licenses added at Main Street Physical Therapy." in text
    assert "Therapist: 8 total, 1 in use, 7 available" in text


def test_the_same_mail_again_has_no_second_effect_and_no_second_reply(mailbox: Mailbox) -> None:
    """Delivered by SES twice, or retried by Lambda."""
    text = "Please add two therapist licenses at Main Street."
    mailbox.write(text, message_id="<same@b.example>")
    before = mailbox.world.table()
    again = mailbox.write(text, message_id="<same@b.example>")
    assert (again["intent"], again["reason"], again["replied"]) == ("ignore", "duplicate", False)
    assert mailbox.world.table() == before
    assert len(mailbox.sent) == 1


def test_two_clinics_change_together_or_not_at_all(mailbox: Mailbox) -> None:
    """One mail, one adjustment per clinic, one transaction."""
    world = mailbox.world
    refused = mailbox.write(
        "Please add 2 therapist licenses at Main Street. "
        "Please remove 9 assistant licenses at Lakeside because they all left."
    )
    assert (refused["intent"], refused["reason"]) == ("ask_back", "licenses_unavailable")
    assert world.counts("therapist")[0] == 5
    assert "Nothing was changed." in told(mailbox.sent[0])
    done = mailbox.write(
        "Please add 2 therapist licenses at Main Street and 1 assistant license at Lakeside."
    )
    assert done["intent"] == "add"
    assert world.counts("therapist")[0] == 7
    assert world.counts("assistant", OTHER_CLINIC)[0] == 3


def test_a_type_that_is_released_and_added_takes_two_adjustments(mailbox: Mailbox) -> None:
    """One mail and one transaction, also to undo them; an adjustment names a type once."""
    world = mailbox.world
    answer = mailbox.write(
        "Please remove 2 PT licenses at Main Street because two PTs left. "
        "Please add 1 SLP license at Main Street."
    )
    assert (answer["intent"], answer["explanation"]) == ("mixed", "two PTs left")
    assert world.counts("therapist")[0] == 4
    listed = world.listed("list_license_adjustments")
    lines = [(of["lines"][0]["action"], of["lines"][0]["quantity"]) for of in listed]
    assert lines == [("add", 1), ("remove", 2)]
    events = world.listed("list_history")
    told_of = [of["subject"] for of in events if of["action"] == "licenses_adjusted"]
    assert told_of == [of["adjustment_id"] for of in listed]
    assert "2 therapist licenses released" in told(mailbox.sent[0])
    assert "1 therapist license added" in told(mailbox.sent[0])
    assert mailbox.write("UNDO", to=reply_to(mailbox.sent[-1]))["intent"] == "undo"
    assert world.counts("therapist")[0] == 5
    assert {of["status"] for of in world.listed("list_license_adjustments")} == {"cancelled"}


@pytest.mark.parametrize(
    ("sender", "verdicts"),
    [
        ("stranger@elsewhere.example", ""),
        (DANA, "dmarc=FAIL"),
        (DANA, "virus=FAIL"),
        ("licenses@vendor.example", ""),
    ],
)
def test_strangers_forgeries_and_our_own_mails_change_nothing_and_get_no_answer(
    mailbox: Mailbox, sender: str, verdicts: str
) -> None:
    """One log line with ids is all."""
    before = mailbox.world.table()
    answer = mailbox.write(
        "Please add 3 therapist licenses at Main Street.", sender=sender, verdicts=verdicts
    )
    assert (answer["intent"], answer["replied"]) == ("ignore", False)
    assert mailbox.world.table() == before
    assert mailbox.sent == []


def test_an_inactive_manager_is_a_stranger(mailbox: Mailbox) -> None:
    """The permission counts only while active."""
    world = mailbox.world
    eva = world.add_user("Eva Holm", permissions=["user_manager"])
    text = "Please add 3 therapist licenses."
    assert mailbox.write(text, sender=eva["email"])["intent"] == "ignore"
    world.activate(eva["user_id"])
    answer = mailbox.write(text, sender=eva["email"])
    assert (answer["intent"], answer["clinic"]) == ("add", CLINIC)


@pytest.mark.parametrize(
    "text",
    [
        "Please add 3 therapist licenses",
        "We may need one billing license",
        "Please add a license",
        "Thank you for the help",
    ],
)
def test_nothing_is_done_or_offered_by_mail_where_it_is_switched_off(
    mailbox: Mailbox, text: str
) -> None:
    """The sender is told to use the page; what another clinic may do is not touched."""
    for clinic in (CLINIC, OTHER_CLINIC):
        body = {"email_requests": False}
        mailbox.world.call("change_clinic", who="staff", clinic=clinic, body=body)
        answer = mailbox.write(f"{text} at Main Street.")
        general = text.startswith("Thank") and clinic == CLINIC
        assert answer["reason"] == ("no_request" if general else "email_requests_off")
        said = words_of(mailbox.sent[-1])
        assert clinic != CLINIC or general or "switched off for Main Street" in said
        assert "YES" not in said
    assert mailbox.world.counts("therapist")[0] == 5


def test_what_cannot_be_answered_is_not_applied(mailbox: Mailbox) -> None:
    """Five answers an hour: a loop runs dry, and nobody meets silence after a change."""
    for number in range(7):
        answer = mailbox.write(f"Please add one billing license at Main Street.{'!' * number}")
        assert answer["replied"] == (number < 5)
        assert answer["reason"] == (None if number < 5 else "not_answerable")
    assert mailbox.world.counts("billing")[0] == 6
    assert len(mailbox.sent) == 5
    assert ["for a while" in told(mail) for mail in mailbox.sent] == [False] * 4 + [True]


def test_the_same_words_in_another_mail_are_proposed_for_ten_minutes(mailbox: Mailbox) -> None:
    """Somebody pressed Send twice, or a gateway gave the copy an id of its own."""
    text = "Please add 2 billing licenses at Main Street."
    assert mailbox.write(text)["intent"] == "add"
    again = mailbox.write(f"  {text.upper()}\r\n")
    assert (again["intent"], again["reason"]) == ("ask_back", "asked_again")
    assert again["proposal"] == [{"action": "add", "license_type": "billing", "quantity": 2}]
    assert mailbox.world.counts("billing")[0] == 3
    assert "sent twice" in words_of(mailbox.sent[-1])
    assert mailbox.write(text, minutes=9)["intent"] == "ask_back"
    assert mailbox.write(text, minutes=11)["intent"] == "add"
    assert mailbox.world.counts("billing")[0] == 5


def test_a_copy_with_another_id_is_known_by_its_date_and_words(mailbox: Mailbox) -> None:
    """A gateway that rewrites Message-IDs delivers a mail twice."""
    text, date = "Please add 2 billing licenses at Main Street.", datetime.now(UTC)
    assert mailbox.write(text, date=date)["intent"] == "add"
    before = mailbox.world.table()
    again = mailbox.write(text, date=date, minutes=30)
    assert (again["intent"], again["reason"]) == ("ignore", "duplicate")
    assert mailbox.world.table() == before
    assert mailbox.write(text, minutes=31)["intent"] == "add"


def test_a_late_mail_does_not_let_the_same_words_pass_again(mailbox: Mailbox) -> None:
    """Mails are not always handed over in the order in which they arrived."""
    text = "Please add 2 billing licenses at Main Street."
    assert mailbox.write(text)["intent"] == "add"
    late = mailbox.write("Please add 1 assistant license at Main Street.", minutes=-15)
    assert late["intent"] == "add"
    assert mailbox.write(text, minutes=5)["reason"] == "asked_again"


def test_what_was_not_applied_may_be_said_again(mailbox: Mailbox) -> None:
    """Only a change that was made can be made twice."""
    text = "Please remove 2 billing licenses at Main Street because our biller retired."
    assert mailbox.write(text)["reason"] == "licenses_unavailable"
    assert mailbox.write("Please add 2 billing licenses at Main Street.")["intent"] == "add"
    assert mailbox.write(text)["intent"] == "remove"


def test_a_refused_reply_is_sent_when_the_mail_comes_again(mailbox: Mailbox) -> None:
    """The change is made once; only the letter is tried again."""
    text, message_id = "Please add one billing license at Main Street.", "<again@b.example>"
    with failing(mailbox, refused(429, "Throttled")), pytest.raises(Exception, match="Throttled"):
        mailbox.write(text, message_id=message_id)
    assert mailbox.world.counts("billing")[0] == 2
    mailbox.write(text, message_id=message_id)
    assert mailbox.world.counts("billing")[0] == 2
    assert len(mailbox.sent) == 1


@pytest.mark.parametrize("refuses", [DANA, "gus.kane@mainstreetpt.example"])
def test_one_address_that_is_refused_keeps_no_news_from_the_others(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch, refuses: str
) -> None:
    """Whether or not the sender can be answered; who did not get it, gets it next time."""
    world = mailbox.world
    for name in ("Eva Holm", "Gus Kane"):
        world.add_manager(name)
    busy = [True]

    def refuse_once(**mail: Any) -> None:
        if mail["Destination"]["ToAddresses"] == [refuses] and busy:
            busy.clear()
            raise refused(429, "Busy")
        mailbox.sent.append(mail)

    ses = world.handler("receive_email_request").postbox._ses
    monkeypatch.setattr(ses, "send_email", refuse_once)
    text, message_id = "Please add one therapist license at Main Street.", "<once@b.example>"
    with pytest.raises(Exception, match=r"Busy|some of the recipients"):
        mailbox.write(text, message_id=message_id)
    assert len(mailbox.sent) == 2
    assert mailbox.write(text, message_id=message_id)["reason"] == "duplicate"
    told_each = sorted(mail["Destination"]["ToAddresses"][0] for mail in mailbox.sent)
    assert told_each == [DANA, "eva.holm@mainstreetpt.example", "gus.kane@mainstreetpt.example"]


def test_a_mail_may_not_ask_for_more_than_the_web(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The vendor's limit holds for every way in."""
    monkeypatch.setenv("MAX_QUANTITY", "3")
    before = mailbox.world.counts("therapist")
    answer = mailbox.write("Please add four therapist licenses at Main Street.")
    assert (answer["intent"], answer["reason"]) == ("ask_back", "validation_failed")
    assert "at most 3 licenses" in words_of(mailbox.sent[0])
    assert mailbox.world.counts("therapist") == before
    assert mailbox.write("Please add three therapist licenses at Main Street.")["intent"] == "add"


@pytest.mark.parametrize(
    "error", [ReadTimeoutError(endpoint_url="https://email.example"), KeyboardInterrupt()]
)
def test_a_reply_of_unknown_fate_is_not_sent_again(mailbox: Mailbox, error: BaseException) -> None:
    """At most one reply for each mail; one that was cut off is given up with its words."""
    text, message_id = "Please add one billing license at Main Street.", "<lost@b.example>"
    with failing(mailbox, error), suppress(KeyboardInterrupt):
        assert mailbox.write(text, message_id=message_id)["replied"] is False
    assert mailbox.write(text, message_id=message_id)["replied"] is False
    assert mailbox.world.counts("billing")[0] == 2
    assert DANA not in claim(mailbox.world)
    assert mailbox.sent == []


def failing(mailbox: Mailbox, error: BaseException) -> AbstractContextManager[None]:
    """Let the mail service fail to take the answers."""
    world: World = mailbox.world
    return world.mail_fails("receive_email_request", error)


def claim(world: World) -> str:
    """Return what is kept of the one mail."""
    (item,) = [one for one in world.table() if one["pk"]["S"].startswith("MAIL#")]
    return json.dumps(item, default=str)


def test_a_reply_that_cannot_be_sent_is_not_kept_for_long(mailbox: Mailbox) -> None:
    """As long as the mail may be handled again; the claim stays, for one effect only."""
    text = "Please add one PTA license."
    with failing(mailbox, refused(400, "Rejected")), pytest.raises(Exception, match="Rejected"):
        mailbox.write(text, message_id="<stuck@b.example>")
    for days, kept in ((14, True), (16, False)):
        mailbox.world.reconcile(datetime.now(UTC) + timedelta(days=days))
        assert (DANA in claim(mailbox.world)) is kept
    mailbox.write(text, message_id="<stuck@b.example>")
    assert mailbox.sent == []


def test_the_stored_record_holds_no_text_of_the_mail(mailbox: Mailbox) -> None:
    """Outcome, verdicts and the S3 key; the text stays in the bucket and expires."""
    answer = mailbox.write("Please add a couple of therapist licenses. Zanzibar!")
    assert (answer["intent"], answer["lines"], answer["replied"]) == ("ask_back", [], True)
    assert "Nothing has changed yet." in told(mailbox.sent[0])
    (record,) = [item for item in mailbox.world.table() if item["pk"]["S"].startswith("MAIL#")]
    assert "Zanzibar" not in json.dumps(record, default=str)
    assert record["object_key"]["S"] in mailbox.world.cloud.objects
    assert record["verdicts"]["M"]["dmarc"]["S"] == "PASS"
    assert int(record["expires_at"]["N"]) > datetime.now(UTC).timestamp() + 399 * 86400


def deliver_sample(
    world: World, folder: Path, name: str, wanted: dict[str, Any], *, seconds: int = 0
) -> dict[str, Any]:
    """Let a sample arrive, judged by SES as it is said to be."""
    raw, signed_by = (folder / name).read_bytes(), tuple(wanted["dkim_domains"])
    arrival = Arrival(raw, wanted["envelope_from"], (RECIPIENT,), wanted["ses"], signed_by)
    at = datetime.fromisoformat(wanted["received_at"]) + timedelta(seconds=seconds)
    return deliver(world, *as_ses(arrival, at))


def as_expected(answer: dict[str, Any], expected: dict[str, Any]) -> bool:
    """Return whether an answer has the intent and the lines of one allowed outcome."""
    clinics = {answer["clinic"]}

    def lines(of: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
        return sorted(
            (line["action"], line["license_type"], line["quantity"], line.get("clinic") or "")
            for line in of
        )

    allowed = [expected, *expected.get("also_ok", [])]
    for outcome in allowed:
        hint = expected.get("clinic_hint")
        if answer["intent"] != outcome["intent"] or lines(answer["lines"]) != lines(
            outcome["lines"]
        ):
            continue
        if outcome["lines"] and hint not in (None, "multiple") and clinics != {hint}:
            continue
        told = outcome.get("explanation", answer["explanation"])
        return not outcome["lines"] or (told or None) == (answer["explanation"] or None)
    return False


def test_mail_samples_come_out_as_expected(
    world: World,
    mail_samples: Path,
    mail_results: Path | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Every sample, through the whole function, each from fresh state."""
    expected: dict[str, dict[str, Any]] = json.loads((mail_samples / "expected.json").read_bytes())
    results: dict[str, Any] = {}
    wrong: list[str] = []
    for name, wanted in expected.items():
        world.restore(world.demo)
        plenty(world)
        sent = world.sent_by("receive_email_request", monkeypatch)
        before = wanted.get("duplicate_of") or wanted.get("after")
        for earlier in [before] if isinstance(before, str) else before or []:
            deliver_sample(world, mail_samples, earlier, expected[earlier])
            sent.clear()
        # SES has another id for each delivery.
        answer = deliver_sample(world, mail_samples, name, wanted, seconds=1)
        results[name] = answer
        if not as_expected(answer, wanted):
            wrong.append(f"{name}: {answer}")
        if answer["replied"] != wanted["reply_expected"] and not wanted.get("reply_optional"):
            wrong.append(f"{name}: replied {answer['replied']}")
    if mail_results is not None:
        mail_results.write_text(json.dumps(results, indent=2) + "\n")
    assert wrong == []


def plenty(world: World) -> None:
    """Give both clinics licenses enough for any sample's removal."""
    for clinic in (CLINIC, OTHER_CLINIC):
        kinds = ("therapist", "assistant", "front_office", "billing")
        more = [("add", kind, 50) for kind in kinds]
        assert world.adjust(more, key="plenty", clinic=clinic).status == 201
