"""The limits that callers are promised."""

from licensing.domain import limits
from tests.unit.domain.builders import PRORATED, SECOND


def test_a_clinic_begins_with_proration_by_the_second_and_credited_releases() -> None:
    assert (limits.FIRST_UNIT, limits.FIRST_CREDIT) == (SECOND, PRORATED)


def test_limits_of_a_request_and_a_registration_are_those_promised() -> None:
    assert limits.MOST_PER_REQUEST == 50
    assert (limits.SHORTEST_EXPLANATION, limits.LONGEST_EXPLANATION) == (3, 1_000)
    assert (limits.MOST_LICENSES, limits.MOST_USER_MANAGERS) == (100_000, 10)
    assert (limits.DEAREST_CENTS, limits.LONGEST_NAME) == (100_000_000, 200)
