"""GET /clinics/{clinic_id}/history: every change, who made it, and why."""

from aws_lambda_powertools.event_handler import Response

from licensing import answers
from licensing.adapters import settings
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.http.app import answer, caller_of, create_app, entry_point
from licensing.http.queries import Query
from licensing.use_cases import reading

app = create_app()
store = Store(settings.table_name())


@app.get("/clinics/<clinic_id>/history")
def list_history(clinic_id: str) -> Response[str]:
    """Return a page of history, newest first."""
    logger.append_keys(clinic_id=clinic_id)
    caller = caller_of(app)
    query = Query(app, "limit", "cursor")
    page = reading.list_history(store, caller, clinic_id, limit=query.limit, cursor=query.cursor)
    return answer(200, answers.histories(page))


lambda_handler = entry_point(app)
