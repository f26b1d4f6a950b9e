"""The counts of one license type."""

from licensing.domain.licenses import LicenseType, licenses_in_words
from tests.unit.domain.builders import HALF, license


def test_what_nobody_uses_is_available_and_costs_money() -> None:
    therapist = license(5, 3, price=4_995)

    assert therapist.available == 2
    assert therapist.idle_monthly_cost_cents == 9_990


def test_a_change_that_says_nothing_changes_nothing() -> None:
    assert license(5, 3).plus(HALF) == license(5, 3)


def test_one_license_is_singular_and_the_type_is_spelled_for_people() -> None:
    assert licenses_in_words(1, LicenseType.THERAPIST) == "1 therapist license"
    assert licenses_in_words(0, LicenseType.BILLING) == "0 billing licenses"
    assert licenses_in_words(3, LicenseType.FRONT_OFFICE) == "3 front office licenses"
