"""Taking a person out of records that are kept."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from licensing.domain.adjustments import Adjustment
from licensing.domain.beside import Erasure, History, StoredAnswer
from licensing.domain.erasure import Eraser, Kept, known_as, require_inactive
from licensing.domain.history import token_facts
from licensing.domain.ids import new_id
from licensing.domain.invoices import Correction, StoredLine
from licensing.domain.licenses import LicenseType
from licensing.domain.provisioning_tokens import ProvisioningToken
from licensing.domain.users import Actor, Provisioned, User
from tests.unit.domain.builders import add, refused, requested
from tests.unit.domain.builders import line as priced

NOW = datetime(2026, 4, 15, 14, tzinfo=UTC)
ANA = User(
    "c", "ana", "ana@clinic.example", "Ana Silva", LicenseType.BILLING, False, (), NOW, "digest"
)
# Since when somebody had the last name is not known.
ERASER = Eraser(Erasure("c", "ana", ("ana@clinic.example", "Ana Silva", "Ana"), (NOW,) * 3))
DANA = Actor("dana", "Dana Reyes", "web")
LATER = NOW + timedelta(days=1)
HALF, OTHER = new_id(NOW), new_id(NOW)


def told(**changes: object) -> History:
    """Return what history tells of Ana."""
    facts = {"name": "Ana Silva", "active": False}
    return History("c", "h", NOW, "user_changed", DANA, "ana", {}, facts)._replace(**changes)  # type: ignore[arg-type]


def test_an_active_user_is_refused() -> None:
    require_inactive(ANA)
    with refused(
        "user_active",
        "Ana Silva is active and holds a license. Make the user inactive first, then delete them.",
    ):
        require_inactive(replace(ANA, active=True))


def test_a_name_counts_from_when_it_was_given() -> None:
    """One that the user came with from when they came; a provider's from the last change."""
    renamed = told(at=LATER, before={"name": "Anna Silva"})
    provisioned = replace(ANA, provisioned=Provisioned(user_name="asilva"))
    known = known_as(provisioned, [renamed])
    assert known == {
        "ana@clinic.example": NOW,
        "Anna Silva": NOW,
        "Ana Silva": LATER,
        "asilva": LATER,
    }


def test_words_of_one_length_are_in_their_order_and_what_was_erased_before_is_none() -> None:
    """What somebody did tells that a name was theirs from when they came."""
    history = [
        told(before={"name": "Former user"}, after={}),
        told(at=LATER, before={"name": "Bea Silva"}),
        told(at=LATER, subject="bo", after={}, actor=Actor("ana", "Ana", "web")),
        told(at=LATER, after={"identity_provider": {"user_name": "as"}}),
    ]
    assert [*known_as(ANA, history).items()] == [
        ("ana@clinic.example", NOW),
        ("Ana Silva", LATER),
        ("Bea Silva", NOW),
        ("Ana", NOW),
        ("as", LATER),
    ]


def test_nobody_is_given_a_name_to_erase_what_was_written_before() -> None:
    """What a clinic's people explained is part of the history of a change."""
    given = Eraser(Erasure("c", "ana", ("They left",), (LATER,)))
    before = replace(requested(add(1)), requested_at=NOW, explanation="They left.")
    asked = told(subject="a", action="licenses_adjusted", after={}, why="They left.")
    answer = StoredAnswer("c", "d", "b", 201, {"explanation": "They left."}, NOW)
    line = priced(explanation="They left.", adjustment_id=HALF)
    for one in (before, asked, answer, StoredLine("c", "2026-05", line)):
        assert given.without(one) == one
    assert given.without(asked._replace(at=LATER)) != asked._replace(at=LATER)


def test_a_name_erases_nothing_that_staff_wrote() -> None:
    """An address does: it names nobody else."""
    given = Eraser(Erasure("c", "ana", ("ana@clinic.example", "Charged for abuse"), (NOW, NOW)))
    reason = "Charged for abuse, as ana@clinic.example was told."
    kept = "Charged for abuse, as Former user was told."
    corrected = StoredLine("c", "2026-05", Correction("C1", 1, reason, NOW))
    without = StoredLine("c", "2026-05", Correction("C1", 1, kept, NOW))
    assert given.without(corrected) == without
    history = told(action="invoice_corrected", subject="c", after={}, why=reason)
    assert given.without(history) == history._replace(why=kept)
    answer = StoredAnswer("c", "d", "b", 201, {"reason": reason}, NOW)
    assert given.without(answer) == answer._replace(body={"reason": kept})


def test_a_providers_name_for_the_user_is_known() -> None:
    provisioned = replace(ANA, provisioned=Provisioned(user_name="asilva"))
    assert known_as(provisioned, [])["asilva"] == NOW


def test_an_adjustment_and_its_lines_keep_what_was_changed() -> None:
    def written(name: str, explanation: str) -> tuple[Adjustment, StoredLine]:
        line = priced(explanation=explanation, adjustment_id=HALF)
        asked = Actor("ana", name, "web")
        told = requested(add(1), requested_by=asked, explanation=explanation, priced=(line,))
        return replace(told, adjustment_id="a"), StoredLine("c", "2026-05", line)

    named = written("Ana Silva", "For Ana.")
    without = written("Former user", "For Former user.")
    assert tuple(ERASER.without(one) for one in named) == without
    unexplained = StoredLine("c", "2026-05", priced(adjustment_id=HALF))
    assert ERASER.without(unexplained) == unexplained


def test_in_another_clinic_only_what_tells_of_the_transfer_is_written_over() -> None:
    asked = requested(add(1))

    def kept(who: str, adjustment_id: str) -> list[Kept]:
        reason = f"{who} left."
        line = priced(explanation=reason, adjustment_id=adjustment_id)
        half = {"adjustment_id": adjustment_id, "explanation": reason}
        return [
            told(subject=adjustment_id, action="licenses_adjusted", after={}, why=reason),
            replace(asked, explanation=reason, adjustment_id=adjustment_id),
            StoredLine("d", "2026-05", line),
            StoredAnswer("d", "d", "b", 201, {"from": half, "at": "now"}, NOW),
        ]

    there = replace(ERASER, about=frozenset({HALF}))
    assert [there.without(one) for one in kept("Ana", HALF)] == kept("Former user", HALF)
    assert [there.without(one) for one in kept("Ana", OTHER)] == kept("Ana", OTHER)
    correction = StoredLine("d", "2026-05", Correction("C1", 1, "Ana", NOW))
    assert there.without(correction) == correction


def test_a_token_is_still_of_whoever_made_it() -> None:
    def token(name: str) -> ProvisioningToken:
        by = Actor("ana", name, "web")
        title = f"Okta of {name}"
        return ProvisioningToken("c", "t", title, "digest", LicenseType.BILLING, NOW, by)

    assert ERASER.without(token("Ana Silva")) == token("Former user")
    facts = [token_facts(token(name)) for name in ("Ana Silva", "Former user")]
    created, without = (told(subject="t", after=each) for each in facts)
    assert ERASER.without(created) == without


def test_what_was_before_forgets_the_user_too() -> None:
    before = told(before={"email": "ana@clinic.example", "license_type": "Ana", "message": "Ana"})
    former = {"email": "Former user", "license_type": "Ana", "message": "Former user"}
    without = told(before=former)
    assert ERASER.without(before) == ERASER.without(without)
    assert ERASER.without(before) != ERASER.without(told(before={}))


def test_a_history_keeps_what_was_done() -> None:
    asked = told(action="licenses_adjusted")
    before = asked._replace(actor=Actor("ana", "Ana", "web"), why="ANA SILVA left, not Anabel")
    assert ERASER.without(before) == asked._replace(
        actor=Actor("ana", "Former user", "web"),
        after={"name": "Former user", "active": False},
        why="Former user left, not Anabel",
    )


def test_a_namesake_keeps_the_name() -> None:
    other = told(subject="other", actor=Actor("other", "Ana Silva", "web"))
    assert ERASER.without(other) == other


def test_an_answer_forgets_the_user_in_what_was_written() -> None:
    def stored(who: str) -> StoredAnswer:
        written = {"explanation": f"For {who}.", "message": [f"{who} left."], "other": "Ana"}
        user = {"user_id": "ana", "name": [who]}
        return StoredAnswer("c", "d", "b", 200, {"name": "Ana", **written, "user": user}, NOW)

    assert ERASER.without(stored("Ana")) == stored("Former user")
