"""POST /clinics/{clinic_id}/license-adjustments: licenses change at once, the invoice later."""

from licensing.adapters.telemetry import logger
from licensing.answers import adjustments as answers
from licensing.http.adjustment_bodies import LicenseAdjustmentBody
from licensing.http.app import Api, HttpAnswer, answer, located
from licensing.http.body import read_body
from licensing.http.idempotency import request_once
from licensing.use_cases.licenses import request_license_adjustment as use_case

lambda_handler = app = Api()


@app.post("/clinics/<clinic_id>/license-adjustments")
def request_license_adjustment(clinic_id: str) -> HttpAnswer:
    """Apply the adjustment and return it; the same request again returns the same."""
    caller = app.caller()
    body = read_body(app, LicenseAdjustmentBody)
    done = use_case.request_license_adjustment(
        app.store,
        caller,
        clinic_id,
        body.request(),
        once=request_once(app, caller, clinic_id, "adjust", body, answers.adjustment_requested),
    )
    adjustment_id = done.body["adjustment_id"]
    logger.info("license_adjustment_applied", extra={"adjustment_id": adjustment_id})
    return answer(done.status, done.body, located("license-adjustments", adjustment_id))
