"""The kinds of records that there are: for types only, since it imports all of the domain."""

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

Versioned = (
    User
    | Erasure
    | ProvisioningToken
    | Adjustment
    | Invoice
    | SentInvitations
    | MailAddress
    | MailRequest
    | Answerable
    | Notice
    | Report
)
Beside = StoredLine | History | StoredAnswer | ClaimedWords | NightlyFinding | Repair
Record = Clinic | Versioned | Beside | ClinicMail | ClinicWord
