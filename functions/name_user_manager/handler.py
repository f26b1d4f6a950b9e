"""POST /clinics/{clinic_id}/user-managers: staff name a User Manager, perhaps for another."""

from licensing.adapters import settings
from licensing.adapters.directory import Directory
from licensing.adapters.postbox import Postbox
from licensing.adapters.telemetry import logger
from licensing.answers import users as answers
from licensing.http.app import Api, HttpAnswer, answer, located
from licensing.http.body import read_body
from licensing.http.inviting import inviting_by
from licensing.http.user_bodies import NameUserManagerBody
from licensing.use_cases.users import name_user_manager as use_case

lambda_handler = app = Api()
directory = Directory(settings.user_pool_id())
postbox = Postbox(settings.sender_address(), settings.configuration_set())


@app.post("/clinics/<clinic_id>/user-managers")
def name_user_manager(clinic_id: str) -> HttpAnswer:
    """Return the active User Manager: 201 when named, 200 when they were one already."""
    caller = app.staff()
    body = read_body(app, NameUserManagerBody)
    user, named = use_case.name_user_manager(
        app.store,
        inviting_by(app, directory, postbox),
        caller,
        clinic_id,
        body.new_user(),
        reason=body.reason,
        replaces=body.replaces,
    )
    logger.info("user_manager_named", extra={"named_user_id": user.user_id})
    status = 201 if named else 200
    return answer(status, answers.user(user), located("users", user.user_id))
