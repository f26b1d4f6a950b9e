"""GET /clinics/{clinic_id}/invoices, and one of them; `upcoming` is an id; JSON or CSV."""

from functools import partial

from licensing.answers import invoices as answers
from licensing.http.app import Api, HttpAnswer, answer
from licensing.http.csv_tables import csv_answer, list_answer, wants_csv
from licensing.http.list_csv import INVOICES, LINES, invoice_rows, line_rows
from licensing.use_cases.billing import invoices

lambda_handler = app = Api()


@app.get("/clinics/<clinic_id>/invoices")
def list_invoices(clinic_id: str) -> HttpAnswer:
    """Return a page of invoices without their lines, newest first."""
    read = partial(invoices.list_invoices, app.store, app.caller("limit", "cursor"), clinic_id)
    return list_answer(app, read, answers.invoices, "invoices", INVOICES, invoice_rows)


@app.get("/clinics/<clinic_id>/invoices/<invoice_id>")
def get_invoice(clinic_id: str, invoice_id: str) -> HttpAnswer:
    """Return one invoice with the lines that explain it."""
    found = invoices.get_invoice(app.store, app.caller(), clinic_id, invoice_id)
    body = answers.invoice_with_lines(found)
    if wants_csv(app):
        return csv_answer(f"invoice-{body['invoice_id']}", LINES, line_rows(body))
    return answer(200, body)
