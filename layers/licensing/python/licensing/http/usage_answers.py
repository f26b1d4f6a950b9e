"""Usage as the plain data that callers get."""

from typing import TypedDict

from licensing.answers import Day, filled
from licensing.domain.licenses import LicenseType
from licensing.use_cases.licenses.get_license_usage import Usage


class TypeUsageAnswer(TypedDict):
    """One license type in one period."""

    license_type: LicenseType
    purchased_peak: int
    in_use_peak: int
    billed_cents: int


class PeriodUsageAnswer(TypedDict):
    """One billing period by its first day."""

    first_day: Day
    licenses: list[TypeUsageAnswer]


class AdviceAnswer(TypedDict):
    """Licenses that nobody used in so many whole periods, nor in the present one."""

    license_type: LicenseType
    unused: int
    in_use_peak: int
    periods: int
    monthly_saving_cents: int


class UsageAnswer(TypedDict):
    """The periods of which the usage is known, the present one last."""

    periods: list[PeriodUsageAnswer]
    advice: list[AdviceAnswer]


def usage(of: Usage) -> UsageAnswer:
    """Return the periods and the advice."""
    return {
        "periods": [
            {
                "first_day": one.period.first.isoformat(),
                "licenses": [filled(TypeUsageAnswer, kind) for kind in one.licenses],
            }
            for one in of.periods
        ],
        "advice": [filled(AdviceAnswer, advice) for advice in of.advice],
    }
