"""What clinics can be registered with: values in, values or sentences out."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from pydantic import TypeAdapter, ValidationError

from licensing.domain.currencies import CURRENCIES
from licensing.http.fields import Currency, TimeZone, time_zones

CURRENCY: TypeAdapter[str] = TypeAdapter(Currency)
TIME_ZONE: TypeAdapter[str] = TypeAdapter(TimeZone)


@pytest.mark.parametrize("code", ["USD", "EUR", "GBP", "MXN", "CHF"])
def test_a_currency_with_two_decimals_is_taken(code: str) -> None:
    assert CURRENCY.validate_python(code) == code


@pytest.mark.parametrize(
    "code",
    [
        "JPY",
        "KRW",
        "KWD",
        "TND",
        "MRO",
        "CLF",
        "UYW",
        "USN",
        "XAU",
        "XXX",
        "ABC",
        "usd",
        "USD ",
        "",
    ],
)
def test_a_currency_of_other_decimals_or_none_is_refused_by_a_sentence(code: str) -> None:
    with pytest.raises(ValidationError, match="a currency with two decimals, such as USD"):
        CURRENCY.validate_python(code)


def test_each_currency_is_named_once() -> None:
    assert list(CURRENCIES) == sorted(set(CURRENCIES))


@pytest.mark.parametrize(
    "name",
    [
        "America/New_York",
        "America/Argentina/Buenos_Aires",
        "America/St_Johns",
        "America/Toronto",
        "Africa/Cairo",
        "Africa/Casablanca",
        "Asia/Kathmandu",
        "Asia/Kolkata",
        "Australia/Lord_Howe",
        "Europe/Oslo",
        "Pacific/Kiritimati",
        "UTC",
    ],
)
def test_a_time_zone_of_a_place_is_taken(name: str) -> None:
    assert TIME_ZONE.validate_python(name) == name


@pytest.mark.parametrize(
    "name",
    [
        *("localtime", "posixrules", "Factory", "right/America/New_York", "posix/America/New_York"),
        *("US/Eastern", "Asia/Calcutta", "Asia/Katmandu", "America/Buenos_Aires", "EST5EDT", "EST"),
        *("GMT", "Etc/UTC", "Etc/GMT+5", "Zulu", "america/new_york", "zone.tab", "../UTC", ""),
    ],
)
def test_any_other_name_of_the_zone_database_is_refused(name: str) -> None:
    with pytest.raises(ValidationError, match="the current name of a time zone"):
        TIME_ZONE.validate_python(name)


def test_every_time_zone_that_is_taken_can_be_counted_in() -> None:
    moment = datetime(2026, 4, 15, tzinfo=UTC)
    for name in time_zones():
        assert moment.astimezone(ZoneInfo(name)) == moment
