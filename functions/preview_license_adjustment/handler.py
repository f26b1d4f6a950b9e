"""POST /clinics/{clinic_id}/license-adjustments/preview: what a request would do."""

from licensing.answers import invoices as answers
from licensing.http.adjustment_bodies import PreviewBody
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.body import read_body
from licensing.use_cases.billing import preview_license_adjustment as use_case

lambda_handler = app = Api()


@app.post("/clinics/<clinic_id>/license-adjustments/preview")
def preview_license_adjustment(clinic_id: str) -> HttpAnswer:
    """Return counts and invoice lines as they would become, and change nothing."""
    caller = app.caller()
    body = read_body(app, PreviewBody)
    preview = use_case.preview_license_adjustment(app.store, caller, clinic_id, body.request())
    return answer(200, answers.preview(preview))
