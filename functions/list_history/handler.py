"""GET /clinics/{clinic_id}/history: every change, who made it, and why; JSON or CSV."""

from functools import partial

from licensing.answers import history as answers
from licensing.http.app import Api, HttpAnswer
from licensing.http.csv_tables import list_answer
from licensing.http.list_csv import HISTORY, history_rows
from licensing.use_cases import reading

lambda_handler = app = Api()


@app.get("/clinics/<clinic_id>/history")
def list_history(clinic_id: str) -> HttpAnswer:
    """Return a page of history, newest first."""
    read = partial(reading.list_history, app.store, app.caller("limit", "cursor"), clinic_id)
    return list_answer(app, read, answers.histories, "history", HISTORY, history_rows)
