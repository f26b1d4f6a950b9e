"""What an earlier release wrote is read by this one.

`tests/golden/items/<release>.json` holds items of every kind and shape as that release wrote them.
A release adds its own by `python -m tests.written_items RELEASE` and changes no older file.
"""

import base64
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from licensing.adapters.forms import conversions
from licensing.adapters.store import _item, record_of
from licensing.domain.clinics import ComingTerms, ScheduledChange
from licensing.domain.licenses import License, LicenseType
from licensing.domain.notice_settings import NoticeSettings
from licensing.domain.proration import ProrationUnit, ReleaseCredit
from tests.written_items import FOLDER, KINDS, kind_of

RELEASES = sorted(FOLDER.glob("*.json"))


def items(text: str) -> list[dict[str, Any]]:
    """Return items as DynamoDB's answers hold them."""
    found: list[dict[str, Any]] = json.loads(text, object_hook=_read_bytes)
    return found


def _read_bytes(value: dict[str, Any]) -> dict[str, Any]:
    return {"B": base64.b64decode(value["B"])} if set(value) == {"B"} else value


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_items_of_a_release_are_read_whole(release: Any) -> None:
    """Nothing that an item says is lost when it is read and written again."""
    for item in items(release.read_text()):
        written = _item(record_of(item))
        assert written == item


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_a_release_left_items_of_every_kind(release: Any) -> None:
    assert {kind_of(item) for item in items(release.read_text())} >= KINDS


BILLING, DAY, NOW = LicenseType.BILLING, date(2026, 5, 1), datetime(2026, 4, 15, tzinfo=UTC)
MILLISECONDS = 1_776_211_200_000


@pytest.mark.parametrize(
    ("value", "kept"),
    [
        (License(5, 3, 5, 5, 100, None), [5, 3, 5, 5, 100, None]),
        (License(5, 3, 5, 5, 100, NOW, 4), [5, 3, 5, 5, 100, MILLISECONDS, 4]),
        (ScheduledChange("a", {BILLING: 0}), ["a", {"billing": 0}]),
        (
            ComingTerms(DAY, {BILLING: 0}, ProrationUnit.DAY, ReleaseCredit.NONE, NOW),
            ["2026-05-01", {"billing": 0}, "day", "none", MILLISECONDS],
        ),
        (NoticeSettings({}, False, False, False), [{}, False, False, False]),
    ],
)
def test_a_value_is_kept_as_the_list_of_its_parts(value: Any, kept: list[Any]) -> None:
    """Without those at the end that are nothing by default; what is no by choice stays."""
    kind: Any = type(value)
    both: Any = conversions(kind)
    assert both[0](value) == kept
    assert both[1](kept) == value
