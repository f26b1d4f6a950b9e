"""POST /clinics/{clinic_id}/license-adjustments/{adjustment_id}/confirmation, by staff."""

from licensing.adapters import settings
from licensing.adapters.telemetry import logger
from licensing.adapters.workflows import Workflows
from licensing.answers import adjustments as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.body import read_body
from licensing.http.clinic_bodies import SettleConfirmationBody
from licensing.use_cases.letters import settle_confirmation as use_case

lambda_handler = app = Api()
workflows = Workflows(settings.invoice_update_arn())


@app.post("/clinics/<clinic_id>/license-adjustments/<adjustment_id>/confirmation")
def settle_confirmation(clinic_id: str, adjustment_id: str) -> HttpAnswer:
    """Settle a confirmation whose outcome is unknown, and return the adjustment."""
    caller = app.staff()
    body = read_body(app, SettleConfirmationBody)
    settled = use_case.settle_confirmation(
        app.store,
        workflows,
        caller,
        clinic_id,
        adjustment_id,
        outcome=body.outcome,
        reason=body.reason,
    )
    logger.info("confirmation_settled", extra={"outcome": body.outcome})
    return answer(200, answers.adjustment(settled))
