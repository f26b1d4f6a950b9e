"""GET /clinics/{clinic_id}/history: every change, who made it, and why; JSON or CSV."""

from licensing.adapters import settings
from licensing.adapters.store import Store
from licensing.answers import history as answers
from licensing.http.app import Api, HttpAnswer
from licensing.http.csv_tables import list_answer
from licensing.http.list_csv import HISTORY, history_rows
from licensing.http.queries import Query
from licensing.use_cases import reading

lambda_handler = app = Api()
store = Store(settings.table_name())


@app.get("/clinics/<clinic_id>/history")
def list_history(clinic_id: str) -> HttpAnswer:
    """Return a page of history, newest first."""
    caller = app.caller("limit", "cursor")
    query = Query(app)

    def page(limit: int, cursor: str | None) -> answers.HistoryPage:
        return answers.histories(
            reading.list_history(store, caller, clinic_id, limit=limit, cursor=cursor)
        )

    return list_answer(app, query, page, "history", HISTORY, history_rows)
