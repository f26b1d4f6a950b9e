"""PUT /clinics/{clinic_id}/notices: of what the caller wants to be told unasked."""

from licensing.adapters.telemetry import logger
from licensing.answers import users as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.body import read_body
from licensing.http.user_bodies import NoticesBody
from licensing.use_cases.notices import set_notices as use_case

lambda_handler = app = Api()


@app.put("/clinics/<clinic_id>/notices")
def set_notices(clinic_id: str) -> HttpAnswer:
    """Choose which emails the caller gets of the clinic without asking."""
    caller = app.caller()
    wanted = read_body(app, NoticesBody).settings()
    after = use_case.set_notices(app.store, caller, clinic_id, wanted)
    logger.info("notices_set")
    return answer(200, answers.notices(after))
