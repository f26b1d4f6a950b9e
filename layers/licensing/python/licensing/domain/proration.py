"""What a change of licenses within a billing period costs: exact fractions, rounded once.

The rule is that of https://docs.stripe.com/billing/subscriptions/prorations: quantity times
unit price times the part of the period that is left, periods half open, the instant of a
change belonging to the new state. tests/golden/proration.json holds published examples.
"""

from datetime import datetime, timedelta
from enum import StrEnum
from fractions import Fraction
from typing import NamedTuple

from licensing.domain.periods import Period, local_midnight

_SECOND = timedelta(seconds=1)


class ProrationUnit(StrEnum):
    """How finely the part of a period is measured."""

    SECOND = "second"
    DAY = "day"
    """A day belongs to the new state: a change counts from its local midnight.

    What was added on a day is there for that day, though it be released on it.
    """


class ReleaseCredit(StrEnum):
    """What a release within a paid period gives back."""

    PRORATED = "prorated"
    NONE = "none"
    """Nothing; and what is already paid for in the period is not charged again."""


class Share(NamedTuple):
    """The part of a period that a line is for, and its exact fraction."""

    begins: datetime
    ends: datetime
    numerator: int
    denominator: int

    def __str__(self) -> str:
        return f"{self.numerator}/{self.denominator}"


def share_from(moment: datetime, period: Period, unit: ProrationUnit) -> Share:
    """Return the share of the period that is left at the moment.

    The moment lies in the period; a first period may have begun before the clinic did.
    """
    if unit is ProrationUnit.DAY:
        today = moment.astimezone(period.zone).date()
        begins = local_midnight(today, period.zone)
        return Share(begins, period.end, (period.until - today).days, period.days)
    begins = moment.replace(microsecond=0)
    return Share(begins, period.end, (period.end - begins) // _SECOND, period.seconds)


def share_released(
    quantity: int, added_that_day: int, moment: datetime, period: Period, unit: ProrationUnit
) -> Share:
    """Return the share that a release is credited for, as a fraction of the whole quantity.

    By the day, as much of it as was added that day counts from the next one.
    """
    share = share_from(moment, period, unit)
    later = min(quantity, added_that_day) if unit is ProrationUnit.DAY else 0
    if later == 0:
        return share
    if later == quantity:
        tomorrow = moment.astimezone(period.zone).date() + timedelta(days=1)
        begins = local_midnight(tomorrow, period.zone)
        return Share(begins, period.end, share.numerator - 1, share.denominator)
    return share._replace(
        numerator=quantity * share.numerator - later, denominator=quantity * share.denominator
    )


def whole(period: Period, unit: ProrationUnit) -> Share:
    """Return the share that is all of the period."""
    return share_from(period.start, period, unit)


def amount(quantity: int, unit_price_cents: int, share: Share) -> int:
    """Return cents for the quantity over the share, rounded once, half away from zero."""
    return round_half_away(
        Fraction(quantity * unit_price_cents * share.numerator, share.denominator)
    )


def round_half_away(value: Fraction) -> int:
    """Round to a whole number, halves away from zero, as the sign of a credit demands."""
    rounded = (2 * abs(value.numerator) + value.denominator) // (2 * value.denominator)
    return rounded if value >= 0 else -rounded


def chargeable(delta: int, quantity_before: int, paid_maximum: int, credit: ReleaseCredit) -> int:
    """Return for how many licenses a change is charged (or credited, below zero).

    ``paid_maximum`` is the greatest quantity that the period has had so far. Without release
    credit only what exceeds it is ever charged.
    """
    if credit is ReleaseCredit.PRORATED:
        return delta
    return max(0, quantity_before + delta - paid_maximum)
