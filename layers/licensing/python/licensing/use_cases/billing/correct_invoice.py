"""Staff put a correction on the upcoming invoice: something is to be made up for."""

from licensing.domain.beside import Answer
from licensing.domain.billing import with_lines
from licensing.domain.changes import Insert, Replace
from licensing.domain.clinics import require_open
from licensing.domain.errors import RefusedError
from licensing.domain.history import Event
from licensing.domain.ids import new_id
from licensing.domain.invoices import Correction, InvoiceStatus, StoredLine
from licensing.domain.previews import CorrectedInvoice
from licensing.use_cases.access import Caller, as_staff
from licensing.use_cases.billing.invoices import load_invoice
from licensing.use_cases.committing import until_committed
from licensing.use_cases.idempotency import RequestOnce
from licensing.use_cases.ports import Store


@until_committed
def correct_invoice(
    store: Store,
    caller: Caller,
    clinic_id: str,
    invoice_id: str,
    *,
    amount_cents: int,
    reason: str,
    once: RequestOnce[CorrectedInvoice],
) -> Answer:
    """Put the amount on the upcoming invoice; the same again is answered as the first time."""
    opened = as_staff(store, caller, clinic_id, *once.keys)
    if replay := once.replay(opened):
        return replay
    clinic = opened.clinic
    require_open(clinic, caller.now)
    upcoming = load_invoice(store, clinic, invoice_id)
    if upcoming.status is InvoiceStatus.FINALIZED:
        raise RefusedError(
            "invoice_finalized", "Final invoices don't change. Correct the upcoming invoice."
        )
    moment = clinic.moment(caller.now)
    correction = Correction(new_id(moment), amount_cents, reason, moment)
    after = with_lines(upcoming, [correction])
    answer = once.render(CorrectedInvoice(after, correction))
    event = Event(
        "invoice_corrected",
        correction.correction_id,
        before={"total_cents": upcoming.total_cents},
        after={"total_cents": after.total_cents, "invoice_id": after.invoice_id},
        why=reason,
    )
    opened.commit(
        clinic.touched(moment),
        event,
        Replace(upcoming, after),
        Insert(StoredLine(clinic_id, after.invoice_id, correction)),
        *once.store(opened, answer, moment),
    )
    return answer
