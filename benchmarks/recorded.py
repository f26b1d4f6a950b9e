"""Requests that make calls of several services: recorded on the product as a whole, in memory.

What each call was answered is given to the measured function in the same order.
"""

import base64
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from benchmarks.scenes import Scene
from local.memory.tables import key_of
from local.ses_inbound import Arrival, as_ses
from tests.functions.conftest import CLINIC, TABLE, load_event
from tests.functions.scim import provider
from tests.inmemory.cloud import Cloud, Request, Wire
from tests.product import Product

SCIM, GLANCE, MAIL = "serve_scim", "list_licenses", "receive_email_request"
CLINICS = 50
"""Of one User Manager."""


@dataclass
class _Recorder(Cloud):
    """A cloud of which it is kept what it answers."""

    told: dict[str, list[str]] = field(default_factory=dict)

    def answer(self, service: str, operation: str, params: Request) -> Wire:
        """Answer, and keep the answer as it would go over the wire."""
        status, answer = wire = super().answer(service, operation, params)
        if "Body" in answer:
            text = answer["Body"].getvalue().decode()
        elif "Error" in answer:
            text = json.dumps({"__type": answer["Error"]["Code"], "message": str(status)})
        else:
            text = json.dumps(
                {name: value for name, value in answer.items() if name != "ResponseMetadata"},
                default=lambda binary: base64.b64encode(binary).decode(),
            )
        self.told.setdefault(operation, []).append(text)
        return wire


def scenes(now: datetime) -> Iterator[Scene]:
    """Yield the scenes, of clinics that were registered at the moment."""
    product = Product.open()
    product.clock.now = now
    with product.active():
        product.with_demo()
        yield _scim(product)
        yield _mail(product)
        _copy_clinics(product)
        yield _glance(product)


def _scene(product: Product, function: str, event: dict[str, Any]) -> Scene:
    recorder = _Recorder(**vars(product.cloud))
    product.seam.cloud = recorder
    product.invoke(function, event)
    product.seam.cloud = product.cloud
    return Scene(function, event, recorder.told)


def _scim(product: Product) -> Scene:
    """Create a user who takes a license, by a token whose use was noted within the hour."""
    okta = provider(product)
    # The measured function asks the clock.
    product.clock.now = datetime.now(UTC)
    okta.send("GET", "/Users")
    event = load_event(SCIM)
    event["headers"]["Authorization"] = f"Bearer {okta.token}"
    return _scene(product, SCIM, event)


def _mail(product: Product) -> Scene:
    """Add two licenses by a mail with a greeting, a signature, and the mail that it answers."""
    sender = "dana.reyes@mainstreetpt.example"
    at = datetime.now(UTC)
    raw = (
        f"From: Dana Reyes <{sender}>\r\nTo: licenses@requests.vendor.example\r\n"
        f"Subject: Licenses\r\nDate: {at:%a, %d %b %Y %H:%M:%S} +0000\r\n"
        "Message-ID: <typical@mail.example>\r\n"
        "Content-Type: text/plain; charset=utf-8\r\n\r\n"
        "Hi,\r\n\r\nwe have hired two new physical therapists. Please add 2 therapist licenses\r\n"
        "for Main Street Physical Therapy.\r\n\r\nThank you!\r\n-- \r\n"
        "Dana Reyes\r\nMain Street Physical Therapy\r\n+1 555 0100\r\n\r\n"
        "On Mon, Nov 2, 2026 at 9:14 AM Vendor <licenses@requests.vendor.example> wrote:\r\n"
        "> Your invoice is ready.\r\n"
    )
    arrival = Arrival(raw.encode(), sender, ("licenses@requests.vendor.example",))
    event, stored = as_ses(arrival, at)
    product.cloud.objects["raw/" + event["Records"][0]["ses"]["mail"]["messageId"]] = stored
    return _scene(product, MAIL, event)


def _copy_clinics(product: Product) -> None:
    table = product.cloud.tables[TABLE]
    for item in product.items(CLINIC):
        for number in range(CLINICS - 2):
            clinic_id = f"clinic-of-fifty-{number:02}"
            copied = item | {"pk": {"S": f"CLINIC#{clinic_id}"}}
            if "clinic_id" in item:
                copied["clinic_id"] = {"S": clinic_id}
            table.put(key_of(copied), copied)


def _glance(product: Product) -> Scene:
    """Look at fifty clinics."""
    event = load_event(GLANCE)
    event["requestContext"]["authorizer"]["claims"] = product.claims("dana")
    return _scene(product, GLANCE, event)
