"""Nothing is changed in a clinic that has closed."""

from datetime import datetime

from licensing.domain.clinics import Clinic
from licensing.domain.errors import RefusedError


def require_open(clinic: Clinic, now: datetime) -> None:
    """Raise RefusedError ``clinic_closed`` if the clinic's end has come."""
    if clinic.closing is not None and clinic.is_closed(now):
        day = clinic.closing.day
        raise RefusedError(
            "clinic_closed",
            f"This clinic closed on {day:%b} {day.day}, {day.year}, and nothing in it can be "
            "changed any more. You can still read it.",
        )
