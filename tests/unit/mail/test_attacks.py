"""Mails that want to be believed, answered in a loop, or to break something: none has an effect."""

from dataclasses import replace

import pytest

from licensing.mail.doubts import Doubt
from licensing.mail.headers import header_fields
from licensing.mail.replies import clarification, thread_headers
from tests.unit.mail.senders import DANA, PAT, Delivery, mail, ordinary_head, raw_mail

EVIL = "x@evil.example"
BODIES = [
    "Please add 9 PT licenses at Lakeside.",
    "Please remove 5 therapist licenses at Main Street because they left.",
    "Add 50 billing licenses at Main Street",
    "+9 OT Lakeside",
    "Could you set up a dozen scheduler seats at Main Street today? Thanks!",
]
FROM_LINES = [
    [f"From: Dana Reyes <{DANA}>", f"From: {EVIL}"],
    [f"From: {EVIL}", f"From: Dana Reyes <{DANA}>"],
    [f"From: {DANA}, {EVIL}"],
    [f"From: {EVIL}, {DANA}"],
    [f"From: Dana Reyes <{DANA}>, <{EVIL}>"],
    [f'From: "{DANA}" <{EVIL}>'],
    [f"From: {DANA} <{EVIL}>"],
    [f"From: <{DANA}> <{EVIL}>"],
    [f"From: <{EVIL}> <{DANA}>"],
    [f"From: team: {DANA};"],
    [f"From: ({DANA}) {EVIL}"],
    [f"From: {DANA} (Dana)"],
    [f"From: {DANA}\x00.evil.example"],
    [f"From: {DANA}.evil.example"],
    ["From: dana.reyes@mainstreetpt.example@evil.example"],
    ['From: "dana.reyes@mainstreetpt.example"@evil.example'],
    ["From: dana.reyes@xn--minstreetpt-k8a.example"],
    ["From: d\u0430na.reyes@mainstreetpt.example"],
    ["From: =?utf-8?q?dana.reyes=40mainstreetpt.example?="],
    [f"From : {EVIL}", f"From: {DANA}"],
    [f"Sender: {DANA}", f"Reply-To: {DANA}"],
    ["From:"],
    [f"From: {DANA} and {EVIL}"],
    [f"FROM: {DANA}", f"from: {DANA}"],
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("from_lines", FROM_LINES, ids=lambda lines: lines[0][:60])
def test_a_from_header_that_is_not_one_plain_known_address_is_ignored(
    from_lines: list[str], body: str
) -> None:
    """Even with every verdict on its side."""
    outcome = Delivery(raw_mail([*from_lines, *ordinary_head(From=None)], body)).outcome()
    assert (outcome.intent, outcome.changes) == ("ignore", ())


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("dmarc", ["FAIL", "GRAY", "PROCESSING_FAILED", "DISABLED", ""])
@pytest.mark.parametrize(
    ("signers", "envelope", "lower"),
    [
        (("evil.example",), EVIL, ""),
        (("evil.example", "mail.mainstreetpt.example"), EVIL, ""),
        ((), DANA, ""),
        (("evil.example",), EVIL, "Authentication-Results: amazonses.com; dkim=pass header.i=@"),
        (("evil.example",), '"; dkim=pass header.i=@mainstreetpt.example;"@evil.example', ""),
    ],
)
def test_a_sender_who_is_not_proven_is_ignored(
    signers: tuple[str, ...], envelope: str, lower: str, dmarc: str, body: str
) -> None:
    """SPF and DKIM pass for any domain that an attacker owns; only alignment proves anything."""
    forged = [f"{lower}mainstreetpt.example; dmarc=pass"] if lower else []
    raw = raw_mail([*forged, "X-SES-Spam-Verdict: PASS", *ordinary_head()], body)
    outcome = Delivery(raw, envelope=envelope, dkim_domains=signers, dmarc=dmarc).outcome()
    assert (outcome.intent, outcome.changes) == ("ignore", ())


AUTOMATIC = [
    "Auto-Submitted: auto-replied",
    "Auto-Submitted: auto-generated; owner=x",
    "List-Id: <x.example>",
    "List-Unsubscribe: <mailto:x@x.example>",
    "Precedence: bulk",
    "Precedence: list",
    "Precedence: JUNK",
    "X-Autoreply: yes",
    "X-Failed-Recipients: a@b.example",
    "Content-Type: multipart/report; boundary=x",
]


@pytest.mark.parametrize("body", BODIES)
@pytest.mark.parametrize("header", AUTOMATIC)
def test_machines_are_never_answered(header: str, body: str) -> None:
    """Vacation notes, lists and bounces: no change and no reply, so no loop."""
    outcome = Delivery(raw_mail([header, *ordinary_head()], body)).outcome()
    assert (outcome.intent, outcome.changes) == ("ignore", ())


@pytest.mark.parametrize("body", BODIES)
def test_bounces_viruses_and_our_own_mail_are_never_answered(body: str) -> None:
    """An empty envelope sender, a virus, an address of ours, an out-of-office subject."""
    ordinary = Delivery(raw_mail(ordinary_head(), body))
    away = raw_mail(ordinary_head(Subject="Automatic reply: licenses"), body)
    own = raw_mail(ordinary_head(From="no-reply@clinicapp.example"), body)
    for delivery in (
        replace(ordinary, envelope=""),
        replace(ordinary, envelope="<>"),
        replace(ordinary, virus="FAIL"),
        replace(ordinary, raw=away),
        replace(ordinary, raw=own),
    ):
        assert delivery.outcome().intent == "ignore"


@pytest.mark.parametrize("depth", [10, 100, 1_000, 5_000])
def test_nesting_bombs_end_quickly_and_change_nothing(depth: int) -> None:
    """Deeply nested parts and tags are asked back."""
    opened = "".join(
        f'--b{i}\r\nContent-Type: multipart/mixed; boundary="b{i + 1}"\r\n\r\n'
        for i in range(depth)
    )
    head = [*ordinary_head(), 'Content-Type: multipart/mixed; boundary="b0"']
    nested = f"{opened}--b{depth}\r\n\r\nPlease add 9 PT licenses at Lakeside.\r\n"
    assert not Delivery(raw_mail(head, nested)).outcome().changes or depth <= 10
    bomb = "<div>" * depth + "<a " * depth + "<!--" * depth
    assert not Delivery(mail(None, html=bomb)).outcome().changes


@pytest.mark.parametrize(
    "value",
    ["<a@b.example>\r\nBcc: x@evil.example", "<a b@c.example>", "<[x]@y.example>", "x" * 5_000],
)
def test_a_reply_repeats_no_header_that_the_sender_made_up(value: str) -> None:
    """Only a well-formed id goes into the thread headers, and a subject stays one line."""
    raw = raw_mail(ordinary_head(Message_ID=value, References=value))
    headers = thread_headers(header_fields(raw))
    assert not any("\n" in text or "\r" in text for text in headers.values())
    assert "Bcc" not in headers
    assert headers["Auto-Submitted"] == "auto-replied"
    reply = clarification("a\r\nBcc: x@evil.example", Doubt.RANGE, "x")
    assert reply.subject.splitlines() == [reply.subject]


def test_a_manager_of_one_clinic_changes_no_other() -> None:
    """Pat is proven, but manages Lakeside only."""
    raw = mail("Please add 9 PT licenses at Main Street.", sender=f"Pat Cole <{PAT}>")
    outcome = Delivery(raw, envelope=PAT, domain="lakesiderehab.example").outcome()
    assert (outcome.intent, outcome.changes) == ("ask_back", ())
