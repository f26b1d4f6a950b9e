"""Tests of the deployed template; tests/local_cloud.py deploys it."""

import pytest

from local.place import ROOT


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, so that `-m "not system"` leaves them out."""
    for item in items:
        if item.path.is_relative_to(ROOT / "tests" / "system"):
            item.add_marker(pytest.mark.system)
