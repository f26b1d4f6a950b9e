"""POST /clinics/{clinic_id}/users/{user_id}/invitation: another invitation to sign in."""

from licensing.adapters import settings
from licensing.adapters.directory import Directory
from licensing.adapters.postbox import Postbox
from licensing.adapters.telemetry import logger
from licensing.answers import users as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.inviting import inviting_by
from licensing.use_cases.users import send_invitation as use_case

lambda_handler = app = Api()
directory = Directory(settings.user_pool_id())
postbox = Postbox(settings.sender_address(), settings.configuration_set())


@app.post("/clinics/<clinic_id>/users/<user_id>/invitation")
def send_invitation(clinic_id: str, user_id: str) -> HttpAnswer:
    """Invite a user again who has not signed in yet, and return them."""
    caller = app.caller()
    inviting = inviting_by(app, directory, postbox)
    user = use_case.send_invitation(app.store, inviting, caller, clinic_id, user_id)
    logger.info("invitation_sent", extra={"target_user_id": user_id})
    return answer(202, answers.user(user))
