"""docs/openapi.json says what the handlers do."""

import re
from pathlib import Path

from docs import openapi, tables
from docs.routes import ROUTES
from docs.template import functions

ROOT = Path(__file__).parents[1]


def test_the_description_is_what_the_handlers_say() -> None:
    """`make openapi` writes it anew; a change of a route or a body shows here."""
    assert (ROOT / "docs" / "openapi.json").read_text() == openapi.rendered()


def test_the_tables_are_what_routes_and_template_say() -> None:
    assert tables.TARGET.read_text() == tables.rendered()


def test_every_route_of_the_gateway_is_in_the_table() -> None:
    """The template's routes, with the function behind each, but for the page's and SCIM's."""
    listed = {(route.call, route.folder) for route in ROUTES}
    assert len(listed) == len(ROUTES)
    routed = {
        (f"{method} {path}", function.name)
        for function in functions()
        if function.name not in ("show_user_manager", "serve_scim")
        for method, path in function.routes
    }
    assert listed == routed


def test_the_example_of_a_correction_names_the_invoice_that_can_be_corrected() -> None:
    path = openapi.document()["paths"]["/clinics/{clinic_id}/invoices/{invoice_id}/corrections"]
    (named,) = (one for one in path["post"]["parameters"] if one["name"] == "invoice_id")
    assert named["schema"]["examples"] == ["upcoming"]


def test_every_code_of_a_refusal_is_told() -> None:
    """Those of the errors' own classes, and those that one is made with; mails have others."""
    sources = [
        path.read_text()
        for path in (ROOT / "layers" / "licensing").rglob("*.py")
        if not {"mail", "email_requests"} & set(path.parts)
    ]
    codes = {
        code
        for text in sources
        for code in re.findall(r'(?:RefusedError\(\s*|^    code = )"(\w+)"', text, re.MULTILINE)
    }
    told = set(re.findall(r"\w+", openapi.rendered()))
    assert codes
    assert not codes - told
