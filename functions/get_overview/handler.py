"""GET /overview: all clinics as of the last night, the last twelve months, and what waits."""

from licensing.answers import staff as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.use_cases.clinics import get_overview as use_case

lambda_handler = app = Api()


@app.get("/overview")
def get_overview() -> HttpAnswer:
    """Return what all clinics add up to, by month, and the confirmations that wait for staff."""
    overview = use_case.get_overview(app.store, app.staff())
    return answer(200, answers.overview(overview))
