"""The names of records: in which partition each lies, under which sort key, and of what kind."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

if TYPE_CHECKING:
    from licensing.domain.addresses import MailAddress
    from licensing.domain.adjustments import Adjustment
    from licensing.domain.beside import Erasure, History, StoredAnswer
    from licensing.domain.clinic_mails import ClinicMail
    from licensing.domain.clinics import Clinic
    from licensing.domain.finding import ClinicWord
    from licensing.domain.invitations import SentInvitations
    from licensing.domain.invoices import Invoice, StoredLine
    from licensing.domain.mail_requests import Answerable, ClaimedWords, MailRequest
    from licensing.domain.notices import Notice
    from licensing.domain.provisioning_tokens import ProvisioningToken
    from licensing.domain.reconciliation import NightlyFinding, Repair, Report
    from licensing.domain.users import User


A = TypeVar("A")
R_co = TypeVar("R_co", covariant=True)


class Key(NamedTuple, Generic[R_co]):
    """The primary key of one record, and of what kind the record is."""

    partition: str
    sort: str

    @property
    def owner(self) -> str:
        """Whose partition it is: a clinic's id, for one."""
        return self.partition.partition("#")[2]


class Prefix(str, Generic[R_co]):
    """How the sort keys of all records of one kind begin."""

    __slots__ = ()

    def key(self, clinic_id: str, name: str) -> Key[R_co]:
        """Return the key of the one that a clinic has under the name."""
        return Key(partition(clinic_id), self + name)


class Page(NamedTuple, Generic[A]):
    """Some records of a list, and where the next page begins if there is one."""

    records: list[A]
    next_cursor: str | None


CLINIC = "CLINIC"
INVITATIONS = "INVITATIONS"
ADDRESS = "ADDRESS"
MAIL = "MAIL"
WORDS = "WORDS"
REPLY = "REPLY"
NOTICE = "NOTICE"
USER: Prefix[User] = Prefix("USER#")
ERASURE: Prefix[Erasure] = Prefix("ERASURE#")
TOKEN: Prefix[ProvisioningToken] = Prefix("TOKEN#")
MAILED: Prefix[ClinicMail] = Prefix("MAILED#")
ADJUSTMENT: Prefix[Adjustment] = Prefix("ADJUSTMENT#")
INVOICE: Prefix[Invoice | StoredLine] = Prefix("INVOICE#")
HISTORY: Prefix[History] = Prefix("HISTORY#")
REQUEST: Prefix[StoredAnswer] = Prefix("REQUEST#")
FINDING: Prefix[NightlyFinding] = Prefix("FINDING#")
REPAIR: Prefix[Repair] = Prefix("REPAIR#")
REPORT: Prefix[Report] = Prefix("REPORT#")
NAME: Prefix[ClinicWord] = Prefix("NAME#")
REPORTS = "RECONCILIATIONS"
"""The partition of all nights' reports, one small record each."""


def partition(clinic_id: str) -> str:
    """Return the partition that holds all that belongs to a clinic."""
    return f"CLINIC#{clinic_id}"


def clinic_key(clinic_id: str) -> Key[Clinic]:
    """Return the key of the clinic's own record, which carries all counters."""
    return Key(partition(clinic_id), CLINIC)


def words_partition(word: str) -> str:
    """Return the partition of all words of clinics that begin with the same letter."""
    return f"NAMES#{word[:1]}"


def clinic_words(begins: str) -> Prefix[ClinicWord]:
    """Return how the sort keys of all words begin that begin so."""
    return Prefix(NAME + begins)


def clinic_word_key(word: str, clinic_id: str) -> Key[ClinicWord]:
    return Key(words_partition(word), f"{NAME}{word}#{clinic_id}")


def invitations_key(clinic_id: str) -> Key[SentInvitations]:
    """Return the key of how many invitations a clinic has sent lately."""
    return Key(partition(clinic_id), INVITATIONS)


def invoice_key(clinic_id: str, invoice_id: str) -> Key[Invoice]:
    """Return the key of an invoice's header."""
    return Key(partition(clinic_id), INVOICE + invoice_id)


def invoice_lines(invoice_id: str, adjustment_id: str = "") -> Prefix[StoredLine]:
    """Return how the sort keys of an invoice's lines begin, of an adjustment's if one is given.

    Corrections have such keys as well.
    """
    return Prefix(f"{INVOICE}{invoice_id}#LINE#{adjustment_id}")


def invoice_line_key(clinic_id: str, invoice_id: str, line_id: str) -> Key[StoredLine]:
    return Key(partition(clinic_id), invoice_lines(invoice_id) + line_id)


def address_key(address: str) -> Key[MailAddress]:
    """Return the key of what is known about a mail address."""
    return Key(f"SENDER#{address}", ADDRESS)


def mail_key(digest: str) -> Key[MailRequest]:
    """Return the key of a claimed mail; one mail may concern two clinics."""
    return Key(f"MAIL#{digest}", MAIL)


def words_key(digest: str) -> Key[ClaimedWords]:
    """Return the key under which the words of a claimed mail are known."""
    return Key(f"WORDS#{digest}", WORDS)


def reply_key(digest: str) -> Key[Answerable]:
    """Return the key of what the replies to one of our answers can refer to."""
    return Key(f"REPLY#{digest}", REPLY)


def notice_key(clinic_id: str, cause: str) -> Key[Notice]:
    """Return the key of a notice; not the clinic's partition, which the nightly run reads."""
    return Key(f"NOTICE#{clinic_id}#{cause}", NOTICE)


def letters_key(of: ClinicMail) -> Key[MailRequest] | Key[Notice]:
    """Return the key of the letters that concern a clinic."""
    if of.digest is not None:
        return mail_key(of.digest)
    return notice_key(of.clinic_id, of.cause or "")


def night_partition(night: date) -> str:
    """Return the partition that holds what one night found and repaired."""
    return f"RECONCILIATION#{night}"


def finding_key(night: date, clinic_id: str, invariant: str, subject: str) -> Key[NightlyFinding]:
    """Return the key of a finding, the same whoever finds it again."""
    return Key(night_partition(night), f"{FINDING}{clinic_id}#{invariant}#{subject}")


def clinic_findings(clinic_id: str) -> Prefix[NightlyFinding]:
    """Return how the sort keys begin of all that a night found of a clinic."""
    return Prefix(f"{FINDING}{clinic_id}#")


def repair_key(night: date, clinic_id: str, adjustment_id: str) -> Key[Repair]:
    return Key(night_partition(night), f"{REPAIR}{clinic_id}#{adjustment_id}")


def report_key(night: date) -> Key[Report]:
    return Key(REPORTS, f"{REPORT}{night}")
