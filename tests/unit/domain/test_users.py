"""Users and what they may do."""

from tests.unit.domain.builders import HALF, user


def test_a_user_manager_manages_while_active() -> None:
    assert user(manages=True).manages
    assert not user(manages=True, active=False).manages
    assert not user(manages=False).manages


def test_the_later_moment_takes_the_place_of_the_earlier() -> None:
    assert user().with_activity(False, HALF).with_activity(True, HALF) == user(active_since=HALF)
    assert user(starts="later").with_activity(True, HALF).starts is None
    assert user().with_activity(True, HALF).with_activity(False, HALF) == user(
        active=False, inactive_since=HALF
    )
