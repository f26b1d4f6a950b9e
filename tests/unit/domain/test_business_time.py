"""Business hours: golden cases, the edges of days, and an oracle that counts minutes."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from licensing.domain.business_time import Calendar, add_business_hours, federal_holidays

NEW_YORK = ZoneInfo("America/New_York")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


def cases(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads((folder / "business_time.json").read_text())
    return found


def test_every_golden_case_of_business_time_comes_out(golden: Path) -> None:
    found = {
        f"{number} {case['note']}": add_business_hours(
            moment(case["start"]),
            case["hours"],
            calendar=Calendar(case["calendar"]),
            zone=ZoneInfo(case["timezone"]),
        )
        for number, case in enumerate(cases(golden))
    }

    assert found == {
        f"{number} {case['note']}": moment(case["expected"])
        for number, case in enumerate(cases(golden))
    }


def test_the_golden_cases_name_the_same_moments_in_local_time(golden: Path) -> None:
    for case in cases(golden):
        zone = ZoneInfo(case["timezone"])
        for name in ("start", "expected"):
            local = moment(case[name]).astimezone(zone).replace(tzinfo=None)
            assert local == moment(case[f"{name}_local"])


@pytest.mark.parametrize("year", range(2021, 2060))
def test_federal_holidays_are_those_that_another_library_knows(year: int) -> None:
    known = holidays.country_holidays("US", years=[year - 1, year, year + 1], observed=True)
    # That library names both the day itself and the day on which a weekend's is observed.
    working = {day for day in known if day.year == year and day.weekday() < 5}

    assert {day for day in federal_holidays(year) if day.weekday() < 5} == working


def test_a_span_that_ends_as_a_business_day_does_ends_there() -> None:
    monday = datetime(2026, 4, 20, tzinfo=NEW_YORK)

    due = add_business_hours(monday, 24, calendar=Calendar.BUSINESS_DAYS, zone=NEW_YORK)

    assert due == monday + timedelta(days=1)
    assert due.tzinfo is UTC


def test_the_day_on_which_the_clock_goes_back_has_an_hour_more() -> None:
    # The change falls on a Sunday everywhere in the US, so a zone that changes on a Friday.
    jerusalem = ZoneInfo("Asia/Jerusalem")
    friday = datetime(2026, 3, 27, tzinfo=jerusalem).astimezone(UTC)

    due = add_business_hours(friday, 24, calendar=Calendar.BUSINESS_DAYS, zone=jerusalem)

    # That Friday has 23 hours, so the last of 24 is Monday's first.
    assert due.astimezone(jerusalem) == datetime(2026, 3, 30, 1, tzinfo=jerusalem)


STEP = timedelta(minutes=5)
DAYS_OFF = holidays.country_holidays("US", years=range(2025, 2029))


def counted(start: datetime, end: datetime, calendar: Calendar, zone: ZoneInfo) -> timedelta:
    """Count business time in steps, by the wall clock of each."""
    business = timedelta()
    now = start
    while now < end:
        local = now.astimezone(zone)
        works = local.weekday() < 5 and local.date() not in DAYS_OFF
        if calendar is Calendar.OFFICE_HOURS:
            works = works and 9 <= local.hour < 17
        if works:
            business += STEP
        now += STEP
    return business


@settings(max_examples=100)
@given(
    start=st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31)),  # noqa: DTZ001  UTC below
    hours=st.integers(1, 30),
    calendar=st.sampled_from(Calendar),
    zone=st.sampled_from(["America/New_York", "America/Phoenix", "Europe/Berlin", "Asia/Kolkata"]),
)
def test_as_much_business_time_passes_as_was_asked_for(
    start: datetime, hours: int, calendar: Calendar, zone: str
) -> None:
    minute = start.minute // 5 * 5
    begin = start.replace(minute=minute, second=0, microsecond=0, tzinfo=UTC)

    due = add_business_hours(begin, hours, calendar=calendar, zone=ZoneInfo(zone))

    assert counted(begin, due, calendar, ZoneInfo(zone)) == timedelta(hours=hours)
    # It is the first such moment: the last step before it is business time.
    assert counted(due - STEP, due, calendar, ZoneInfo(zone)) == STEP
