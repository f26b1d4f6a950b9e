"""GET /clinics/{clinic_id}/licenses: the counts of a clinic, or 304 when nothing changed."""

from licensing.answers import licenses as answers
from licensing.http.app import Api, HttpAnswer, answer, etag, not_modified
from licensing.use_cases import reading

lambda_handler = app = Api()


@app.get("/clinics/<clinic_id>/licenses")
def get_license_status(clinic_id: str) -> HttpAnswer:
    """Return the license status with the clinic's version as its entity tag."""
    clinic = reading.get_license_status(app.store, app.caller(), clinic_id)
    if app.has_already(clinic.version):
        return not_modified(clinic)
    return answer(200, answers.license_status(clinic), etag(clinic))
