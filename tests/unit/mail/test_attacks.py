"""Mails that want to be believed, answered in a loop, or to break something: none has an effect."""

from dataclasses import replace

import pytest

from licensing.mail.reading.headers import LARGEST_BLOCK
from tests.unit.mail.senders import DANA, PAT, Delivery, mail, ordinary_head, raw_mail

EVIL = "x@evil.example"
BODY = "Please add 9 PT licenses at Lakeside."
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
    [f"From: {DANA} ({EVIL})"],
    [f"From: {DANA} (Dana) {EVIL}"],
    [f"From: {DANA} (Dana) <{EVIL}>"],
    [f"From: {DANA}\rFrom: {EVIL}"],
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


@pytest.mark.parametrize("from_lines", FROM_LINES, ids=lambda lines: lines[0][:60])
def test_a_from_header_that_is_not_one_plain_known_address_is_ignored(
    from_lines: list[str],
) -> None:
    """Even with every verdict on its side."""
    outcome = Delivery(raw_mail([*from_lines, *ordinary_head(From=None)], BODY)).outcome()
    assert (outcome.verdict, outcome.changes) == ("ignore", ())


@pytest.mark.parametrize(
    "value",
    [DANA, f"<{DANA}>", f"{DANA} <{DANA}>", f"{DANA} (Dana Reyes)", f'"Reyes, Dana" <{DANA}>',
     f"Dana Reyes <{DANA.upper()}>", f"=?utf-8?q?Dana=2C_PT?= <{DANA}>"],
)  # fmt: skip
def test_the_usual_forms_of_a_from_header_are_read(value: str) -> None:
    """The address where the name belongs and a name in parentheses are common and harmless."""
    delivery = Delivery(raw_mail([f"From: {value}", *ordinary_head(From=None)], BODY))
    assert delivery.outcome().verdict == "apply"


@pytest.mark.parametrize(
    "read", [[], [EVIL], [f"Dana Reyes <{EVIL}>"], [DANA, EVIL], [f"{DANA} <{EVIL}>"]]
)
def test_a_from_header_that_ses_reads_otherwise_proves_nothing(read: list[str]) -> None:
    """Two programs that see different authors: the verdict may be about the other one."""
    delivery = replace(Delivery(raw_mail(ordinary_head(), BODY)), common_from=read)
    assert delivery.outcome().reason == "from_header"


@pytest.mark.parametrize(
    "line",
    ["X-Note: a\rFrom: x@evil.example", "X-Note: a\x00b", "X-Long: " + "a" * LARGEST_BLOCK],
    ids=["bare return", "null", "cut off"],
)
def test_a_header_block_that_programs_read_differently_proves_nothing(line: str) -> None:
    """A bare carriage return, a null, a block longer than is read."""
    delivery = Delivery(raw_mail([*ordinary_head(), line], BODY))
    assert (delivery.outcome().verdict, delivery.outcome().reason) == ("ignore", "from_header")


@pytest.mark.parametrize(("signatures", "verdict"), [(0, "ignore"), (1, "apply"), (2, "ignore")])
def test_without_a_policy_each_signature_must_have_been_judged(
    signatures: int, verdict: str
) -> None:
    """A result more or less than signatures was not written by SES about them."""
    signed = ["DKIM-Signature: v=1; d=mainstreetpt.example; s=a; b=x"] * signatures
    delivery = replace(Delivery(raw_mail([*signed, *ordinary_head()], BODY)), dmarc="GRAY")
    assert delivery.outcome().verdict == verdict


MACHINE_SUBJECTS = [
    "Automatic reply: licenses", "Out of Office Re: licenses", "Respuesta automática: licencias",
    "自动回复: licenses", "Awtomatikong tugon: licenses", "Trả lời tự động: licenses",
    "رد تلقائي: licenses", "Réponse automatique : licenses", "자동 회신: licenses",
    "Автоматический ответ: licenses", "Resposta automática: licenses",
    "Automatische Antwort: licenses", "Accepted: licenses", "Declined: licenses",
    "Tentative: licenses", "Undeliverable: licenses", "Mail delivery failed: returning message",
    "=?utf-8?b?6Ieq5YuV5Zue6KaGOiBsaWNlbnNlcw==?=", "WG: [EXTERNAL] Automatic reply: licenses",
]  # fmt: skip


@pytest.mark.parametrize("subject", MACHINE_SUBJECTS)
def test_an_automatic_subject_is_enough_to_get_no_answer(subject: str) -> None:
    """Some programs leave out the header that says so."""
    outcome = Delivery(raw_mail(ordinary_head(Subject=subject), BODY)).outcome()
    assert outcome.reason == "automatic_subject"


@pytest.mark.parametrize("subject", ["Out of office staff: new hire", "Accepted offer, add a PT"])
def test_a_subject_that_only_begins_like_an_automatic_one_is_read(subject: str) -> None:
    """A manager may be out of office desks."""
    outcome = Delivery(raw_mail(ordinary_head(Subject=subject), BODY)).outcome()
    assert outcome.verdict != "ignore"


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
    signers: tuple[str, ...], envelope: str, lower: str, dmarc: str
) -> None:
    """SPF and DKIM pass for any domain that an attacker owns; only alignment proves anything."""
    forged = [f"{lower}mainstreetpt.example; dmarc=pass"] if lower else []
    raw = raw_mail([*forged, "X-SES-Spam-Verdict: PASS", *ordinary_head()], BODY)
    outcome = Delivery(raw, envelope=envelope, dkim_domains=signers, dmarc=dmarc).outcome()
    assert (outcome.verdict, outcome.changes) == ("ignore", ())


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


@pytest.mark.parametrize("header", AUTOMATIC)
def test_machines_are_never_answered(header: str) -> None:
    """Vacation notes, lists and bounces: no change and no reply, so no loop."""
    outcome = Delivery(raw_mail([header, *ordinary_head()], BODY)).outcome()
    assert (outcome.verdict, outcome.changes) == ("ignore", ())


def test_bounces_viruses_and_our_own_mail_are_never_answered() -> None:
    """An empty envelope sender, a virus, an address of ours, an out-of-office subject."""
    ordinary = Delivery(raw_mail(ordinary_head(), BODY))
    away = raw_mail(ordinary_head(Subject="Automatic reply: licenses"), BODY)
    own = raw_mail(ordinary_head(From="no-reply@clinicapp.example"), BODY)
    for delivery in (
        replace(ordinary, envelope=""),
        replace(ordinary, envelope="<>"),
        replace(ordinary, virus="FAIL"),
        replace(ordinary, raw=away),
        replace(ordinary, raw=own),
    ):
        assert delivery.outcome().verdict == "ignore"


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


def test_a_manager_of_one_clinic_changes_no_other() -> None:
    """Pat is proven, but manages Lakeside only."""
    raw = mail("Please add 9 PT licenses at Main Street.", sender=f"Pat Cole <{PAT}>")
    outcome = Delivery(raw, envelope=PAT, domain="lakesiderehab.example").outcome()
    assert (outcome.verdict, outcome.changes) == ("ask", ())
