"""POST /license-transfers/preview: what a transfer would do in both clinics."""

from licensing.adapters.telemetry import logger
from licensing.answers import invoices as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.body import read_body
from licensing.http.transfer_bodies import TransferBody
from licensing.use_cases.licenses.preview_license_transfer import preview_transfer

lambda_handler = app = Api()


@app.post("/license-transfers/preview")
def preview_license_transfer() -> HttpAnswer:
    """Return both clinics' counts and invoice lines as they would become; change nothing."""
    caller = app.caller()
    body = read_body(app, TransferBody)
    source, target = body.from_clinic_id, body.to_clinic_id
    logger.append_keys(clinic_id=source, to_clinic_id=target)
    preview = preview_transfer(app.store, caller, source, target, body.request())
    return answer(200, answers.transfer_preview(preview))
