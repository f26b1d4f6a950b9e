"""POST /clinics/{clinic_id}/users: a new user, inactive, who is invited to sign in."""

from licensing.adapters import settings
from licensing.adapters.directory import Directory
from licensing.adapters.postbox import Postbox
from licensing.adapters.telemetry import logger
from licensing.answers import users as answers
from licensing.http.app import Api, HttpAnswer, answer, located
from licensing.http.body import read_body
from licensing.http.inviting import inviting_by
from licensing.http.user_bodies import AddUserBody
from licensing.use_cases.users import add_user as use_case

lambda_handler = app = Api()
directory = Directory(settings.user_pool_id())
postbox = Postbox(settings.sender_address(), settings.configuration_set())


@app.post("/clinics/<clinic_id>/users")
def add_user(clinic_id: str) -> HttpAnswer:
    """Return the user: 201 when added, 200 when this very request added them before."""
    caller = app.caller()
    new = read_body(app, AddUserBody).new_user()
    inviting = inviting_by(app, directory, postbox)
    user, added = use_case.add_user(app.store, inviting, caller, clinic_id, new)
    logger.info("user_added", extra={"added_user_id": user.user_id})
    return answer(201 if added else 200, answers.user(user), located("users", user.user_id))
