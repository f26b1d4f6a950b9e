"""GET /clinics/{clinic_id}/license-adjustments, JSON or CSV, and one of them by its id."""

from functools import partial

from licensing.answers import adjustments as answers
from licensing.domain.adjustments import Status
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.csv_tables import list_answer
from licensing.http.list_csv import ADJUSTMENTS, adjustment_rows
from licensing.use_cases import reading

lambda_handler = app = Api()


@app.get("/clinics/<clinic_id>/license-adjustments")
def list_license_adjustments(clinic_id: str) -> HttpAnswer:
    """Return a page of adjustments, newest first."""
    caller = app.caller("status", "limit", "cursor")
    status = app.query.one_of("status", list(Status))
    read = partial(reading.list_license_adjustments, app.store, caller, clinic_id, status=status)
    name, columns = "license-adjustments", ADJUSTMENTS
    return list_answer(app, read, answers.adjustments, name, columns, adjustment_rows)


@app.get("/clinics/<clinic_id>/license-adjustments/<adjustment_id>")
def get_license_adjustment(clinic_id: str, adjustment_id: str) -> HttpAnswer:
    """Return one adjustment."""
    caller = app.caller()
    clinic, found = reading.get_license_adjustment(app.store, caller, clinic_id, adjustment_id)
    return answer(200, answers.adjustment(found, clinic.zone))
