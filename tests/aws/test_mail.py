"""Mail as SES takes it, sends it and tells of it."""

import email
import email.policy
import json
from typing import Any
from unittest.mock import Mock

import botocore.session
import pytest

from licensing.adapters.postbox import Postbox
from licensing.domain.letter import Letter
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


def test_mails_go_out_in_seven_bits_whatever_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    """SES wants text parts encoded where they are more than ASCII."""
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    postbox, ses = Postbox("licenses@vendor.example", "licenses"), Mock()
    monkeypatch.setattr(postbox, "_ses", ses)
    letter = Letter("Crème — 2 licenses", "José added 2 licenses — 98 €.\n", "<p>José — 98 €</p>\n")

    postbox.send(["dana@clinic.example"], letter, tags={})

    sent: bytes = ses.send_email.call_args.kwargs["Content"]["Raw"]["Data"]
    assert sent.isascii()
    assert all(len(line) <= 998 for line in sent.splitlines())
    read = email.message_from_bytes(sent, policy=email.policy.default)
    assert read["Subject"] == letter.subject
    text, html = (read.get_body((kind,)) for kind in ("plain", "html"))
    assert text is not None
    assert html is not None
    assert (text.get_content(), html.get_content()) == (letter.text, letter.html)
