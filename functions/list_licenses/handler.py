"""GET /licenses: the caller's clinics at a glance, with the sums; JSON or CSV."""

from licensing.adapters import settings
from licensing.adapters.store import Store
from licensing.answers import clinics as answers
from licensing.http.app import Api, HttpAnswer
from licensing.http.csv_tables import list_answer
from licensing.http.list_csv import LICENSES, clinic_rows
from licensing.http.queries import Query
from licensing.use_cases.licenses import list_licenses as use_case

lambda_handler = app = Api()
store = Store(settings.table_name())


@app.get("/licenses")
def list_licenses() -> HttpAnswer:
    """Return a page of the caller's clinics with their counts, costs and next invoices."""
    caller = app.caller("limit", "cursor")
    query = Query(app)

    def page(limit: int, cursor: str | None) -> answers.MyLicensesPage:
        return answers.my_licenses(
            use_case.list_licenses(store, caller, limit=limit, cursor=cursor)
        )

    return list_answer(app, query, page, "licenses", LICENSES, clinic_rows)
