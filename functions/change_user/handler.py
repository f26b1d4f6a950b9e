"""PATCH /clinics/{clinic_id}/users/{user_id}: what is known of a user, and their first day."""

from licensing.adapters import settings
from licensing.adapters.directory import Directory
from licensing.answers import users as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.body import read_body
from licensing.http.user_bodies import ChangeUserBody
from licensing.use_cases.users import change_user as use_case

lambda_handler = app = Api()
directory = Directory(settings.user_pool_id())


@app.patch("/clinics/<clinic_id>/users/<user_id>")
def change_user(clinic_id: str, user_id: str) -> HttpAnswer:
    """Change what the body names, and return the user."""
    caller = app.caller()
    body = read_body(app, ChangeUserBody)
    user = use_case.change_user(
        app.store,
        directory,
        caller,
        clinic_id,
        user_id,
        name=body.name,
        email=body.email,
        permissions=body.permission_tuple(),
        license_type=body.license_type,
        starts_on=body.starts_on,
        no_first_day=body.no_first_day,
    )
    return answer(200, answers.user(user))
