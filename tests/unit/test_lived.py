"""The demo clinics that have lived: their books agree but for one mail; each view has something."""

from collections import Counter
from datetime import UTC, datetime
from functools import cache
from typing import Any

import pytest

from licensing.domain.adjustments import Status
from local.lived import items
from tests.invariants import plain, violations

MOMENTS = (
    datetime(2026, 11, 25, 20, 13, tzinfo=UTC),
    datetime(2026, 11, 1, 0, 20, tzinfo=UTC),  # a Sunday, a renewal, the end of daylight saving
    datetime(2027, 3, 1, 6, 59, tzinfo=UTC),
    datetime(2027, 7, 17, 12, tzinfo=UTC),
)


@cache
def held(now: datetime) -> tuple[dict[str, Any], ...]:
    return tuple(items(lambda email, _: email, now))


def by_key(now: datetime) -> dict[str, dict[str, Any]]:
    return {item["sk"]["S"]: {name: plain(it) for name, it in item.items()} for item in held(now)}


@pytest.mark.parametrize("now", MOMENTS, ids=str)
def test_all_books_agree_and_one_confirmation_has_gone_astray(now: datetime) -> None:
    said = violations(held(now), staff=["demo"])
    assert [one for one in said if "confirmed without a mail" not in one] == []

    found = [name.split("#")[2:] for name in by_key(now) if name.startswith("FINDING#")]
    assert {invariant for invariant, _ in found} == {"deadline", "I4"}
    (subject,) = {subject for _, subject in found}
    assert by_key(now)[f"ADJUSTMENT#{subject}"]["confirmation"] == "unknown"


def test_every_view_has_something_to_show() -> None:
    shown = by_key(MOMENTS[0])
    adjustments = [item for name, item in shown.items() if name.startswith("ADJUSTMENT#")]
    assert {item["status"] for item in adjustments} == set(Status)
    assert sum("transfer" in item for item in adjustments) == 2
    final = [item for item in held(MOMENTS[0]) if item.get("status") == {"S": "finalized"}]
    assert Counter(item["pk"]["S"] for item in final) == {
        "CLINIC#clinic-riverside": 4,
        "CLINIC#clinic-hillcrest": 4,
    }
    assert Counter(name.partition("#")[0] for name in shown)["REPORT"] == 5
    assert any("#LINE#CORRECTION#" in name for name in shown)
