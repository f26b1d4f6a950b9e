"""GET /reconciliations, and one night's findings; for staff."""

from licensing.answers import staff as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.paths import night
from licensing.use_cases.nights import reconciliations

lambda_handler = app = Api()


@app.get("/reconciliations")
def list_reconciliations() -> HttpAnswer:
    """Return a page of the nights' results, newest first."""
    caller = app.staff("limit", "cursor")
    page = reconciliations.list_reconciliations(
        app.store, caller, limit=app.query.limit, cursor=app.query.cursor
    )
    return answer(200, answers.reconciliations(page))


@app.get("/reconciliations/<date>")
def get_reconciliation(date: str) -> HttpAnswer:
    """Return one night's result with a page of its findings."""
    caller = app.staff("limit", "cursor")
    found = reconciliations.get_reconciliation(
        app.store, caller, night(date), limit=app.query.limit, cursor=app.query.cursor
    )
    return answer(200, answers.reconciliation_with_findings(*found))
