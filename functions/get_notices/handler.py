"""GET /clinics/{clinic_id}/notices: of what the caller is told unasked."""

from licensing.answers import users as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.use_cases.notices import set_notices as use_case

lambda_handler = app = Api()


@app.get("/clinics/<clinic_id>/notices")
def get_notices(clinic_id: str) -> HttpAnswer:
    """Return which emails the caller gets of the clinic without asking."""
    return answer(200, answers.notices(use_case.get_notices(app.store, app.caller(), clinic_id)))
