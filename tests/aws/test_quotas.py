"""A night keeps within Step Functions' quotas, which fail a call without failing the night."""

import json

import pytest

from docs.template import template
from licensing.adapters.nightly_records import plain_sums
from licensing.domain.licenses import LicenseType
from licensing.domain.reconciliation import Sums

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


def test_what_the_most_segments_add_up_to_fits_a_state() -> None:
    """Beyond that an execution ends with an error that no state can catch."""
    most = template()["Parameters"]["ReconciliationSegments"]["MaxValue"]
    counts = {str(kind): 10**7 for kind in LicenseType}
    cents = {f"C{n:02}": 10**12 for n in range(20)}
    sums = plain_sums(Sums(10**7, counts, counts, cents, 10**5, 10**5, 10**5))
    state = [{"segment": segment, "sums": sums} for segment in range(most)]
    assert len(json.dumps(state)) < 250_000
    assert len(json.dumps(state * 5)) > 262_144
