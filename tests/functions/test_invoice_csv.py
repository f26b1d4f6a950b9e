"""Invoices as CSV: the same amounts, and no formula that a spreadsheet would run."""

import csv
import io
from typing import Any

import pytest

from licensing.http.invoice_csv import guarded
from tests.functions.conftest import CLINIC, Answer, World

ONE, ALL = "/clinics/{clinic_id}/invoices/{invoice_id}", "/clinics/{clinic_id}/invoices"


def rows(answer: Answer) -> list[dict[str, str]]:
    """Return the rows of a CSV answer by the names of its columns."""
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(answer.text)))


def read(world: World, accept: str | None, resource: str = ONE, **more: Any) -> Answer:
    """Read the upcoming invoice, or all, asking for a form."""
    if resource == ONE:
        more["invoice_id"] = "upcoming"
    return world.call("list_invoices", resource=resource, headers={"Accept": accept}, **more)


def test_an_invoice_has_the_same_lines_as_csv_and_as_json(world: World) -> None:
    """The amounts of the rows add up to the total."""
    invoice(world, world.adjust([("remove", "billing", 1)], key="k1"))

    shown = read(world, "application/json").body
    table = rows(read(world, "text/csv"))

    assert [row["amount"] for row in table] == [
        f"{line['amount_cents'] / 100:.2f}" for line in shown["lines"]
    ]
    assert sum(round(float(row["amount"]) * 100) for row in table) == shown["total_cents"]
    assert {f"{row['share']}/{row['of']}" for row in table} == {
        line["fraction"] for line in shown["lines"]
    }


def test_an_explanation_that_looks_like_a_formula_is_text(world: World) -> None:
    """A leading quote makes a spreadsheet show it instead of running it."""
    evil = '=HYPERLINK("https://evil.example";"open")'
    invoice(world, world.adjust([("remove", "billing", 1)], key="k1", explanation=evil))

    (row,) = (row for row in rows(read(world, "text/csv")) if row["explanation"])

    assert row["explanation"] == f"'{evil}"


def test_the_list_of_invoices_is_csv_too(world: World) -> None:
    """A last page names no next one."""
    answer = read(world, "text/csv", ALL, query={"limit": "1"})

    (row,) = rows(answer)
    assert (row["status"], row["currency"]) == ("upcoming", "USD")
    assert answer.headers["Vary"] == "Accept"
    assert "Link" not in answer.headers


@pytest.mark.parametrize(
    ("accept", "is_csv"),
    [
        ("text/csv", True),
        ("TEXT/CSV; charset=utf-8", True),
        ("text/csv, application/json;q=0.5", True),
        ("text/csv;q=0.5, application/json", False),
        ("text/csv;q=x", False),
        ("application/json", False),
        ("*/*", False),
        ("", False),
        (None, False),
    ],
)
def test_accept_decides_about_the_form(world: World, accept: str | None, is_csv: bool) -> None:
    """Whoever does not ask for CSV gets JSON."""
    found = read(world, accept).headers["Content-Type"]

    assert found == ("text/csv; charset=utf-8" if is_csv else "application/json")


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r", "  ="])
def test_every_beginning_of_a_formula_is_guarded(first: str) -> None:
    """Also behind blanks, which spreadsheets may drop."""
    assert guarded(f"{first}1+1") == f"'{first}1+1"
    assert guarded("1+1") == "1+1"


def invoice(world: World, adjusted: Answer) -> None:
    """Put an adjustment on the upcoming invoice."""
    assert adjusted.status == 201, adjusted.text
    task = {"clinic_id": CLINIC, "adjustment_id": adjusted.body["adjustment_id"]}
    assert world.invoke("update_invoice", task) == {"outcome": "invoiced"}
