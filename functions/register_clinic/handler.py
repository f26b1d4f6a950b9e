"""PUT /clinics/{clinic_id}: staff register a clinic with its licenses and User Managers."""

from licensing.adapters.telemetry import logger
from licensing.answers import clinics as answers
from licensing.http.app import HttpAnswer, answer
from licensing.http.body import read_body
from licensing.http.clinic_bodies import RegisterClinicBody, clinic_identifier
from licensing.http.inviting import InvitingApi
from licensing.use_cases.clinics import register_clinic as use_case

lambda_handler = app = InvitingApi()


@app.put("/clinics/<clinic_id>")
def register_clinic(clinic_id: str) -> HttpAnswer:
    """Return the clinic: 201 when registered, 200 when this very request did it before."""
    caller = app.staff()
    clinic, registered = use_case.register_clinic(
        app.store,
        app.inviting(),
        caller,
        clinic_identifier(clinic_id),
        read_body(app, RegisterClinicBody).registration(),
    )
    logger.info("clinic_registered")
    return answer(201 if registered else 200, answers.clinic(clinic))
