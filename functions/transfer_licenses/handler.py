"""POST /license-transfers: from one clinic to another, by a User Manager of both."""

from licensing.adapters.telemetry import logger
from licensing.answers import adjustments as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.body import read_body
from licensing.http.idempotency import request_once
from licensing.http.transfer_bodies import TransferBody
from licensing.use_cases.licenses import transfer_licenses as use_case

lambda_handler = app = Api()


@app.post("/license-transfers")
def transfer_licenses() -> HttpAnswer:
    """Transfer licenses at once and return both adjustments; the same again returns the same."""
    caller = app.caller()
    body = read_body(app, TransferBody)
    source, target = body.from_clinic_id, body.to_clinic_id
    logger.append_keys(clinic_id=source, to_clinic_id=target)
    done = use_case.transfer(
        app.store,
        caller,
        source,
        target,
        body.request(),
        once=request_once(app, caller, source, "transfer", body, answers.licenses_transferred),
    )
    logger.info("licenses_transferred")
    return answer(done.status, done.body)
