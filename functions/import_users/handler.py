"""POST /clinics/{clinic_id}/users/import: users by a list as CSV, tried first or done."""

from licensing.adapters import settings, threads
from licensing.adapters.directory import Directory
from licensing.adapters.telemetry import logger
from licensing.domain.user_imports import Row
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.import_answers import users_imported
from licensing.http.user_csv import WrongRow, read_users
from licensing.use_cases.users import import_users as use_case

lambda_handler = app = Api()
directory = Directory(settings.user_pool_id())


@app.post("/clinics/<clinic_id>/users/import")
def import_users(clinic_id: str) -> HttpAnswer:
    """Return what each row did, or with ``dry_run`` would do."""
    caller = app.caller("dry_run", "on_error")
    rows = read_users(app)
    wrong = [row for row in rows if isinstance(row, WrongRow)]
    whole = app.query.one_of("on_error", ("skip", "stop")) == "stop"
    imported = use_case.import_users(
        app.store,
        directory,
        caller,
        clinic_id,
        [row for row in rows if isinstance(row, Row)],
        dry_run=app.query.one_of("dry_run", ("true", "false")) == "true" or (whole and bool(wrong)),
        whole=whole,
        at_once=threads.at_once,
    )
    logger.info("users_imported", extra={"rows": len(rows), "applied": imported.applied})
    return answer(200, {**users_imported(imported, wrong)})
