"""GET /clinics/{clinic_id}/state: what staff need to know of a clinic; for staff."""

from licensing.answers import staff as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.use_cases.clinics import get_clinic_state as use_case

lambda_handler = app = Api()


@app.get("/clinics/<clinic_id>/state")
def get_clinic_state(clinic_id: str) -> HttpAnswer:
    """Return the last night's findings of the clinic, and how mail to it fared."""
    state = use_case.get_clinic_state(app.store, app.staff(), clinic_id)
    return answer(200, answers.clinic_state(state))
