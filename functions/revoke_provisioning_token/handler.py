"""DELETE /clinics/{clinic_id}/provisioning-tokens/{token_id}: the token is good for nothing."""

from licensing.adapters.telemetry import logger
from licensing.answers import provisioning as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.use_cases.users import provisioning_tokens as use_case

lambda_handler = app = Api()


@app.delete("/clinics/<clinic_id>/provisioning-tokens/<token_id>")
def revoke_provisioning_token(clinic_id: str, token_id: str) -> HttpAnswer:
    """Revoke the token and return it; one that was revoked before is returned as it is."""
    token = use_case.revoke_provisioning_token(app.store, app.caller(), clinic_id, token_id)
    logger.info("provisioning_token_revoked", extra={"token_id": token.token_id})
    return answer(200, answers.provisioning_token(token))
