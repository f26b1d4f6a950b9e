"""Reads the mails that the product sent."""

import json
import re
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

from local.place import Place

# Cognito's own invitations: the emulator keeps their subject only.
COGNITO = "no-reply@verificationemail.com"


def messages(place: Place) -> list[dict[str, Any]]:
    """Return the mails sent since the start, oldest first."""
    with closing(HTTPConnection("localhost", place.port, timeout=10)) as connection:
        key = {"Local-Key": place.keys()["AWS_SECRET_ACCESS_KEY"]}
        connection.request("GET", "/_ministack/ses/messages", headers=key)
        sent_by: dict[str, list[dict[str, Any]]] = json.load(connection.getresponse())["messages"]
    return [
        message for sent in sent_by.values() for message in sent if message["Source"] != COGNITO
    ]


def reply_address(message: dict[str, Any]) -> str:
    """Return the address for the reply to a mail that has one of its own, else nothing."""
    link = re.search(r'"mailto:([^"?]+)', message["BodyHtml"] or "")
    return link[1] if link else ""


def readable(message: dict[str, Any]) -> str:
    """Return a mail as a mail program would show it."""
    reply = reply_address(message)  # The emulator keeps no header that tells it.
    return (
        f"From:    {message['Source']}\n"
        f"To:      {', '.join(message['To'])}\n"
        f"Subject: {message['Subject']}\n"
        + (f"Replies: {reply}\n" if reply else "")
        + f"\n{message['BodyText']}\n"
    )
