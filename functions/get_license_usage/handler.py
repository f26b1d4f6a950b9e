"""GET /clinics/{clinic_id}/usage: how many licenses were there and in use, month by month."""

from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.usage_answers import usage
from licensing.use_cases.licenses import get_license_usage as use_case

lambda_handler = app = Api()


@app.get("/clinics/<clinic_id>/usage")
def get_license_usage(clinic_id: str) -> HttpAnswer:
    """Return the greatest counts of each month, what it cost, and what could be released."""
    caller = app.caller("months")
    months = app.query.number("months", most=use_case.MOST_MONTHS, usual=use_case.USUAL_MONTHS)
    found = use_case.get_license_usage(app.store, caller, clinic_id, months=months)
    return answer(200, usage(found))
