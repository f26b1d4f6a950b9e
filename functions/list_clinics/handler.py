"""GET /clinics: the clinics that the caller belongs to; for staff all of them."""

from typing import Any

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.utilities.typing import LambdaContext

from licensing import answers
from licensing.adapters import settings
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.http.app import answer, caller_of, create_app
from licensing.http.queries import Query
from licensing.use_cases.reading import my_clinics

app = create_app()
store = Store(settings.table_name())


@app.get("/clinics")
def list_clinics() -> Response[str]:
    """Return a page of clinics with the caller's permissions in each."""
    caller = caller_of(app)
    query = Query(app, "limit", "cursor")
    page = my_clinics(store, caller, limit=query.limit, cursor=query.cursor)
    return answer(200, answers.my_clinics(page))


@logger.inject_lambda_context(clear_state=True)
def lambda_handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Answer one request."""
    return app.resolve(event, context)
