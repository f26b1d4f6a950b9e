"""How many invitations a clinic may send in a day."""

from datetime import UTC, date, datetime, timedelta

import pytest

from licensing.domain.errors import RefusedError
from licensing.domain.invitations import SentInvitations, one_more, require_one_left
from tests.unit.domain.builders import clinic

EASTERN = clinic(time_zone="America/New_York")
LATE = datetime(2026, 4, 16, 3, 59, tzinfo=UTC)
"""One minute before midnight in New York."""


def sent(count: int, day: int = 15) -> SentInvitations:
    """Return so many invitations of a day in April."""
    return SentInvitations("main-street", date(2026, 4, day), count, version=7)


def test_the_first_one_begins_the_count() -> None:
    after = one_more(None, EASTERN, now=LATE)
    assert after == SentInvitations("main-street", date(2026, 4, 15), 1)


def test_the_clinics_midnight_begins_a_new_count() -> None:
    assert one_more(sent(29), EASTERN, now=LATE) == sent(30)
    midnight = LATE.replace(hour=4, minute=0)
    assert one_more(sent(30), EASTERN, now=midnight) == sent(1, day=16)
    require_one_left(sent(30), EASTERN, most=30, now=midnight)


def test_the_last_of_a_day_is_sent_and_the_next_refused_until_tomorrow() -> None:
    require_one_left(None, EASTERN, most=1, now=LATE)
    require_one_left(sent(29), EASTERN, most=30, now=LATE)
    with pytest.raises(
        RefusedError, match=r"30 invitations today.*Try again on Apr 16, 2026"
    ) as no:
        require_one_left(sent(30), EASTERN, most=30, now=LATE)
    assert no.value.code == "too_many_invitations"


@pytest.mark.parametrize(
    ("user", "seconds", "same"),
    [("ana", 0, True), ("ana", 59, True), ("ana", 60, False), ("bo", 0, False)],
)
def test_who_was_invited_again_a_moment_ago_is_not_once_more(
    user: str, seconds: int, same: bool
) -> None:
    after = one_more(sent(1), EASTERN, now=LATE, again="ana")
    assert after.just_sent_to(user, LATE + timedelta(seconds=seconds)) is same
    assert one_more(after, EASTERN, now=LATE).again == after.again
    assert not sent(1).just_sent_to(user, LATE)
