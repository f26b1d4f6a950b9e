"""GET /clinics/{clinic_id}/users: who holds a license, and who could."""

from aws_lambda_powertools.event_handler import Response

from licensing import answers
from licensing.adapters import settings
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.domain.licenses import LicenseType
from licensing.http.app import answer, caller_of, create_app, entry_point
from licensing.http.queries import Query
from licensing.use_cases import reading

app = create_app()
store = Store(settings.table_name())
BOOLEANS = {"true": True, "false": False}


@app.get("/clinics/<clinic_id>/users")
def list_users(clinic_id: str) -> Response[str]:
    """Return a page of the clinic's users."""
    logger.append_keys(clinic_id=clinic_id)
    caller = caller_of(app)
    query = Query(app, "active", "license_type", "limit", "cursor")
    active = query.one_of("active", list(BOOLEANS))
    page = reading.list_users(
        store,
        caller,
        clinic_id,
        active=None if active is None else BOOLEANS[active],
        license_type=query.one_of("license_type", list(LicenseType)),
        limit=query.limit,
        cursor=query.cursor,
    )
    return answer(200, answers.users(page))


lambda_handler = entry_point(app)
