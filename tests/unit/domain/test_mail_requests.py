"""A mail that was understood and the letters that it caused."""

from dataclasses import replace
from datetime import timedelta

from licensing.domain.mail_requests import (
    Answerable,
    Delivery,
    MailRequest,
    Outgoing,
    stand_in,
)
from licensing.domain.notices import Letter
from tests.unit.domain.builders import HALF, MILLISECOND


def test_of_what_went_out_neither_text_nor_address_is_kept() -> None:
    letter = Outgoing(("bo@mainstreet.example",), Letter("Done", "Two.", "<p>Two.</p>"), {})

    assert letter.come_to(Delivery.SENT) == Outgoing(
        (stand_in("bo@mainstreet.example"),), Letter("", "", ""), {}, delivery=Delivery.SENT
    )


def test_what_stands_for_an_address_is_short_and_always_the_same() -> None:
    assert stand_in("ana@mainstreet.example") == stand_in("ana@mainstreet.example")
    assert len(stand_in("ana@mainstreet.example")) == 16


def test_of_a_letter_that_was_given_up_only_its_sender_knows_more() -> None:
    letter = Outgoing(("ana@mainstreet.example",), Letter("Done", "", ""), {}, Delivery.SENDING)
    unknown = letter.come_to(Delivery.UNKNOWN)
    assert unknown.recipients == (stand_in("ana@mainstreet.example"),)
    assert unknown.come_to(Delivery.QUEUED) == unknown
    sent = unknown.come_to(Delivery.SENT)
    assert sent == replace(unknown, delivery=Delivery.SENT)
    assert sent.come_to(Delivery.UNKNOWN) == sent


def test_what_is_given_up_leaves_what_went_out_as_it_is() -> None:
    queued, sending = (
        Outgoing((f"{state}@mainstreet.example",), Letter("Done", "", ""), {}, state)
        for state in (Delivery.QUEUED, Delivery.SENDING)
    )
    letters = queued, sending.come_to(Delivery.SENT)
    mail = MailRequest("digest", "ana", HALF, "mails/1", {}, {}, letters)
    assert not mail.is_settled
    after = mail.given_up()
    assert after.is_settled
    assert [letter.delivery for letter in after.letters] == [Delivery.DROPPED, Delivery.SENT]
    assert after.letters[1] == mail.letters[1]
    assert after.letters[0].recipients == (stand_in("queued@mainstreet.example"),)


def test_a_reply_has_its_effect_once_and_within_a_week() -> None:
    answer = Answerable("digest", "ana", HALF, b"")
    last = HALF + timedelta(days=7)

    assert answer.is_open(last - MILLISECOND)
    assert not answer.is_open(last)
    assert not replace(answer, used=True).is_open(HALF)
