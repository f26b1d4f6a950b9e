"""Records and the versions that order their changes."""

from licensing.domain.addresses import MailAddress
from licensing.domain.billing import open_invoice
from licensing.domain.clinics import Clinic
from licensing.domain.mail_requests import MailRequest
from licensing.domain.reconciliation import Report
from licensing.domain.records import Versioned
from tests.unit.domain.builders import HALF, add, clinic, requested, user


def test_every_record_begins_with_version_1() -> None:
    records: list[Clinic | Versioned] = [
        clinic(),
        user(),
        requested(add(1)),
        open_invoice(clinic(), HALF),
        MailAddress("ana@mainstreet.example"),
        MailRequest("digest", "ana", HALF, "mails/1", {}, {}),
        Report(HALF.date(), HALF),
    ]

    assert [record.version for record in records] == [1] * 7


def test_a_night_begins_without_findings() -> None:
    report = Report(HALF.date(), HALF)

    assert (report.clinics, report.findings, report.overdue, report.repairs) == (0, 0, 0, 0)
    assert (report.stage, report.mail) == ("running", "none")
