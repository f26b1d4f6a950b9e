"""GET /clinics: the clinics that the caller belongs to; for staff all of them."""

from aws_lambda_powertools.event_handler import Response

from licensing import answers
from licensing.adapters import settings
from licensing.adapters.store import Store
from licensing.http.app import answer, caller_of, create_app, entry_point
from licensing.http.queries import Query
from licensing.use_cases import reading

app = create_app()
store = Store(settings.table_name())


@app.get("/clinics")
def list_clinics() -> Response[str]:
    """Return a page of clinics with the caller's permissions in each."""
    caller = caller_of(app)
    query = Query(app, "limit", "cursor")
    page = reading.list_clinics(store, caller, limit=query.limit, cursor=query.cursor)
    return answer(200, answers.my_clinics(page))


lambda_handler = entry_point(app)
