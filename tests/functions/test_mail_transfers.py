"""A transfer that is asked for by mail: proposed, and made after YES."""

import pytest

from tests.functions.conftest import CLINIC, OTHER_CLINIC
from tests.functions.mailing import PAT, Mailbox, reply_to, words_of
from tests.functions.test_list_licenses import put

ASKED = "Please transfer one PT license from Main Street to Lakeside."


def totals(mailbox: Mailbox) -> tuple[int, int]:
    """Return how many therapist licenses the two clinics have."""
    world = mailbox.world
    here, _, _ = world.counts("therapist")
    there, _, _ = world.counts("therapist", OTHER_CLINIC)
    return here, there


def proposed(mailbox: Mailbox, text: str = ASKED) -> str:
    """Have the transfer proposed; return the address for the reply."""
    answer = mailbox.write(text)
    assert (answer["intent"], answer["lines"], answer["reason"]) == ("ask_back", [], "moved")
    return reply_to(mailbox.sent[-1])


def test_a_transfer_is_proposed_and_made_after_yes(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both halves, linked, in one transaction; the other clinic's managers are told."""
    monkeypatch.setenv("PAGE_URL", "https://licenses.example/")
    before = totals(mailbox)
    address = proposed(mailbox)
    said = words_of(mailbox.sent[-1])
    assert "Main Street Physical Therapy: Release 1 therapist license" in said
    assert "Lakeside Rehab: Add 1 therapist license" in said
    assert f"#/?from={CLINIC}&to={OTHER_CLINIC}&types=therapist:1" in said
    assert totals(mailbox) == before
    answer = mailbox.write("YES", to=address)
    assert [(line["action"], line["clinic"]) for line in answer["lines"]] == [
        ("remove", CLINIC),
        ("add", OTHER_CLINIC),
    ]
    assert totals(mailbox) == (before[0] - 1, before[1] + 1)
    (given,) = mailbox.world.items(CLINIC, "ADJUSTMENT#")
    (taken,) = mailbox.world.items(OTHER_CLINIC, "ADJUSTMENT#")
    ids = [half["sk"]["S"].removeprefix("ADJUSTMENT#") for half in (given, taken)]
    assert [entry["S"] for entry in given["transfer"]["L"]][:2] == [OTHER_CLINIC, ids[1]]
    assert [entry["S"] for entry in taken["transfer"]["L"]][:2] == [CLINIC, ids[0]]
    for clinic in (CLINIC, OTHER_CLINIC):
        newest = mailbox.world.listed("list_history", clinic=clinic)[0]
        assert (newest["action"], newest["channel"]) == ("licenses_transferred", "email")
    # Pat manages Lakeside too.
    assert any(PAT in mail["Destination"]["ToAddresses"] for mail in mailbox.sent)


def test_undo_takes_both_halves_back(mailbox: Mailbox) -> None:
    before = totals(mailbox)
    mailbox.write("YES", to=proposed(mailbox))
    done = next(mail for mail in mailbox.sent[::-1] if "Done:" in words_of(mail))
    answer = mailbox.write("UNDO", to=reply_to(done))
    assert (answer["intent"], len(answer["undone"])) == ("undo", 2)
    assert totals(mailbox) == before


def test_what_cannot_be_transferred_is_said_after_yes(mailbox: Mailbox) -> None:
    """Another currency; nothing is changed in either clinic."""
    before = totals(mailbox)
    address = proposed(mailbox)
    (item,) = mailbox.world.items(OTHER_CLINIC, "CLINIC")
    put(mailbox.world, item, currency="CAD")
    answer = mailbox.write("YES", to=address)
    assert (answer["lines"], answer["reason"]) == ([], "currencies_differ")
    assert "licenses can't be transferred between them" in words_of(mailbox.sent[-1])
    assert totals(mailbox) == before


@pytest.mark.parametrize(
    "text",
    [
        "Please transfer one PT license from Main Street to Harbor.",
        "Please transfer one PT license to Lakeside.",
        "Should we transfer one PT license from Main Street to Lakeside?",
        "Don't transfer one PT license from Main Street to Lakeside.",
        "Transfer all our PT licenses from Main Street to Lakeside.",
    ],
)
def test_what_is_not_a_whole_transfer_is_never_made(mailbox: Mailbox, text: str) -> None:
    """A clinic that is not theirs, a missing one, a question, a no, no number."""
    before = totals(mailbox)
    answer = mailbox.write(text)
    assert answer["lines"] == []
    mailbox.write("YES", to=reply_to(mailbox.sent[-1]))
    assert totals(mailbox) == before


def test_a_transfer_for_a_later_day_is_scheduled_after_yes(mailbox: Mailbox) -> None:
    """A release in the one clinic and an addition in the other, both on that day."""
    before = totals(mailbox)
    answer = mailbox.write(f"{ASKED[:-1]} at renewal.")
    assert (answer["intent"], answer["lines"], answer["reason"]) == ("ask_back", [], "dated")
    said = words_of(mailbox.sent[-1])
    assert "schedule this change" in said
    assert "right away" not in said
    answer = mailbox.write("YES", to=reply_to(mailbox.sent[-1]))
    assert [(line["action"], line["clinic"]) for line in answer["lines"]] == [
        ("remove", CLINIC),
        ("add", OTHER_CLINIC),
    ]
    assert totals(mailbox) == before
