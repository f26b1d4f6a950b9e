"""The environment of a function: the only place that reads it."""

import os

from licensing.domain.limits import MOST_INVITATIONS, MOST_PER_REQUEST


class MissingSettingError(RuntimeError):
    """A function was deployed without a variable that it needs."""


def _required(name: str) -> str:
    value = os.environ.get(name, "")
    if not value:
        raise MissingSettingError(f"The environment variable {name} is not set; see template.yaml.")
    return value


def table_name() -> str:
    """Return the name of the one table."""
    return _required("TABLE_NAME")


def user_pool_id() -> str:
    """Return the Cognito user pool that people sign in with."""
    return _required("USER_POOL_ID")


def invoice_update_arn() -> str:
    """Return the state machine that waits until an invoice update is due."""
    return _required("INVOICE_UPDATE_ARN")


def notices_arn() -> str:
    """Return the state machine that sends notices."""
    return _required("NOTICES_ARN")


def scheduled_adjustment_arn() -> str:
    """Return the state machine that waits for the day of a scheduled adjustment."""
    return _required("SCHEDULED_ADJUSTMENT_ARN")


def event_bus() -> str:
    """Return the event bus that other systems listen to."""
    return _required("EVENT_BUS")


def sender_address() -> str:
    """Return the address that mail comes from."""
    return _required("SENDER_ADDRESS")


def configuration_set() -> str:
    """Return the SES configuration set, which reports what became of a mail."""
    return _required("CONFIGURATION_SET")


def max_quantity() -> int:
    """Return the most licenses of one type that one request may add or release."""
    return int(os.environ.get("MAX_QUANTITY", MOST_PER_REQUEST))


def max_invitations() -> int:
    """Return the most invitations that one clinic may send in a day."""
    return int(os.environ.get("MAX_INVITATIONS", MOST_INVITATIONS))


def mail_bucket() -> str:
    """Return the bucket in which arriving mails are left."""
    return _required("MAIL_BUCKET")


def mail_prefix() -> str:
    """Return how the keys of arriving mails begin."""
    return os.environ.get("MAIL_PREFIX", "raw/")


def request_address() -> str:
    """Return the address that takes requests by mail; empty where none does."""
    return os.environ.get("REQUEST_ADDRESS", "")


def page_url() -> str:
    """Return the address of the User Manager page, for links in mails; empty if none is set."""
    return os.environ.get("PAGE_URL", "")


def accepts_email_requests() -> bool:
    """Return whether requests by mail are acted on at all."""
    return os.environ.get("EMAIL_REQUESTS", "on") == "on"


def staff_address() -> str:
    """Return where the nightly findings are mailed to; empty where nowhere."""
    return os.environ.get("STAFF_EMAIL", "")


def allows_future_moment() -> bool:
    """Return whether the books may be closed for a moment yet to come; only locally so."""
    return os.environ.get("ALLOW_FUTURE_MOMENT", "false") == "true"


def vendor_name() -> str:
    """Return who invoices are from, as printed on them."""
    return os.environ.get("VENDOR_NAME", "")


def vendor_address() -> str:
    """Return the vendor's address for invoices, its lines separated by semicolons."""
    return os.environ.get("VENDOR_ADDRESS", "")
