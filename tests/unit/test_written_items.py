"""What an earlier release wrote is read by this one.

`tests/golden/items/<release>.json` holds items of every kind and shape as that release wrote them.
A release adds its own by `python -m tests.written_items RELEASE` and changes no older file.
"""

import base64
import json
from typing import Any

import pytest

from licensing.adapters.store import _item, record_of
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
        if "object_key" in item:
            # A mail's reasons are no longer kept beside the adjustments that they are given for.
            item["outcome"]["M"]["explanation"] = {"NULL": True}
        assert {name: written.get(name) for name in item} == item
        # Records that used to stay get an end now.
        assert written.keys() - item.keys() <= {"expires_at"}


@pytest.mark.parametrize("release", RELEASES, ids=lambda path: path.stem)
def test_a_release_left_items_of_every_kind(release: Any) -> None:
    assert {kind_of(item) for item in items(release.read_text())} >= KINDS
