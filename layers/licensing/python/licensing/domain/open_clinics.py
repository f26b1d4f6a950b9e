"""Nothing is changed in a clinic that has closed, nor scheduled for a day on which it will."""

from datetime import datetime

from licensing.domain.clinics import Clinic
from licensing.domain.errors import RefusedError
from licensing.domain.in_words import day_in_words


def require_open(clinic: Clinic, now: datetime) -> None:
    """Raise RefusedError ``clinic_closed`` if the clinic's end has come."""
    # Once it was carried out, whatever the clock says: the clinic's own may be ahead of it.
    if clinic.closing is not None and (clinic.has_closed or clinic.is_closed(now)):
        day = clinic.closing.day
        raise RefusedError(
            "clinic_closed",
            f"This clinic closed on {day_in_words(day)}, so nothing in it can be changed. You can "
            "still view it.",
        )


def require_open_until(clinic: Clinic, at: datetime, *, now: datetime) -> None:
    """Raise RefusedError ``clinic_closed`` if the clinic's end has come, or will have by then."""
    require_open(clinic, now)
    if clinic.closing is not None and clinic.is_closed(at):
        raise RefusedError(
            "clinic_closed",
            f"This clinic closes on {day_in_words(clinic.closing.day)}. Choose an earlier day.",
        )
