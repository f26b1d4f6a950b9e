"""What history says of a change."""

from licensing.domain.changes import History
from licensing.domain.history import happened, license_counts, user_facts
from licensing.domain.ids import moment_of
from tests.unit.domain.builders import BILLING, DANA, HALF, THERAPIST, clinic, license, user


def test_a_record_is_of_the_moment_at_which_the_clinic_changed() -> None:
    record = happened(
        clinic(updated_at=HALF),
        "renamed",
        actor=DANA,
        subject="main-street",
        before={"name": "Main"},
        after={"name": "Main Street"},
        why="it moved",
    )

    assert moment_of(record.history_id) == HALF
    assert record == History(
        "main-street",
        record.history_id,
        HALF,
        "renamed",
        DANA,
        "main-street",
        {"name": "Main"},
        {"name": "Main Street"},
        "it moved",
    )


def test_a_reason_is_not_asked_for() -> None:
    record = happened(clinic(), "renamed", actor=DANA, subject="x", before={}, after={})

    assert record.why is None


def test_only_counts_that_differ_are_told() -> None:
    before, after = clinic(license(5, 3)), clinic(license(6, 4, invoiced=9))

    assert license_counts(before, after) == (
        {THERAPIST: {"purchased": 5, "in_use": 3}},
        {THERAPIST: {"purchased": 6, "in_use": 4}},
    )
    assert license_counts(before, before) == ({}, {})


def test_either_count_is_enough_to_be_told() -> None:
    before, after = clinic(license(5, 3)), clinic(license(5, 4))

    assert list(license_counts(before, after)[0]) == [THERAPIST]
    after = before.with_license(BILLING, license(3))
    assert list(license_counts(before, after)[1]) == [BILLING]


def test_a_user_is_told_without_the_address() -> None:
    assert user_facts(user(manages=True, active=False)) == {
        "name": "Ana Silva",
        "license_type": "therapist",
        "active": False,
        "permissions": ["user_manager"],
    }
