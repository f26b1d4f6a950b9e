"""A mail that was understood, and what became of it."""

from dataclasses import replace
from datetime import timedelta

from licensing.domain.mail_requests import Answerable, MailRequest
from licensing.domain.outgoing import Delivery, Letter, Outgoing, stand_in
from tests.unit.domain.builders import HALF, MILLISECOND


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
