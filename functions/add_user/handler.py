"""POST /clinics/{clinic_id}/users: a new user, inactive, who is invited to sign in."""

from licensing.adapters.telemetry import logger
from licensing.answers import users as answers
from licensing.http.app import HttpAnswer, answer, located
from licensing.http.body import read_body
from licensing.http.inviting import InvitingApi
from licensing.http.user_bodies import AddUserBody
from licensing.use_cases.users import add_user as use_case

lambda_handler = app = InvitingApi()


@app.post("/clinics/<clinic_id>/users")
def add_user(clinic_id: str) -> HttpAnswer:
    """Return the user: 201 when added, 200 when this very request added them before."""
    caller = app.caller()
    new = read_body(app, AddUserBody).new_user()
    user, added = use_case.add_user(app.store, app.inviting(), caller, clinic_id, new)
    logger.info("user_added", extra={"added_user_id": user.user_id})
    return answer(201 if added else 200, answers.user(user), located("users", user.user_id))
