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


def test_each_letter_is_delivered_by_itself() -> None:
    letters = tuple(
        Outgoing((f"{name}@mainstreet.example",), Letter("Done", "", ""), {"Reply-To": name})
        for name in ("ana", "bo")
    )
    mail = MailRequest("digest", "ana", HALF, "mails/1", {}, {}, letters)

    after = mail.with_letter(1, letters[1].come_to(Delivery.SENT))

    # What went out needs neither its text nor its addresses any more.
    sent = Outgoing(
        (stand_in("bo@mainstreet.example"),), Letter("", "", ""), {}, delivery=Delivery.SENT
    )
    assert after == replace(mail, letters=(letters[0], sent))
    assert mail.letters == letters
    assert mail.with_letter(0, sent).letters == (sent, letters[1])


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
    mail = MailRequest("digest", "ana", HALF, "mails/1", {}, {}, (queued, sending))
    mail = mail.with_letter(1, sending.come_to(Delivery.SENT))
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
