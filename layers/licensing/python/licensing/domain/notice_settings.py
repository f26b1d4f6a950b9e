"""Which mail that nobody asked for a User Manager wants."""

from collections.abc import Mapping
from typing import NamedTuple

from licensing.domain.licenses import LicenseType

MOST_LEFT = 20
"""The most licenses left that somebody can be told of as few."""


class NoticeSettings(NamedTuple):
    """What one User Manager is told of one clinic, unasked."""

    few_left: Mapping[LicenseType, int] = {}
    """At how many licenses left of a type; of types that are not named, never."""
    before_renewal: bool = True
    invoice_finalized: bool = True
    price_rise: bool = True


USUAL_SETTINGS = NoticeSettings()
