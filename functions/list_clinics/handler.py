"""GET /clinics: the clinics that the caller belongs to; for staff all, or those that fit."""

from licensing.answers import clinics as answers
from licensing.domain.limits import LONGEST_NAME
from licensing.http.app import Api, HttpAnswer, answer
from licensing.use_cases import reading
from licensing.use_cases.clinics.find_clinics import find_clinics

lambda_handler = app = Api()


@app.get("/clinics")
def list_clinics() -> HttpAnswer:
    """Return a page of clinics with the caller's permissions in each."""
    caller = app.caller("q", "limit", "cursor")
    text = app.query.text("q", LONGEST_NAME)
    limit, cursor = app.query.limit, app.query.cursor
    if text is not None:
        found = find_clinics(app.store, caller, text, limit=limit, cursor=cursor)
        return answer(200, answers.my_clinics(found))
    page = reading.list_clinics(app.store, caller, limit=limit, cursor=cursor)
    return answer(200, answers.my_clinics(page))
