"""What other systems are told: which changes, and in what form."""

import ast
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import Any

from jsonschema import Draft202012Validator

from docs.openapi import EVENTS, event_schemas
from docs.template import ROOT, stream_filters
from licensing import events
from licensing.domain.beside import History
from licensing.domain.invoices import Invoice, InvoiceLine, InvoiceStatus, LineKind
from licensing.domain.licenses import LicenseType
from licensing.domain.proration import Share
from licensing.domain.reconciliation import Finding, Invariant, NightlyFinding
from licensing.domain.users import SYSTEM

LICENSING = ROOT / "layers" / "licensing" / "python" / "licensing"
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)


@cache
def validator(kind: str) -> Draft202012Validator:
    """Return what judges an event by its published schema."""
    text = (EVENTS / f"{kind}.json").read_text()
    return Draft202012Validator(json.loads(text))


def test_the_filter_lets_through_what_is_told_of_and_nothing_else() -> None:
    """The template and the code name the same actions, and each of them is written."""
    by_action = stream_filters("PublishEventsFunction")[0]
    assert set(by_action["dynamodb"]["NewImage"]["action"]["S"]) == events.TOLD
    assert actions_in_the_code() >= events.TOLD


EVENT_MAKERS = ("Event", "user_event")


def actions_in_the_code() -> set[str]:
    """Return every action that is written into history."""
    found: set[str] = set()
    for path in (*LICENSING.glob("use_cases/**/*.py"), *LICENSING.glob("domain/*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in EVENT_MAKERS:
                found |= {
                    part.value
                    for part in ast.walk(node.args[0])
                    if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    return found


def test_an_invoice_of_many_lines_comes_in_parts() -> None:
    """Each part is small enough for EventBridge, and together they are the whole."""
    share = Share(NOON, NOON + timedelta(days=30), 1, 1)
    lines = [
        InvoiceLine(f"{n:026}#1", LineKind.CHARGE, LicenseType.FRONT_OFFICE, 50, 10**8, share, "A")
        for n in range(2 * events.LINES_PER_EVENT + 1)
    ]
    invoice = Invoice(
        "clinic-main-street",
        "2026-12",
        InvoiceStatus.FINALIZED,
        "USD",
        date(2026, 12, 1),
        date(2027, 1, 1),
        5,
        len(lines),
        NOON,
    )
    change = History("c" * 64, "01K", NOON, "invoice_finalized", SYSTEM, "2026-12", {}, {})
    parts = events.invoice_finalized(change, invoice, lines)
    assert [(one.detail["part"], one.detail["parts"]) for one in parts] == [(1, 3), (2, 3), (3, 3)]
    assert len({one.detail["event_id"] for one in parts}) == 3
    assert sum(len(one.detail["lines"]) for one in parts) == len(lines)
    assert all(len(json.dumps(one.detail)) < 200_000 for one in parts)
    (empty,) = events.invoice_finalized(change, invoice, [])
    assert (empty.detail["parts"], empty.detail["lines"]) == (1, [])


def test_a_finding_of_a_mail_address_does_not_name_it() -> None:
    """Several of one clinic and night are one event."""
    told = [
        events.finding_reported(
            NightlyFinding(
                date(2026, 12, 1),
                Finding("clinic-lakeside", invariant, subject, "one", "two", "do three"),
            )
        )
        for invariant, subject in (
            (Invariant.MAIL_ADDRESS, "ana@lakeside.example"),
            (Invariant.MAIL_ADDRESS, "bo@lakeside.example"),
            (Invariant.I1, "therapist"),
        )
    ]
    assert Counter(one.detail["subject"] for one in told) == {None: 2, "therapist": 1}
    assert len({one.detail["event_id"] for one in told}) == 2
    assert "lakeside.example" not in json.dumps([one.detail for one in told])
    for one in told:
        validator(one.kind).validate(one.detail)


def test_the_published_schemas_are_what_the_code_says() -> None:
    """`make openapi` writes them as well; one file per kind and no other."""
    assert {path.name for path in EVENTS.glob("*.json")} == {f"{kind}.json" for kind in events.Kind}
    for path, text in event_schemas().items():
        assert path.read_text() == text


def facts(license_type: str, *, active: bool, **counts: dict[str, int]) -> dict[str, Any]:
    """Return what history says of a user, and of the licenses that moved."""
    of = {"name": "Ana", "license_type": license_type, "active": active, "permissions": []}
    return of | ({"licenses": counts} if counts else {})


def test_whoever_changes_one_license_for_another_gives_one_back_and_takes_one() -> None:
    """As an identity provider has it; each event has the counts of its own type."""
    before = facts("therapist", active=True)
    counts = {"therapist": {"purchased": 5, "in_use": 2}, "billing": {"purchased": 3, "in_use": 1}}
    after = facts("billing", active=True, **counts)
    change = History("c", "01K", NOON, "user_changed", SYSTEM, "ana", before, after)
    back, taken = events.user_switched(change)
    assert (back.kind, taken.kind) == ("UserDeactivated", "UserActivated")
    assert back.detail["event_id"] < taken.detail["event_id"]
    for event, kind, available in ((back, "therapist", 3), (taken, "billing", 2)):
        assert event.detail["license_type"] == kind
        (left,) = event.detail["licenses"]
        assert (left["license_type"], left["available"]) == (kind, available)
        validator(event.kind).validate(event.detail)


def test_whoever_leaves_gives_back_the_license_that_they_had() -> None:
    """Whichever they are to have next time."""
    before = facts("therapist", active=True)
    after = facts("billing", active=False, therapist={"purchased": 5, "in_use": 2})
    change = History("c", "01K", NOON, "user_deactivated", SYSTEM, "ana", before, after)
    (event,) = events.user_switched(change)
    assert (event.kind, event.detail["license_type"]) == ("UserDeactivated", "therapist")


def test_of_whom_no_license_moves_no_event_tells() -> None:
    for active in (True, False):
        renamed = facts("therapist", active=active)
        change = History("c", "01K", NOON, "user_changed", SYSTEM, "ana", renamed, renamed)
        assert events.user_switched(change) == []
    before, after = facts("therapist", active=False), facts("billing", active=False)
    change = History("c", "01K", NOON, "user_changed", SYSTEM, "ana", before, after)
    assert events.user_switched(change) == []
