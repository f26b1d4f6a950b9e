"""PATCH /clinics/{clinic_id}: staff change settings, and prices from the next renewal."""

from licensing.adapters.telemetry import logger
from licensing.answers import clinics as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.body import read_body
from licensing.http.clinic_bodies import ChangeClinicBody
from licensing.use_cases.clinics import change_clinic as use_case

lambda_handler = app = Api()


@app.patch("/clinics/<clinic_id>")
def change_clinic(clinic_id: str) -> HttpAnswer:
    """Change what the body names, and return the clinic."""
    caller = app.staff()
    change = read_body(app, ChangeClinicBody).change()
    clinic = use_case.change_clinic(app.store, caller, clinic_id, change)
    logger.info("clinic_changed")
    return answer(200, answers.clinic(clinic))
