"""Noting that few licenses are left, which User Managers may want to be told."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from licensing.domain.clinics import Clinic


def with_few_left(before: Clinic, after: Clinic) -> Clinic:
    """Return the changed clinic with what its User Managers are to be told of few licenses left.

    Only who crosses a level from above is told: once per crossing, however often the number
    changes below it. What was crossed before and is not told yet is told with it.
    """
    if not after.few_levels or after.is_closed(after.updated_at):
        return after
    crossed = dict(after.few_due)
    for kind, levels in after.few_levels.items():
        had, has = before.licenses.get(kind), after.licenses.get(kind)
        if had is None or has is None:
            continue
        if any(has.available <= level < had.available for level in levels):
            high, low = crossed.get(kind, (had.available, has.available))
            crossed[kind] = max(high, had.available), min(low, has.available)
    return after if crossed == after.few_due else replace(after, few_due=crossed)
