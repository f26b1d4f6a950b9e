"""POST /clinics/{clinic_id}/invoices/{invoice_id}/corrections, by staff."""

from licensing.adapters.telemetry import logger
from licensing.answers import invoices as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.body import read_body
from licensing.http.correction_bodies import CorrectionBody
from licensing.http.idempotency import request_once
from licensing.use_cases.billing import correct_invoice as use_case

lambda_handler = app = Api()


@app.post("/clinics/<clinic_id>/invoices/<invoice_id>/corrections")
def correct_invoice(clinic_id: str, invoice_id: str) -> HttpAnswer:
    """Put a correction on the upcoming invoice, and return it."""
    caller = app.staff()
    body = read_body(app, CorrectionBody)
    done = use_case.correct_invoice(
        app.store,
        caller,
        clinic_id,
        invoice_id,
        amount_cents=body.amount_cents,
        reason=body.reason,
        once=request_once(app, caller, clinic_id, "correct", body, answers.invoice_corrected),
    )
    logger.info("invoice_corrected", extra={"correction_id": done.body["correction_id"]})
    return answer(done.status, done.body)
