"""GET /clinics/{clinic_id}/users: who holds a license, and who could, JSON or CSV; or one."""

from functools import partial

from licensing.answers import users as answers
from licensing.domain.licenses import LicenseType
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.csv_tables import list_answer
from licensing.http.list_csv import USERS, user_rows
from licensing.use_cases import reading

lambda_handler = app = Api()
BOOLEANS = {"true": True, "false": False}


@app.get("/clinics/<clinic_id>/users")
def list_users(clinic_id: str) -> HttpAnswer:
    """Return a page of the clinic's users."""
    caller = app.caller("active", "license_type", "limit", "cursor")
    chosen = app.query.one_of("active", list(BOOLEANS))
    read = partial(
        reading.list_users,
        app.store,
        caller,
        clinic_id,
        active=None if chosen is None else BOOLEANS[chosen],
        license_type=app.query.one_of("license_type", list(LicenseType)),
    )
    return list_answer(app, read, answers.users, "users", USERS, user_rows)


@app.get("/clinics/<clinic_id>/users/<user_id>")
def get_user(clinic_id: str, user_id: str) -> HttpAnswer:
    """Return one user."""
    found = reading.get_user(app.store, app.caller(), clinic_id, user_id)
    return answer(200, answers.listed_user(*found))
