"""GET /licenses: the caller's clinics at a glance, with the sums; JSON or CSV."""

from functools import partial

from licensing.answers import clinics as answers
from licensing.http.app import Api, HttpAnswer
from licensing.http.csv_tables import list_answer
from licensing.http.list_csv import LICENSES, clinic_rows
from licensing.use_cases.licenses import list_licenses as use_case

lambda_handler = app = Api()


@app.get("/licenses")
def list_licenses() -> HttpAnswer:
    """Return a page of the caller's clinics with their counts, costs and next invoices."""
    read = partial(use_case.list_licenses, app.store, app.caller("limit", "cursor"))
    return list_answer(app, read, answers.my_licenses, "licenses", LICENSES, clinic_rows)
