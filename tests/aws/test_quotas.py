"""A night keeps within Step Functions' quotas, which fail a call without failing the night."""

import pytest

from .quotas import LARGE_REGIONS, OTHER_REGIONS, Metered, Quota, unknown


@pytest.fixture(autouse=True)
def _region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


@pytest.mark.parametrize("quotas", [LARGE_REGIONS, OTHER_REGIONS])
@pytest.mark.parametrize("waiting", [2_000, 20_000])
def test_a_night_can_tell_of_every_update_that_it_waits(
    quotas: dict[str, Quota], waiting: int
) -> None:
    """Starting what runs has a quota that all segments together hardly reach."""
    assert unknown(Metered(quotas), waiting) <= waiting / 200


def test_asking_for_each_update_would_exceed_the_quota() -> None:
    """What an earlier version did: the model must tell that most of it is throttled."""
    assert unknown(Metered(LARGE_REGIONS, taken=True), 2_000) > 50
    assert unknown(Metered(OTHER_REGIONS, taken=True), 2_000) > 100
