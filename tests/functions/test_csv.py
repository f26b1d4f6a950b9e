"""Lists as CSV: the same entries and amounts, and no formula that a spreadsheet would run."""

import csv
import io
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.functions.conftest import Answer, World
from tests.functions.test_scheduled_adjustments import apply, schedule
from tests.functions.test_starts import hire
from tests.functions.test_transfer_licenses import transfer

ONE, ALL = "/clinics/{clinic_id}/invoices/{invoice_id}", "/clinics/{clinic_id}/invoices"


def rows(answer: Answer) -> list[dict[str, str]]:
    """Return the rows of a CSV answer by the names of its columns."""
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(answer.text[1:])))


def read(world: World, accept: str | None, resource: str = ONE, **more: Any) -> Answer:
    """Read the upcoming invoice, or all, asking for a form."""
    if resource == ONE:
        more["invoice_id"] = "upcoming"
    return world.call("list_invoices", resource=resource, headers={"Accept": accept}, **more)


def test_an_invoice_has_the_same_lines_as_csv_and_as_json(world: World) -> None:
    """The amounts of the rows add up to the total; what looks like a formula is text."""
    evil = '=HYPERLINK("https://evil.example";"open")'
    world.invoiced(world.adjust([("remove", "billing", 1)], key="k1", explanation=evil).body)

    shown = read(world, "application/json").body
    table = rows(read(world, "text/csv"))

    assert [row["amount"] for row in table] == [
        f"{line['amount_cents'] / 100:.2f}" for line in shown["lines"]
    ]
    assert sum(round(float(row["amount"]) * 100) for row in table) == shown["total_cents"]
    assert {f"{row['share']}/{row['of']}" for row in table} == {
        line["fraction"] for line in shown["lines"]
    }
    assert f"'{evil}" in [row["explanation"] for row in table]


def test_the_list_of_invoices_is_csv_too(world: World) -> None:
    """A last page names no next one."""
    answer = read(world, "text/csv", ALL, query={"limit": "1"})

    (row,) = rows(answer)
    assert (row["status"], row["currency"]) == ("upcoming", "USD")
    assert answer.headers["Vary"] == "Accept"
    assert "Link" not in answer.headers


def listed(world: World, function: str, **more: Any) -> list[dict[str, str]]:
    return rows(world.call(function, headers={"Accept": "text/csv"}, **more))


def test_adjustments_come_as_csv_line_by_line(world: World) -> None:
    """The prorated column adds up to what the adjustments cost."""
    added = world.adjust([("add", "therapist", 2), ("add", "billing", 1)], key="k1").body
    table = listed(world, "list_license_adjustments")
    assert [(row["license_type"], row["quantity"]) for row in table] == [
        ("therapist", "2"),
        ("billing", "1"),
    ]
    assert sum(Decimal(row["prorated"] or 0) for row in table) * 100 == added["prorated_cents"]


def cells(name: str, value: Any) -> Iterator[str]:
    """Yield what the cells of an entry say, but for lists in it, its version, and its facts."""
    if isinstance(value, dict) and name not in ("before", "after"):
        for inner, part in value.items():
            yield from cells(inner, part)
    elif name.endswith("_cents"):
        yield f"{value / 100:.2f}"
    elif isinstance(value, bool | int):
        yield str(value).lower()
    elif isinstance(value, str) and name != "etag":
        yield value


@pytest.mark.parametrize(
    "function", ["list_users", "list_license_adjustments", "list_history", "list_licenses"]
)
def test_a_row_says_all_that_the_entry_says(world: World, function: str) -> None:
    """Among it who starts when, what lapsed and why, and to whom licenses were transferred.

    What was before and after is JSON, since each kind of change has facts of its own.
    """
    assert hire(world, "Max", "therapist").status == 201
    asked = schedule(world, ("remove", "assistant", 2)).body
    assert world.adjust([("remove", "assistant", 1)], key="k2").status == 201
    assert apply(world, asked) == "lapsed"
    assert transfer(world, ("billing", 1)).status == 201
    for entry, row in zip(world.listed(function), listed(world, function), strict=True):
        assert set(cells("", entry)) <= set(row.values())
        for facts in {"before", "after"} & set(entry):
            assert json.loads(row[facts] or "{}") == entry[facts]


def test_a_list_of_several_pages_comes_whole(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("licensing.http.csv_tables._PAGE", 2)
    added = {world.add_user(f"User {number}")["user_id"] for number in range(5)}
    assert added <= {row["user_id"] for row in listed(world, "list_users")}


def test_a_list_too_long_for_an_answer_says_where_it_goes_on(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By an address with the same filters, until nothing is left."""
    monkeypatch.setattr("licensing.http.csv_tables._PAGE", 2)
    monkeypatch.setattr("licensing.http.csv_tables.MOST_ROWS", 2)
    added = {world.add_user(f"User {number}")["user_id"] for number in range(5)}
    query, found = {"active": "false"}, []
    for _ in range(4):
        answer = world.call("list_users", headers={"Accept": "text/csv"}, query=query)
        found += [row["user_id"] for row in rows(answer)]
        if "Link" not in answer.headers:
            break
        address = answer.headers["Link"].removeprefix("<?").removesuffix('>; rel="next"')
        query = dict(parse_qsl(address))
        assert query["active"] == "false"
    assert (len(found), set(found)) == (5, added)


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
