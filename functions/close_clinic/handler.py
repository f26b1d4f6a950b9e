"""PUT and DELETE /clinics/{clinic_id}/closure: staff plan a clinic's end, or take it back."""

from licensing.adapters.telemetry import logger
from licensing.answers import clinics as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.body import read_body
from licensing.http.clinic_bodies import CloseClinicBody
from licensing.use_cases.clinics import close_clinic as use_case

lambda_handler = app = Api()


@app.put("/clinics/<clinic_id>/closure")
def close_clinic(clinic_id: str) -> HttpAnswer:
    """Plan the clinic's end, or carry it out if that is today, and return the clinic."""
    caller = app.staff()
    body = read_body(app, CloseClinicBody)
    clinic = use_case.close_clinic(
        app.store,
        caller,
        clinic_id,
        closes_on=body.closes_on,
        reason=body.reason,
    )
    logger.info("clinic_closure_set", extra={"closed": clinic.has_closed})
    return answer(200, answers.clinic(clinic))


@app.delete("/clinics/<clinic_id>/closure")
def keep_clinic_open(clinic_id: str) -> HttpAnswer:
    """Take a planned end back before it comes, and return the clinic."""
    clinic = use_case.keep_clinic_open(app.store, app.staff(), clinic_id)
    logger.info("clinic_closure_taken_back")
    return answer(200, answers.clinic(clinic))
