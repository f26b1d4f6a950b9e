"""Taking a person out of records that are kept."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from licensing.domain.changes import Erasure, History, StoredAnswer
from licensing.domain.erasure import Eraser, require_inactive, words_of
from licensing.domain.errors import RefusedError
from licensing.domain.invoices import Correction, StoredCorrection
from licensing.domain.licenses import LicenseType
from licensing.domain.users import Actor, User

NOW = datetime(2026, 4, 15, 14, tzinfo=UTC)
ANA = User(
    "c", "ana", "ana@clinic.example", "Ana Silva", LicenseType.BILLING, False, (), NOW, "digest"
)
ERASER = Eraser(Erasure("c", "ana", ("ana@clinic.example", "Ana Silva", "Ana"), ANA.email))
DANA = Actor("dana", "Dana Reyes", "web")


def told(**changes: object) -> History:
    """Return what history tells of Ana."""
    facts = {"name": "Ana Silva", "active": False}
    return History("c", "h", NOW, "user_changed", DANA, "ana", {}, facts)._replace(**changes)  # type: ignore[arg-type]


def test_an_active_user_is_refused() -> None:
    require_inactive(ANA)
    with pytest.raises(RefusedError) as refused:
        require_inactive(replace(ANA, active=True))
    assert refused.value.code == "user_active"


def test_every_name_and_address_is_known() -> None:
    history = [
        told(before={"name": "Anna Silva", "email": "anna@clinic.example"}),
        told(subject="bo", after={"name": "Bo Lind"}),
        told(subject="bo", after={}, actor=Actor("ana", "Ana", "web")),
    ]
    assert words_of(ANA, history) == (
        "anna@clinic.example",
        "ana@clinic.example",
        "Anna Silva",
        "Ana Silva",
        "Ana",
    )


def test_a_history_keeps_what_was_done() -> None:
    before = told(actor=Actor("ana", "Ana", "web"), why="ANA SILVA left, not Anabel")
    assert ERASER.without(before) == told(
        actor=Actor("ana", "Former user", "web"),
        after={"name": "Former user", "active": False},
        why="Former user left, not Anabel",
    )


def test_a_namesake_keeps_the_name() -> None:
    other = told(subject="other", actor=Actor("other", "Ana Silva", "web"))
    assert ERASER.without(other) == other


def test_an_answer_forgets_the_user_in_it() -> None:
    def stored(name: str, email: str) -> StoredAnswer:
        user = {"user_id": "ana", "name": name, "email": email}
        body = {"user": user, "all": [{"user_id": "bo", "name": "Ana"}], "count": 1}
        return StoredAnswer("c", "d", "b", 200, body, NOW)

    former = stored("Former user", "Former user")
    assert ERASER.without(stored("Ana", "ana@clinic.example")) == former


def test_a_correction_keeps_its_reason_without_the_person() -> None:
    correction = Correction("C1", -2_500, "Ana Silva was billed twice.", NOW)
    without = correction._replace(reason="Former user was billed twice.")
    found = ERASER.without(StoredCorrection("c", "2026-05", correction))
    assert found == StoredCorrection("c", "2026-05", without)
