"""Turns one sample into what SES would hand over: (event, bytes of the S3 object).

    event, stored = build("add3.eml", bucket="inbound", prefix="raw/")

The verdicts come from expected.json ("ses"), because a mail file alone cannot carry a trustworthy
verdict.
"""

import base64
import datetime as dt
import email
import email.policy
import hashlib
import json
import pathlib
import re
import sys
from typing import Any

HERE = pathlib.Path(__file__).parent
EXPECTED: dict[str, Any] = json.loads((HERE / "expected.json").read_text(encoding="utf-8"))
RCPT = "licenses@requests.clinicapp.example"
WORD = {
    "PASS": "pass",
    "FAIL": "fail",
    "GRAY": "none",
    "PROCESSING_FAILED": "temperror",
    "DISABLED": "none",
}
SIGNATURE = (
    "X-SES-DKIM-SIGNATURE: a=rsa-sha256; q=dns/txt; b=c2lnbmF0dXJl=; c=relaxed/simple; s=inbound;"
    " d=amazonses.com; v=1;"
    " h=From:To:Cc:Bcc:Subject:Date:Message-ID:MIME-Version:Content-Type:X-SES-RECEIPT;"
)
HEADER_LIMIT = 10_240


def ses_id(name: str, delivery: int = 0) -> str:
    """Return SES's own id of a delivery."""
    digest = hashlib.sha256(f"{name}/{delivery}".encode()).digest()
    return base64.b32encode(digest).decode().lower().replace("=", "")[:32] + "g1"


def trace(expected: dict[str, Any], mid: str, now: dt.datetime) -> bytes:
    """Return the headers that SES puts on top of the stored mail."""
    verdicts, sender = expected["ses"], expected["sender"]
    domain = sender.rsplit("@", 1)[-1] or "unknown"
    envelope = expected["envelope_from"]
    results = [f"{WORD[verdicts['dkim']]} header.i=@{each}" for each in expected["dkim_domains"]]
    signed = "".join(f"\r\n dkim={result};" for result in results or ["none"])
    host = envelope.rsplit("@", 1)[-1] or "[203.0.113.9]"
    spf = (
        f"{WORD[verdicts['spf']]} (spfCheck: domain of {host}) client-ip=203.0.113.9; "
        f"envelope-from={envelope}; helo=mail.{host};"
    )
    dmarc = f"\r\n dmarc={WORD[verdicts['dmarc']]} header.from={domain};"
    received = (
        f"Received: from mail.{host} (mail.{host} [203.0.113.9])\r\n"
        f" by inbound-smtp.us-east-1.amazonaws.com with SMTP id {mid}\r\n for {RCPT};\r\n"
        f" {now:%a, %d %b %Y %H:%M:%S} +0000 (UTC)"
    )
    lines = [f"Return-Path: <{envelope}>", received]
    if verdicts["spam"] != "DISABLED":
        lines += [
            f"X-SES-Spam-Verdict: {verdicts['spam']}",
            f"X-SES-Virus-Verdict: {verdicts['virus']}",
        ]
    lines += [
        f"Received-SPF: {spf}",
        f"Authentication-Results: amazonses.com;\r\n spf={spf}{signed}{dmarc}",
        "X-SES-RECEIPT: AEFBQUFBQUFBQUFIZWxkb3V0",
        SIGNATURE,
    ]
    return "\r\n".join(lines).encode() + b"\r\n"


def build(
    name: str,
    *,
    bucket: str = "inbound-mail",
    prefix: str = "",
    delivery: int = 0,
    function_arn: str = "arn:aws:lambda:us-east-1:123456789012:function:inbound-mail",
    now: dt.datetime | None = None,
) -> tuple[dict[str, Any], bytes]:
    """Return the Lambda event and the S3 object of a sample."""
    expected = EXPECTED[name]
    arrived = now or dt.datetime.fromisoformat(expected["received_at"])
    mid = ses_id(name, delivery)
    stored = trace(expected, mid, arrived) + (HERE / name).read_bytes()
    event = _event(expected, stored, mid, arrived, function_arn)
    # Not part of the SES event: where to put the object before invoking.
    event["_s3"] = {"bucket": bucket, "key": prefix + mid}
    return event, stored


def _event(
    expected: dict[str, Any], stored: bytes, mid: str, now: dt.datetime, function_arn: str
) -> dict[str, Any]:
    message = email.message_from_bytes(stored, policy=email.policy.compat32)
    headers: list[dict[str, str]] = []
    size, cut = 0, False
    for name, value in message.items():
        text = re.sub(r"\r?\n[ \t]+", " ", str(value))
        size += len(name) + len(text)
        if size > HEADER_LIMIT:
            cut = True
            break
        headers.append({"name": name, "value": text})

    def all_of(header: str) -> list[str]:
        return [str(value) for value in message.get_all(header, [])]

    common: dict[str, Any] = {
        "returnPath": expected["envelope_from"],
        "from": all_of("From"),
        "date": str(message.get("Date", "")),
        "to": all_of("To"),
        "messageId": str(message.get("Message-ID", "")),
        "subject": str(message.get("Subject", "")),
    }
    if message.get("Cc"):
        common["cc"] = all_of("Cc")
    if message.get("Reply-To"):
        common["replyTo"] = all_of("Reply-To")
    timestamp = now.strftime("%Y-%m-%dT%H:%M:%S.000Z")
    receipt: dict[str, Any] = {
        "timestamp": timestamp,
        "processingTimeMillis": 412,
        "recipients": [RCPT],
        **{f"{check}Verdict": {"status": status} for check, status in _statuses(expected)},
        "action": {"type": "Lambda", "functionArn": function_arn, "invocationType": "Event"},
    }
    if expected["ses"]["dmarc"] == "FAIL":
        receipt["dmarcPolicy"] = expected["ses"].get("policy", "none")
    mail = {
        "timestamp": timestamp,
        "source": expected["envelope_from"],
        "messageId": mid,
        "destination": [RCPT],
        "headersTruncated": cut,
        "headers": headers,
        "commonHeaders": common,
    }
    record = {
        "eventSource": "aws:ses",
        "eventVersion": "1.0",
        "ses": {"mail": mail, "receipt": receipt},
    }
    return {"Records": [record]}


def _statuses(expected: dict[str, Any]) -> list[tuple[str, str]]:
    return [(check, expected["ses"][check]) for check in ("spam", "virus", "spf", "dkim", "dmarc")]


if __name__ == "__main__":
    event, _ = build(sys.argv[1])
    json.dump(event, sys.stdout, indent=1)
    sys.stdout.write("\n")
