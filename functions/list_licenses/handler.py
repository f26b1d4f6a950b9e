"""GET /licenses: the caller's clinics at a glance, with the sums over them."""

from datetime import UTC, datetime

from aws_lambda_powertools.event_handler import Response

from licensing import answers
from licensing.adapters import settings
from licensing.adapters.store import Store
from licensing.http.app import answer, caller_of, create_app, entry_point
from licensing.http.queries import Query
from licensing.use_cases import list_licenses as use_case

app = create_app()
store = Store(settings.table_name())


@app.get("/licenses")
def list_licenses() -> Response[str]:
    """Return a page of the caller's clinics with their counts, costs and next invoices."""
    caller = caller_of(app)
    query = Query(app, "limit", "cursor")
    page = use_case.list_licenses(
        store, caller, limit=query.limit, cursor=query.cursor, now=datetime.now(UTC)
    )
    return answer(200, answers.my_licenses(page))


lambda_handler = entry_point(app)
