"""Which letters went to a clinic's people, and how each fared."""

from dataclasses import replace

from licensing.domain.clinic_mails import ClinicMail, SentLetter, sent_letters
from licensing.domain.keys import letters_key, mail_key, notice_key
from licensing.domain.mail_requests import MailRequest
from licensing.domain.notices import Kind, Notice
from licensing.domain.outgoing import Delivery, Letter, Outgoing
from tests.unit.domain.builders import HALF, user

ANA = user()
BO = user(user_id="bo", email="bo@mainstreet.example")
LISTED = ClinicMail("main-street", "1", digest="digest")
TOLD = ClinicMail("main-street", "2", cause="closed")


def letter(*recipients: str) -> Outgoing:
    return Outgoing(recipients, Letter("Done", "", ""), {})


def test_letters_are_those_of_the_mail_or_of_the_notice() -> None:
    assert letters_key(LISTED) == mail_key("digest")
    assert letters_key(TOLD) == notice_key("main-street", "closed")


def test_the_first_letter_of_a_mail_answers_it_and_others_hear_of_it() -> None:
    letters = (
        letter(ANA.email).come_to(Delivery.SENT),
        letter(BO.email, "pat@lakeside.example"),
        letter("pat@lakeside.example").come_to(Delivery.SENT),
        letter()._replace(delivery=Delivery.DROPPED),
    )
    mail = MailRequest("digest", "ana", HALF, "mails/1", {}, {"intent": "add"}, letters)

    # Whom it told in another clinic, that one's list tells.
    assert [*sent_letters([(LISTED, mail)], [ANA, BO])] == [
        SentLetter("1", "answer", HALF, "add", ANA, Delivery.SENT),
        SentLetter("1", "news_of_mail", HALF, None, BO, Delivery.QUEUED),
        SentLetter("1", "news_of_mail", HALF, None, None, Delivery.DROPPED),
    ]


def test_what_a_mail_scheduled_is_no_change_that_was_made() -> None:
    outcome = {"intent": "add", "scheduled": True}
    mail = MailRequest("digest", "ana", HALF, "mails/1", {}, outcome, (letter(ANA.email),))
    (answer,) = sent_letters([(LISTED, mail)], [ANA])
    assert answer.intent == "schedule"


def test_a_notice_went_to_each_by_itself_or_was_dropped() -> None:
    gone, dropped = letter("who@left.example"), letter()._replace(delivery=Delivery.DROPPED)
    letters = (letter(BO.email).come_to(Delivery.UNKNOWN), gone, dropped)
    notice = Notice("main-street", "closed", Kind.PRICE_RISE, HALF, letters=letters)

    assert [*sent_letters([(TOLD, notice)], [ANA, BO])] == [
        SentLetter("2", "price_rise", HALF, None, BO, Delivery.UNKNOWN),
        SentLetter("2", "price_rise", HALF, None, None, Delivery.QUEUED),
        SentLetter("2", "price_rise", HALF, None, None, Delivery.DROPPED),
    ]


def test_what_is_kept_no_longer_or_is_not_written_yet_is_left_out() -> None:
    unwritten = Notice("main-street", "closed", Kind.NEWS, HALF)
    written = replace(unwritten, letters=(letter(ANA.email),))
    mails = [(LISTED, None), (TOLD, unwritten), (TOLD, written)]
    assert [sent.to for sent in sent_letters(mails, [ANA])] == [ANA]
