"""POST /clinics/{clinic_id}/license-adjustments/{adjustment_id}/cancellation."""

from licensing.adapters.telemetry import logger
from licensing.answers import adjustments as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.use_cases.licenses import cancel_license_adjustment as use_case

lambda_handler = app = Api()


@app.post("/clinics/<clinic_id>/license-adjustments/<adjustment_id>/cancellation")
def cancel_license_adjustment(clinic_id: str, adjustment_id: str) -> HttpAnswer:
    """Cancel an adjustment that is not invoiced yet, and return it."""
    caller = app.caller()
    cancelled = use_case.cancel_license_adjustment(app.store, caller, clinic_id, adjustment_id)
    logger.info("license_adjustment_cancelled")
    return answer(200, answers.adjustment(cancelled))
