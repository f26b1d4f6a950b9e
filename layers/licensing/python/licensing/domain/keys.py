"""The names of records: in which partition each lies, and under which sort key."""

from datetime import date
from typing import NamedTuple

CLINIC = "CLINIC"
USER = "USER#"
ADJUSTMENT = "ADJUSTMENT#"
INVOICE = "INVOICE#"
HISTORY = "HISTORY#"
REQUEST = "REQUEST#"
ADDRESS = "ADDRESS"
MAIL = "MAIL"

FINDING = "FINDING#"
REPAIR = "REPAIR#"
REPORT = "REPORT#"
REPORTS = "RECONCILIATIONS"
"""The partition of all nights' reports, one small record each."""


class Key(NamedTuple):
    """The primary key of one record."""

    partition: str
    sort: str


def partition(clinic_id: str) -> str:
    """Return the partition that holds all that belongs to a clinic."""
    return f"CLINIC#{clinic_id}"


def clinic_key(clinic_id: str) -> Key:
    """Return the key of the clinic's own record, which carries all counters."""
    return Key(partition(clinic_id), CLINIC)


def user_key(clinic_id: str, user_id: str) -> Key:
    """Return the key of a user's membership in a clinic."""
    return Key(partition(clinic_id), USER + user_id)


def adjustment_key(clinic_id: str, adjustment_id: str) -> Key:
    """Return the key of a license adjustment."""
    return Key(partition(clinic_id), ADJUSTMENT + adjustment_id)


def invoice_key(clinic_id: str, invoice_id: str) -> Key:
    """Return the key of an invoice's header."""
    return Key(partition(clinic_id), INVOICE + invoice_id)


def invoice_lines(invoice_id: str) -> str:
    """Return how the sort keys of an invoice's lines begin."""
    return f"{INVOICE}{invoice_id}#LINE#"


def invoice_line_key(clinic_id: str, invoice_id: str, line_id: str) -> Key:
    """Return the key of one invoice line."""
    return Key(partition(clinic_id), invoice_lines(invoice_id) + line_id)


def history_key(clinic_id: str, history_id: str) -> Key:
    """Return the key of a history record."""
    return Key(partition(clinic_id), HISTORY + history_id)


def request_key(clinic_id: str, digest: str) -> Key:
    """Return the key of an idempotency record."""
    return Key(partition(clinic_id), REQUEST + digest)


def address_key(address: str) -> Key:
    """Return the key of what is known about a mail address."""
    return Key(f"SENDER#{address}", ADDRESS)


def mail_key(digest: str) -> Key:
    """Return the key of a claimed mail; one mail may concern two clinics."""
    return Key(f"MAIL#{digest}", MAIL)


def night_partition(night: date) -> str:
    """Return the partition that holds what one night found and repaired."""
    return f"RECONCILIATION#{night}"


def finding_key(night: date, clinic_id: str, invariant: str, subject: str) -> Key:
    """Return the key of a finding, the same whoever finds it again."""
    return Key(night_partition(night), f"{FINDING}{clinic_id}#{invariant}#{subject}")


def repair_key(night: date, clinic_id: str, adjustment_id: str) -> Key:
    """Return the key of a repair."""
    return Key(night_partition(night), f"{REPAIR}{clinic_id}#{adjustment_id}")


def report_key(night: date) -> Key:
    """Return the key of a night's report."""
    return Key(REPORTS, f"{REPORT}{night}")
