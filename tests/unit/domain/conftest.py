"""The golden cases of the rules."""

from pathlib import Path

import pytest

OWN = Path(__file__).parents[2] / "golden"


@pytest.fixture(scope="session")
def golden(pytestconfig: pytest.Config) -> Path:
    """The folder of the golden cases; the option is unknown where these tests run alone."""
    return Path(pytestconfig.getoption("--golden", OWN))
