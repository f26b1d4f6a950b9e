"""The names of time zones that a clinic's days can be counted in."""

from functools import cache
from importlib.resources import files


@cache
def time_zones() -> frozenset[str]:
    """Return the names that the zone database gives to places, and UTC."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if not line.startswith("#"))
    return frozenset({"UTC", *(row[2] for row in rows)})
