"""POST /clinics/{clinic_id}/user-managers: staff name a User Manager, perhaps for another."""

from licensing.adapters.telemetry import logger
from licensing.answers import users as answers
from licensing.http.app import HttpAnswer, answer, located
from licensing.http.body import read_body
from licensing.http.inviting import InvitingApi
from licensing.http.user_bodies import NameUserManagerBody
from licensing.use_cases.users import name_user_manager as use_case

lambda_handler = app = InvitingApi()


@app.post("/clinics/<clinic_id>/user-managers")
def name_user_manager(clinic_id: str) -> HttpAnswer:
    """Return the active User Manager: 201 when named, 200 when they were one already."""
    caller = app.staff()
    body = read_body(app, NameUserManagerBody)
    user, named = use_case.name_user_manager(
        app.store,
        app.inviting(),
        caller,
        clinic_id,
        body.new_user(),
        reason=body.reason,
        replaces=body.replaces,
    )
    logger.info("user_manager_named", extra={"named_user_id": user.user_id})
    status = 201 if named else 200
    return answer(status, answers.user(user), located("users", user.user_id))
