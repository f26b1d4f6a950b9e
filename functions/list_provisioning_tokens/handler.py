"""GET /clinics/{clinic_id}/provisioning-tokens: which tokens are good, and when each was used."""

from licensing.answers import provisioning as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.use_cases import reading

lambda_handler = app = Api()


@app.get("/clinics/<clinic_id>/provisioning-tokens")
def list_provisioning_tokens(clinic_id: str) -> HttpAnswer:
    """Return the clinic's tokens, without their texts."""
    tokens = reading.list_provisioning_tokens(app.store, app.caller(), clinic_id)
    return answer(200, answers.provisioning_tokens(tokens))
