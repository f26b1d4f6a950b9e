"""PUT /clinics/{clinic_id}/users/{user_id}/activation: give a license, take it, release it."""

from licensing.adapters.telemetry import logger
from licensing.answers import users as answers
from licensing.http.activation_bodies import ActivationBody
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.body import read_body
from licensing.http.idempotency import request_once
from licensing.use_cases.users import set_user_activation as use_case

lambda_handler = app = Api()


@app.put("/clinics/<clinic_id>/users/<user_id>/activation")
def set_user_activation(clinic_id: str, user_id: str) -> HttpAnswer:
    """Make the user active or inactive, releasing the license where that is explained."""
    caller = app.caller()
    body = read_body(app, ActivationBody)
    release = body.release_license
    name, render, required = f"activate {user_id}", answers.activation_set, release is not None
    once = request_once(app, caller, clinic_id, name, body, render, required=required)
    done = use_case.set_user_activation(
        app.store,
        caller,
        clinic_id,
        user_id,
        active=body.active,
        release_explanation=None if release is None else release.explanation,
        once=once,
    )
    logger.info("user_activation_set", extra={"target_user_id": user_id, "active": body.active})
    return answer(done.status, done.body)
