"""Identifiers sort by time."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from licensing.domain.ids import id_before, moment_of, new_id, start_of_day_named_by

MOMENTS = st.datetimes(
    datetime(1971, 1, 1),  # noqa: DTZ001  bounds are naive by definition
    datetime(9000, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000))


@given(earlier=MOMENTS, later=MOMENTS)
def test_ids_are_in_the_order_of_their_milliseconds(earlier: datetime, later: datetime) -> None:
    """Lists by sort key are lists by time."""
    one, other = new_id(earlier), new_id(later)
    assert len(one) == len(other) == 26
    if earlier != later:
        assert (one < other) == (earlier < later)


@given(moment=MOMENTS)
def test_an_id_tells_its_millisecond(moment: datetime) -> None:
    """An open adjustment's entry needs no time of its own."""
    assert moment_of(new_id(moment)) == moment


def test_ids_of_one_millisecond_differ() -> None:
    """80 random bits stand behind the time."""
    moment = datetime(2026, 4, 15, tzinfo=UTC)
    assert len({new_id(moment) for _ in range(1000)}) == 1000


@given(moment=MOMENTS)
def test_ids_before_one_are_of_its_millisecond_and_in_order(moment: datetime) -> None:
    """What one transaction tells is told in its order."""
    last = new_id(moment)
    told = [id_before(last, places) for places in (3, 2, 1, 0)]
    assert told == sorted(set(told))
    assert told[-1] == last
    assert {moment_of(one) for one in told} == {moment}


def test_the_day_of_something_scheduled_is_the_one_of_its_id() -> None:
    day = datetime(2026, 4, 16, 4, 0, tzinfo=UTC)

    assert start_of_day_named_by(new_id(day)) == day
    assert start_of_day_named_by(new_id(day.replace(second=9, microsecond=999_000))) == day
