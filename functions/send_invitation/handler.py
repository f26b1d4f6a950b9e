"""POST /clinics/{clinic_id}/users/{user_id}/invitation: another invitation to sign in."""

from licensing.adapters.telemetry import logger
from licensing.answers import users as answers
from licensing.http.app import HttpAnswer, answer
from licensing.http.inviting import InvitingApi
from licensing.use_cases.users import send_invitation as use_case

lambda_handler = app = InvitingApi()


@app.post("/clinics/<clinic_id>/users/<user_id>/invitation")
def send_invitation(clinic_id: str, user_id: str) -> HttpAnswer:
    """Invite a user again who has not signed in yet, and return them."""
    user = use_case.send_invitation(app.store, app.inviting(), app.caller(), clinic_id, user_id)
    logger.info("invitation_sent", extra={"target_user_id": user_id})
    return answer(202, answers.user(user))
