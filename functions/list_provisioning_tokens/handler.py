"""GET /clinics/{clinic_id}/provisioning-tokens: which tokens are good, and when each was used."""

from licensing.adapters import settings
from licensing.adapters.store import Store
from licensing.answers import provisioning as answers
from licensing.http.app import HttpAnswer, answer, caller_of, create_app, entry_point
from licensing.use_cases import reading

app = create_app()
store = Store(settings.table_name())


@app.get("/clinics/<clinic_id>/provisioning-tokens")
def list_provisioning_tokens(clinic_id: str) -> HttpAnswer:
    """Return the clinic's tokens, without their texts."""
    tokens = reading.list_provisioning_tokens(store, caller_of(app), clinic_id)
    return answer(200, answers.provisioning_tokens(tokens))


lambda_handler = entry_point(app)
