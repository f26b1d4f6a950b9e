"""License types and the counts of one type in one clinic."""

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple, Self


class LicenseType(StrEnum):
    """What kind of work a license is for."""

    THERAPIST = "therapist"
    ASSISTANT = "assistant"
    FRONT_OFFICE = "front_office"
    BILLING = "billing"

    @property
    def label(self) -> str:
        """The name that people read."""
        return self.value.replace("_", " ")


def licenses_in_words(quantity: int, license_type: LicenseType) -> str:
    """Return such as ``1 therapist license`` or ``3 front office licenses``."""
    return f"{quantity} {license_type.label} license{'' if quantity == 1 else 's'}"


class Counts(NamedTuple):
    """The licenses of one type: as they were right after a change, or the most of a period."""

    purchased: int
    in_use: int

    @property
    def available(self) -> int:
        """Licenses that nobody used."""
        return self.purchased - self.in_use


class License(NamedTuple):
    """The licenses of one type: ``purchased = in_use + available`` (I1)."""

    purchased: int
    in_use: int
    invoiced: int
    """What a renewal bills: licenses at registration plus invoiced adjustments."""
    paid_maximum: int
    """The greatest ``purchased`` so far in the clinic's maximum period."""
    unit_price_cents: int
    idle_since: datetime | None
    """Since when at least one license has been available, billed all the same."""
    peak: int = 0
    """The greatest ``in_use`` in the period of the clinic's last change, if it is not the present
    one."""

    @property
    def available(self) -> int:
        """Licenses that are paid for and that nobody uses."""
        return self.purchased - self.in_use

    @property
    def in_use_peak(self) -> int:
        """The greatest ``in_use`` in the period of the clinic's last change."""
        return max(self.peak, self.in_use)

    @property
    def idle_monthly_cost_cents(self) -> int:
        """What the available licenses cost each month."""
        return self.available * self.unit_price_cents

    def plus(self, moment: datetime, *, purchased: int = 0, in_use: int = 0) -> Self:
        """Return the counts after adding these differences at the moment."""
        after = self._replace(purchased=self.purchased + purchased, in_use=self.in_use + in_use)
        if after.available == 0:
            return after._replace(idle_since=None)
        return after._replace(idle_since=self.idle_since or moment)
