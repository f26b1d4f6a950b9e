"""GET /clinics/{clinic_id}/provisioning-tokens: which tokens are good, and when each was used."""

from licensing.adapters import settings
from licensing.adapters.store import Store
from licensing.answers import provisioning as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.use_cases import reading

lambda_handler = app = Api()
store = Store(settings.table_name())


@app.get("/clinics/<clinic_id>/provisioning-tokens")
def list_provisioning_tokens(clinic_id: str) -> HttpAnswer:
    """Return the clinic's tokens, without their texts."""
    tokens = reading.list_provisioning_tokens(store, app.caller(), clinic_id)
    return answer(200, answers.provisioning_tokens(tokens))
