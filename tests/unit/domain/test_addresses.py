"""What is known about a mail address: bounces, replies, and mails that were sent twice."""

from datetime import timedelta

import pytest

from licensing.domain.addresses import (
    MOST_REPLIES_A_DAY,
    MOST_REPLIES_AN_HOUR,
    SAME_WORDS_WITHIN,
    AppliedRequest,
    MailAddress,
)
from tests.unit.domain.builders import HALF, MILLISECOND

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
ANA = MailAddress("ana@mainstreet.example")


def replied(*ages: timedelta) -> MailAddress:
    """Return the address with replies that are so old, the oldest first."""
    return MailAddress(ANA.address, replied_at=tuple(HALF - age for age in ages))


def test_no_mail_goes_to_an_address_that_bounced() -> None:
    bounced = ANA.with_suppression("bounce", HALF)

    assert bounced == MailAddress(ANA.address, "bounce", HALF)
    assert ANA.takes_mail
    assert not bounced.takes_mail
    assert not bounced.may_be_answered(HALF)


def test_staff_can_let_mail_go_there_again() -> None:
    known = replied(HOUR)

    assert known.with_suppression("bounce", HALF).without_suppression() == known


def test_five_replies_an_hour_are_enough() -> None:
    assert MOST_REPLIES_AN_HOUR == 5
    assert replied(*[HOUR - MILLISECOND] * 4).may_be_answered(HALF)
    assert not replied(*[HOUR - MILLISECOND] * 5).may_be_answered(HALF)
    assert replied(*[HOUR] * 5).may_be_answered(HALF)


def test_twenty_replies_a_day_are_enough() -> None:
    assert MOST_REPLIES_A_DAY == 20
    assert replied(*[DAY - MILLISECOND] * 19).may_be_answered(HALF)
    assert not replied(*[DAY - MILLISECOND] * 20).may_be_answered(HALF)
    assert replied(*[DAY] * 20).may_be_answered(HALF)


def test_replies_are_remembered_for_a_day() -> None:
    address = replied(DAY, DAY - MILLISECOND).with_reply(HALF)

    assert address.replied_at == (HALF - DAY + MILLISECOND, HALF)


def test_twenty_news_a_day_are_enough() -> None:
    told = ANA
    for before in (DAY, *[DAY - MILLISECOND] * 19):
        told = told.with_news(HALF - before)

    assert told.told_at[1:] == (HALF - DAY + MILLISECOND,) * 19
    assert told.may_be_told(HALF)
    assert not told.with_suppression("bounce", HALF).may_be_told(HALF)
    assert told.with_news(HALF).told_at == (*told.told_at[1:], HALF)
    assert not told.with_news(HALF).may_be_told(HALF)


@pytest.mark.parametrize("apart", [SAME_WORDS_WITHIN, -SAME_WORDS_WITHIN])
def test_the_same_words_within_ten_minutes_may_be_one_mail(apart: timedelta) -> None:
    asked = ANA.with_request("digest", HALF)
    closer = apart - MILLISECOND if apart > timedelta() else apart + MILLISECOND

    assert timedelta(minutes=10) == SAME_WORDS_WITHIN
    assert asked.has_just_asked("digest", HALF + closer)
    assert not asked.has_just_asked("digest", HALF + apart)
    assert not asked.has_just_asked("other", HALF)


def test_the_latest_twenty_requests_are_remembered() -> None:
    address = ANA
    for number in range(21):
        address = address.with_request(f"{number}", HALF)

    assert address.requests == tuple(AppliedRequest(f"{number}", HALF) for number in range(1, 21))
    assert not address.has_just_asked("0", HALF)
