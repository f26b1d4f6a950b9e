"""POST /clinics/{clinic_id}/provisioning-tokens: a token for the clinic's identity provider."""

from licensing.adapters.telemetry import logger
from licensing.answers import provisioning as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.body import read_body
from licensing.http.user_bodies import CreateProvisioningTokenBody
from licensing.use_cases.users import provisioning_tokens as use_case

lambda_handler = app = Api()


@app.post("/clinics/<clinic_id>/provisioning-tokens")
def create_provisioning_token(clinic_id: str) -> HttpAnswer:
    """Return a new token with its text, which is told this once."""
    caller = app.caller()
    body = read_body(app, CreateProvisioningTokenBody)
    token, text = use_case.create_provisioning_token(
        app.store, caller, clinic_id, body.name, body.default_license_type
    )
    logger.info("provisioning_token_created", extra={"token_id": token.token_id})
    return answer(201, answers.new_provisioning_token(token, text))
