"""Replies to our answers: YES, UNDO, and what was missing."""

from typing import Any

import pytest

from licensing.domain.limits import MOST_CLINICS_IN_A_MAIL
from tests.functions.conftest import CLINIC, OTHER_CLINIC, World, register
from tests.functions.mailing import DANA, PAT, REQUESTS, Mailbox, reply_to, told, words_of

DOUBTFUL = "spam=FAIL"
"""Makes a clear request one to be proposed."""


def proposed(mailbox: Mailbox, text: str = "Please add 2 billing licenses at Main Street.") -> str:
    """Have a request proposed; return the address for the reply."""
    answer = mailbox.write(text, verdicts=DOUBTFUL)
    assert (answer["intent"], answer["lines"], answer["replied"]) == ("ask_back", [], True)
    assert answer["proposal"]
    return reply_to(mailbox.sent[-1])


def applied(mailbox: Mailbox, text: str = "Please add 2 billing licenses at Main Street.") -> str:
    """Have a request applied; return the address for the reply."""
    answer = mailbox.write(text)
    assert answer["lines"]
    return next(reply_to(mail) for mail in mailbox.sent[::-1] if "Reply-To" in told(mail))


def test_a_proposal_is_done_after_yes(mailbox: Mailbox) -> None:
    """It says what, why it is asked, and how to go on."""
    address = proposed(mailbox)
    said = words_of(mailbox.sent[-1])
    assert "Reply YES" in said
    assert "Main Street Physical Therapy: Add 2 billing licenses" in said
    assert mailbox.world.counts("billing")[0] == 1
    answer = mailbox.write("Yes", to=address)
    assert (answer["intent"], answer["clinic"]) == ("add", CLINIC)
    assert answer["lines"] == [{"action": "add", "license_type": "billing", "quantity": 2}]
    assert mailbox.world.counts("billing")[0] == 3
    assert "Done: 2 billing licenses added" in words_of(mailbox.sent[-1])


def test_a_mail_changes_as_many_clinics_as_a_transaction_holds(mailbox: Mailbox) -> None:
    """And takes them back: where licenses go and others come, each in two steps."""
    world = mailbox.world
    for number in range(MOST_CLINICS_IN_A_MAIL - 2):
        register(world, f"clinic-{number:02}", [("Dana Reyes", DANA)])
    text = (
        "Please release 1 billing license for each clinic, as Max left, "
        "and add 2 billing licenses for each clinic."
    )
    mailbox.write("YES", to=proposed(mailbox, text))
    assert [world.counts("billing", clinic)[0] for clinic in (CLINIC, "clinic-00")] == [2, 2]
    done = next(mail for mail in mailbox.sent[::-1] if "Done:" in words_of(mail))
    mailbox.write("UNDO", to=reply_to(done))
    assert [world.counts("billing", clinic)[0] for clinic in (CLINIC, "clinic-00")] == [1, 1]


def test_a_mail_about_more_clinics_is_told_so(mailbox: Mailbox) -> None:
    for number in range(MOST_CLINICS_IN_A_MAIL - 1):
        register(mailbox.world, f"clinic-{number:02}", [("Dana Reyes", DANA)])
    before = len(mailbox.sent)
    answer = mailbox.write("Please add one PT license for each clinic.")
    assert (answer["reason"], answer["replied"]) == ("too_many_clinics", True)
    assert "in at most 13 clinics" in words_of(mailbox.sent[-1])
    assert len(mailbox.sent) == before + 1


def test_yes_counts_even_after_many_mails_in_an_hour(mailbox: Mailbox) -> None:
    """The cap is against loops, and each of our answers is used once."""
    address = proposed(mailbox)
    for number in range(4):
        assert mailbox.write(f"Thanks{'!' * number}")["replied"]
    assert not mailbox.write("Please add 1 billing license at Main Street.")["replied"]
    answer = mailbox.write("YES", to=address)
    assert (answer["intent"], answer["replied"]) == ("add", True)


def test_yes_counts_for_seven_days(mailbox: Mailbox) -> None:
    address = proposed(mailbox)
    age(mailbox.world, 8)
    answer = mailbox.write("YES", to=address)
    assert (answer["intent"], answer["reason"]) == ("none", "answered_too_late")
    assert "more than 7 days old" in words_of(mailbox.sent[-1])
    assert mailbox.world.counts("billing")[0] == 1
    age(mailbox.world, -2)
    assert mailbox.write("YES", to=address)["intent"] == "add"


def age(world: World, days: int) -> None:
    """Make all answers older by some days."""
    for item in world.table():
        if "written" in item:
            moment = int(item["written"]["N"]) - days * 86_400_000
            world.write(item | {"written": {"N": str(moment)}})


def test_nobody_else_can_say_yes(mailbox: Mailbox) -> None:
    """Pat manages the clinic too; the address was Dana's."""
    address = proposed(mailbox, "Please add 2 billing licenses at Lakeside.")
    answer = mailbox.write("YES", to=address, sender=PAT)
    assert answer["lines"] == []
    assert mailbox.world.counts("billing", OTHER_CLINIC)[0] == 1
    forged = mailbox.write("YES", to=address, verdicts="dmarc=FAIL dkim=FAIL")
    assert forged["intent"] == "ignore"
    assert mailbox.world.counts("billing", OTHER_CLINIC)[0] == 1
    assert mailbox.write("YES", to=address)["intent"] == "add"


def test_yes_needs_the_address_of_the_answer(mailbox: Mailbox) -> None:
    """A bare YES, or one to a made-up address, is a mail that asks for nothing."""
    proposed(mailbox)
    made_up = REQUESTS.replace("@", f"+{'0' * 32}@")
    for to in (REQUESTS, made_up):
        answer = mailbox.write("YES", to=to)
        assert answer["lines"] == []
    assert mailbox.world.counts("billing")[0] == 1


@pytest.mark.parametrize(
    ("word", "said", "total"), [("YES", "Reply YES", 3), ("UNDO", "reply UNDO again", 1)]
)
def test_a_doubtful_word_is_asked_for_again(
    mailbox: Mailbox, word: str, said: str, total: int
) -> None:
    """A mail that may not be its sender's changes nothing; the answer to it can be replied to."""
    address = proposed(mailbox) if word == "YES" else applied(mailbox)
    before = mailbox.world.counts("billing")
    answer = mailbox.write(word, to=address, verdicts=DOUBTFUL)
    assert (answer["intent"], answer["reason"]) == ("ask_back", "spam_or_virus_check")
    assert said in words_of(mailbox.sent[-1])
    assert mailbox.world.counts("billing") == before
    mailbox.write(word, to=reply_to(mailbox.sent[-1]))
    assert mailbox.world.counts("billing")[0] == total
    assert mailbox.write(word, to=address)["reason"] == "already_answered"
    assert "your first reply counts" in words_of(mailbox.sent[-1])
    assert mailbox.world.counts("billing")[0] == total


def test_who_says_no_is_not_told_that_nothing_was_asked(mailbox: Mailbox) -> None:
    address = proposed(mailbox)
    assert mailbox.write("No thanks", to=address)["reason"] == "declined"
    said = words_of(mailbox.sent[-1])
    assert "We won't make the change" in said
    assert "found no request" not in said


def test_yes_is_refused_once_the_licenses_are_gone_and_may_come_again(mailbox: Mailbox) -> None:
    """The state of the moment decides; the same reply works when it has changed."""
    world = mailbox.world
    address = proposed(
        mailbox, "Please remove 1 billing license at Main Street because our biller retired."
    )
    user = world.add_user("Bea Lind", "billing", active=True)
    answer = mailbox.write("YES", to=address)
    assert (answer["intent"], answer["reason"]) == ("ask_back", "licenses_unavailable")
    assert "make 1 billing user inactive first" in " ".join(words_of(mailbox.sent[-1]).split())
    assert reply_to(mailbox.sent[-1]) == address
    world.activate(user["user_id"], active=False)
    assert mailbox.write("YES", to=address)["intent"] == "remove"
    assert world.counts("billing")[0] == 0


def test_yes_does_nothing_for_who_is_no_manager_any_more(mailbox: Mailbox) -> None:
    world = mailbox.world
    address = proposed(mailbox)
    world.add_manager("Eva Holm")
    body: dict[str, Any] = {"permissions": []}
    assert world.call("change_user", who="eva", user_id=world.accounts["dana"], body=body).status
    answer = mailbox.write("YES", to=address)
    assert answer["reason"] == "not_a_user_manager"
    assert "Nothing was changed." in words_of(mailbox.sent[-1])
    assert world.counts("billing")[0] == 1


def test_a_missing_clinic_completes_the_request(mailbox: Mailbox) -> None:
    """The reply may consist of that alone."""
    mailbox.write("Please add 2 billing licenses.")
    assert "Add 2 billing licenses at ___" in words_of(mailbox.sent[-1])
    address = reply_to(mailbox.sent[-1])
    answer = mailbox.write("Lakeside", to=address)
    assert (answer["intent"], answer["clinic"]) == ("add", OTHER_CLINIC)
    assert mailbox.world.counts("billing", OTHER_CLINIC)[0] == 3
    assert mailbox.write("Main Street", to=address)["reason"] == "already_answered"
    assert mailbox.world.counts("billing")[0] == 1


def test_what_else_a_reply_says_is_a_mail_of_its_own(mailbox: Mailbox) -> None:
    """A new request at the address of an old answer."""
    address = proposed(mailbox)
    answer = mailbox.write("Please add 1 assistant license at Lakeside.", to=address)
    assert answer["lines"] == [{"action": "add", "license_type": "assistant", "quantity": 1}]
    assert mailbox.world.counts("billing")[0] == 1
    assert mailbox.write("YES", to=address)["intent"] == "add"


def test_undo_takes_back_what_the_mail_did(mailbox: Mailbox) -> None:
    """In all its clinics, and the other managers are told."""
    world = mailbox.world
    before = {clinic: world.status(clinic)["licenses"] for clinic in (CLINIC, OTHER_CLINIC)}
    address = applied(
        mailbox,
        "Please add 2 billing licenses at Main Street and 1 assistant license at Lakeside.",
    )
    sent = len(mailbox.sent)
    answer = mailbox.write("UNDO", to=address)
    assert (answer["intent"], answer["lines"], answer["clinic"]) == ("undo", [], None)
    assert {line["clinic"] for line in answer["undone"]} == {CLINIC, OTHER_CLINIC}
    for clinic, licenses in before.items():
        now = world.status(clinic)["licenses"]
        assert [of["purchased"] for of in now] == [of["purchased"] for of in licenses]
    history = world.listed("list_history")[0]
    assert (history["action"], history["channel"]) == ("adjustment_cancelled", "email")
    assert [mail["Destination"]["ToAddresses"] for mail in mailbox.sent[sent:]] == [[DANA], [PAT]]
    assert "undid a license change by email" in words_of(mailbox.sent[-1])
    assert mailbox.write("UNDO", to=address)["reason"] == "already_answered"


def test_undo_of_what_was_cancelled_on_the_page_says_so(mailbox: Mailbox) -> None:
    world = mailbox.world
    address = applied(mailbox)
    rows = world.listed("list_license_adjustments")
    cancelled = world.call("cancel_license_adjustment", adjustment_id=rows[0]["adjustment_id"])
    assert cancelled.status == 200
    answer = mailbox.write("undo", to=address)
    assert (answer["intent"], answer["reason"]) == ("none", "already_undone")
    assert world.counts("billing")[0] == 1


def test_undo_of_what_has_lapsed_says_why_it_was_not_made(mailbox: Mailbox) -> None:
    address = applied(mailbox)
    (item,) = mailbox.world.items(begins="ADJUSTMENT")
    why = {"S": "1 billing license was to be released, but 0 were available."}
    mailbox.world.write(item | {"status": {"S": "lapsed"}, "lapsed": why})
    assert mailbox.write("undo", to=address)["reason"] == "already_undone"
    said = words_of(mailbox.sent[-1])
    assert f"That change was not made: {why['S']}" in said
    assert "canceled" not in said


def test_undo_is_refused_by_the_rules_of_a_cancellation(mailbox: Mailbox) -> None:
    """A later change of the same type comes first; then the same reply works."""
    first = applied(mailbox)
    second = applied(mailbox, "Please add 1 billing license at Main Street.")
    answer = mailbox.write("UNDO", to=first)
    assert (answer["intent"], answer["reason"]) == ("ask_back", "later_adjustment")
    assert "reply UNDO" in words_of(mailbox.sent[-1])
    assert mailbox.world.counts("billing")[0] == 4
    assert mailbox.write("UNDO", to=second)["intent"] == "undo"
    assert mailbox.write("UNDO", to=first)["intent"] == "undo"
    assert mailbox.world.counts("billing")[0] == 1


def test_undo_of_what_is_invoiced_promises_no_second_try(mailbox: Mailbox) -> None:
    """It can never succeed: only a new request can."""
    address = applied(mailbox)
    rows = mailbox.world.listed("list_license_adjustments")
    mailbox.world.invoiced(rows[0])
    answer = mailbox.write("UNDO", to=address)
    assert (answer["intent"], answer["reason"]) == ("ask_back", "already_invoiced")
    told = words_of(mailbox.sent[-1])
    assert "reply UNDO" not in told
    assert "Reply with the whole change you want." in told
    assert "2 billing licenses added" in told
    assert "body=UNDO" not in words_of(mailbox.sent[-1], "html")


def test_undo_of_a_clinic_without_mail_requests_is_refused(mailbox: Mailbox) -> None:
    address = applied(mailbox)
    mailbox.world.call("change_clinic", who="staff", body={"email_requests": False})
    assert mailbox.write("UNDO", to=address)["reason"] == "email_requests_off"
    assert mailbox.world.counts("billing")[0] == 3


def test_the_table_does_not_tell_how_to_reply(mailbox: Mailbox) -> None:
    """Once the answer is out, only a hash of its address is kept."""
    address = proposed(mailbox)
    token = address.partition("+")[2].partition("@")[0]
    assert len(token) == 32
    assert token not in str(mailbox.world.table())


def test_the_answer_links_to_the_filled_in_form(
    mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Text and HTML alike; the HTML has the reply as a link, too."""
    monkeypatch.setenv("PAGE_URL", "https://licenses.example/")
    address = proposed(mailbox, "Please add 2 billing and 1 PTA license at Main Street.")
    link = f"https://licenses.example/#/clinics/{CLINIC}?add=billing:2,assistant:1"
    assert link in words_of(mailbox.sent[-1])
    html = told(mailbox.sent[-1]).replace("=\n", "").replace("=3D", "=")
    assert f'href="{link}"' in html
    assert f'href="mailto:{address}?body=YES"' in html


def test_a_request_for_a_day_is_proposed_and_scheduled(mailbox: Mailbox) -> None:
    """Nothing changes until then; UNDO takes it back."""
    answer = mailbox.write("Please add 2 billing licenses at Main Street at the next renewal.")
    assert (answer["intent"], answer["lines"]) == ("ask_back", [])
    said = words_of(mailbox.sent[-1])
    assert "we'll schedule this change" in said
    assert "Effective: the next renewal" in said
    answer = mailbox.write("YES", to=reply_to(mailbox.sent[-1]))
    assert answer["lines"] == [{"action": "add", "license_type": "billing", "quantity": 2}]
    words = words_of(mailbox.sent[-1])
    assert "Scheduled for " in words
    assert "2 billing licenses to be added at " in words
    assert mailbox.world.counts("billing")[0] == 1
    (waiting,) = mailbox.world.status()["scheduled_adjustments"]
    assert waiting["changes"] == [{"license_type": "billing", "change": 2}]

    undone = mailbox.write("UNDO", to=reply_to(mailbox.sent[-1]))
    assert undone["undone"]
    assert mailbox.world.status()["scheduled_adjustments"] == []


def test_what_a_vague_request_said_need_not_be_said_again(mailbox: Mailbox) -> None:
    """Verb and clinic are understood, and the rest may come alone."""
    mailbox.write("Please add licenses.", sender=PAT)
    said = words_of(mailbox.sent[-1])
    assert "We understood: Add ___ ___ licenses at Lakeside Rehab" in said
    assert "Please tell us how many licenses and which license type" in said
    answer = mailbox.write("Two billing", sender=PAT, to=reply_to(mailbox.sent[-1]))
    assert (answer["intent"], answer["lines"][0]["quantity"]) == ("add", 2)


def test_undo_that_answers_nothing_says_where_to_cancel(mailbox: Mailbox) -> None:
    mailbox.write("UNDO")
    assert "can be canceled on the page" in words_of(mailbox.sent[-1])
