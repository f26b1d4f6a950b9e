"""The counts of one license type."""

import pytest

from licensing.domain.licenses import License, LicenseType, licenses_in_words
from tests.unit.domain.builders import BEGIN, HALF, license


def test_what_nobody_uses_is_available_and_costs_money() -> None:
    therapist = license(5, 3, price=4_995)

    assert therapist.available == 2
    assert therapist.idle_monthly_cost_cents == 9_990


@pytest.mark.parametrize(
    ("before", "purchased", "in_use", "idle_since"),
    [
        (license(5, 5), 1, 0, HALF),
        (license(5, 5), 0, -1, HALF),
        (license(5, 3), 1, 0, BEGIN),
        (license(5, 3), -1, 0, BEGIN),
        (license(5, 4), 0, 1, None),
        (license(5, 4), -1, 0, None),
    ],
)
def test_licenses_are_idle_since_one_of_them_is_available(
    before: License, purchased: int, in_use: int, idle_since: object
) -> None:
    after = before.plus(HALF, purchased=purchased, in_use=in_use)

    assert (after.purchased, after.in_use) == (
        before.purchased + purchased,
        before.in_use + in_use,
    )
    assert after.idle_since == idle_since


def test_a_change_that_says_nothing_changes_nothing() -> None:
    assert license(5, 3).plus(HALF) == license(5, 3)


def test_one_license_is_singular_and_the_type_is_spelled_for_people() -> None:
    assert licenses_in_words(1, LicenseType.THERAPIST) == "1 therapist license"
    assert licenses_in_words(0, LicenseType.BILLING) == "0 billing licenses"
    assert licenses_in_words(3, LicenseType.FRONT_OFFICE) == "3 front office licenses"
