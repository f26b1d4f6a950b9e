"""The environment of a function: the only place that reads it."""

import os
from collections.abc import Callable

from licensing.domain.limits import MOST_INVITATIONS, MOST_PER_REQUEST


class MissingSettingError(RuntimeError):
    """A function was deployed without a variable that it needs."""


def _required(name: str) -> Callable[[], str]:
    def read() -> str:
        if value := os.environ.get(name, ""):
            return value
        raise MissingSettingError(f"The environment variable {name} is not set; see template.yaml.")

    return read


def _usual(name: str, usual: str = "") -> Callable[[], str]:
    return lambda: os.environ.get(name, usual)


def _number(name: str, usual: int) -> Callable[[], int]:
    return lambda: int(os.environ.get(name, usual))


def _is(name: str, value: str, *, usual: str) -> Callable[[], bool]:
    return lambda: os.environ.get(name, usual) == value


table_name = _required("TABLE_NAME")
user_pool_id = _required("USER_POOL_ID")
invoice_update_arn = _required("INVOICE_UPDATE_ARN")
"""The state machine that waits until an invoice update is due."""
scheduled_adjustment_arn = _required("SCHEDULED_ADJUSTMENT_ARN")
"""The state machine that waits for the day of a scheduled adjustment."""
notices_arn = _required("NOTICES_ARN")
"""The state machine that sends notices."""
event_bus = _required("EVENT_BUS")
"""The event bus that other systems listen to."""
sender_address = _required("SENDER_ADDRESS")
"""The address that mail comes from."""
configuration_set = _required("CONFIGURATION_SET")
"""The SES configuration set, which reports what became of a mail."""
mail_bucket = _required("MAIL_BUCKET")
"""The bucket in which arriving mails are left."""
mail_prefix = _usual("MAIL_PREFIX", "raw/")
"""How the keys of arriving mails begin."""
request_address = _usual("REQUEST_ADDRESS")
"""The address that takes requests by mail; empty where none does."""
page_url = _usual("PAGE_URL")
"""The address of the User Manager page, for links in mails; empty if none is set."""
staff_address = _usual("STAFF_EMAIL")
"""Where the nightly findings are mailed to; empty where nowhere."""
vendor_name = _usual("VENDOR_NAME")
"""Who invoices are from, as printed on them."""
vendor_address = _usual("VENDOR_ADDRESS")
"""The vendor's address for invoices, its lines separated by semicolons."""
max_quantity = _number("MAX_QUANTITY", MOST_PER_REQUEST)
"""The most licenses of one type that one request may add or release."""
max_invitations = _number("MAX_INVITATIONS", MOST_INVITATIONS)
"""The most invitations that one clinic may send in a day."""
accepts_email_requests = _is("EMAIL_REQUESTS", "on", usual="on")
"""Whether requests by mail are acted on at all."""
allows_future_moment = _is("ALLOW_FUTURE_MOMENT", "true", usual="false")
"""Whether the books may be closed for a moment yet to come; only locally so."""
