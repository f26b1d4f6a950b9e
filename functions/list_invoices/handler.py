"""GET /clinics/{clinic_id}/invoices, and one of them; `upcoming` is an id; JSON or CSV."""

from aws_lambda_powertools.event_handler import Response

from licensing import answers
from licensing.adapters import settings
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.http.app import answer, caller_of, create_app, entry_point
from licensing.http.invoice_csv import invoice_csv, invoices_csv, wants_csv
from licensing.http.queries import Query
from licensing.use_cases import invoices

app = create_app()
store = Store(settings.table_name())


@app.get("/clinics/<clinic_id>/invoices")
def list_invoices(clinic_id: str) -> Response[str]:
    """Return a page of invoices without their lines, newest first."""
    logger.append_keys(clinic_id=clinic_id)
    caller = caller_of(app)
    query = Query(app, "limit", "cursor")
    clinic, page = invoices.list_invoices(
        store, caller, clinic_id, limit=query.limit, cursor=query.cursor
    )
    body = answers.invoices(clinic, page)
    return invoices_csv(body) if wants_csv(app) else answer(200, body)


@app.get("/clinics/<clinic_id>/invoices/<invoice_id>")
def get_invoice(clinic_id: str, invoice_id: str) -> Response[str]:
    """Return one invoice with the lines that explain it."""
    logger.append_keys(clinic_id=clinic_id)
    found = invoices.get_invoice(store, caller_of(app), clinic_id, invoice_id)
    body = answers.invoice_with_lines(found)
    return invoice_csv(body) if wants_csv(app) else answer(200, body)


lambda_handler = entry_point(app)
