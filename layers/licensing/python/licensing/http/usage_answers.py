"""Usage as the plain data that callers get."""

from licensing.answers import UsageAnswer
from licensing.use_cases.licenses.get_license_usage import Usage


def usage(of: Usage) -> UsageAnswer:
    """Return the periods and the advice."""
    return {
        "periods": [
            {
                "first_day": of_period.period.first.isoformat(),
                "licenses": [
                    {
                        "license_type": kind,
                        "purchased_peak": one.peak.purchased,
                        "in_use_peak": one.peak.in_use,
                        "billed_cents": one.billed_cents,
                    }
                    for kind, one in of_period.types.items()
                ],
            }
            for of_period in of.periods
        ],
        "advice": [
            {
                "license_type": advice.license_type,
                "unused": advice.unused,
                "in_use_peak": advice.in_use_peak,
                "periods": advice.periods,
                "monthly_saving_cents": advice.monthly_saving_cents,
            }
            for advice in of.advice
        ],
    }
