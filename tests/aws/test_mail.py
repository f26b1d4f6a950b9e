"""Mail as SES takes it, sends it and tells of it."""

import email
import email.policy
import json
from typing import Any
from unittest.mock import Mock

import botocore.session
import pytest

from licensing.adapters.postbox import Postbox
from licensing.domain.outgoing import Letter
from scan.deployed import ROOT, SWITCHED_ON, TEMPLATE, stack_of


def resources() -> dict[str, dict[str, Any]]:
    """Return all that is deployed with every optional part on."""
    found: dict[str, dict[str, Any]] = stack_of(SWITCHED_ON)["Resources"]
    return found


def test_the_events_asked_for_are_spelled_as_ses_spells_them() -> None:
    """CloudFormation hands them to SES's first API, which knows lower case only."""
    known = botocore.session.get_session().get_service_model("ses").shape_for("EventType")
    destination = resources()["MailEvents"]["Properties"]["EventDestination"]
    assert set(destination["MatchingEventTypes"]) <= set(known.enum)  # type: ignore[attr-defined]


def test_the_records_of_each_mail_domain_are_told_as_its_identity_has_them() -> None:
    """Names and values differ by region: no domain of SES is written down anywhere."""
    stack = stack_of(SWITCHED_ON)
    told = json.dumps(stack["Outputs"])
    identities = {n for n, it in resources().items() if it["Type"] == "AWS::SES::EmailIdentity"}
    for name in identities:
        for number in "123":
            assert f"${{{name}.DkimDNSTokenName{number}}}" in told
            assert f"${{{name}.DkimDNSTokenValue{number}}}" in told
    for text in (TEMPLATE.read_text(), (ROOT / "docs" / "deploy.md").read_text()):
        assert "dkim." not in text


NINOS = "Clínica “Niños Felices” — Fisioterapia y Rehabilitación, Ærøskøbing"
LETTERS = [
    Letter("Crème — 2 licenses", "José added 2 licenses — 98 €.\n", "<p>José — 98 €</p>\n"),
    Letter(f"License change at {NINOS} é “é” é", f"{NINOS}\n" * 20, f"<p>{NINOS * 40}</p>\n"),
    Letter("2 licenses " * 30 + "added", "é added 2. " * 99 + "\n", "<p>2</p>" * 99 + "\n"),
]


def sent(monkeypatch: pytest.MonkeyPatch, letter: Letter, headers: dict[str, str]) -> bytes:
    """Return a letter as it is handed to SES."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    postbox, ses = Postbox("licenses@vendor.example", "licenses"), Mock()
    monkeypatch.setattr(postbox, "_ses", ses)
    postbox.send(["dana@clinic.example"], letter, tags={}, headers=headers)
    data: bytes = ses.send_email.call_args.kwargs["Content"]["Raw"]["Data"]
    return data


@pytest.mark.parametrize("letter", LETTERS)
def test_mails_go_out_in_seven_bits_and_short_lines_whatever_they_say(
    monkeypatch: pytest.MonkeyPatch, letter: Letter
) -> None:
    """SES wants text encoded where it is more than ASCII; RFC 2045 and 2047 allow 76 characters."""
    data = sent(monkeypatch, letter, {})
    assert data.isascii()
    assert [line for line in data.splitlines() if len(line) > 76] == []
    read = email.message_from_bytes(data, policy=email.policy.default)
    assert read["Subject"] == letter.subject
    text, html = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert (text.get_content(), html.get_content()) == (letter.text, letter.html)


def test_no_machine_answers_a_mail_and_bounces_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """A note that somebody is away is told by SES as a bounce, and would send a second mail."""
    read = email.message_from_bytes(sent(monkeypatch, LETTERS[0], {}))
    assert read["Auto-Submitted"] == "auto-generated"
    assert read["X-Auto-Response-Suppress"] == "OOF, AutoReply"
    answer = {"Auto-Submitted": "auto-replied"}
    read = email.message_from_bytes(sent(monkeypatch, LETTERS[0], answer))
    assert read.get_all("Auto-Submitted") == ["auto-replied"]


def test_message_ids_stay_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Some are longer than a folded line."""
    ids = [f"<{number}{'a' * 120}@{'b' * 40}.example>" for number in range(9)]
    data = sent(monkeypatch, LETTERS[1], {"References": " ".join(ids), "In-Reply-To": ids[0]})
    assert all(len(line) <= 998 for line in data.splitlines())
    read = email.message_from_bytes(data)
    assert (str(read["References"]).split(), read["In-Reply-To"]) == (ids, ids[0])
