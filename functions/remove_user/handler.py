"""DELETE /clinics/{clinic_id}/users/{user_id}: a user who is inactive, for good."""

from licensing.adapters import settings
from licensing.adapters.directory import Directory
from licensing.adapters.telemetry import logger
from licensing.answers import users as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.use_cases.users import remove_user as use_case

lambda_handler = app = Api()
directory = Directory(settings.user_pool_id())


@app.delete("/clinics/<clinic_id>/users/<user_id>")
def remove_user(clinic_id: str, user_id: str) -> HttpAnswer:
    """Remove the user; one who is not there is removed already."""
    use_case.remove_user(app.store, directory, app.caller(), clinic_id, user_id)
    logger.info("user_removed", extra={"removed_user_id": user_id})
    removed: answers.RemovedUserAnswer = {"user_id": user_id, "removed": True}
    return answer(200, removed)
