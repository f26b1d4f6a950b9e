"""What is known about a mail address: whether mail may go there, and what came from it lately."""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple, Self

MOST_REPLIES_AN_HOUR, MOST_REPLIES_A_DAY = 5, 20
MOST_NEWS_A_DAY = 20
"""Mails that an address did not ask for, in a day; confirmations are not among them."""
_HOUR, _DAY = timedelta(hours=1), timedelta(days=1)
SAME_WORDS_WITHIN = timedelta(minutes=10)
"""Two mails with the same words, so close to each other, may well be one that was sent twice."""
_MOST_REQUESTS = 20
ADDRESSES_KEPT_FOR = timedelta(days=2)
"""How long is known what came from an address and went there; the caps look back a day."""


class AppliedRequest(NamedTuple):
    """A mailed request that was applied."""

    words: str
    """Stands for the mail's words; they can't be read from it."""
    arrived_at: datetime


@dataclass(frozen=True, slots=True)
class MailAddress:
    """An address that mail bounced from, or whose mails were answered lately."""

    address: str
    suppressed_because: str | None = None
    suppressed_at: datetime | None = None
    replied_at: tuple[datetime, ...] = ()
    """When the last day's replies were written, oldest first; never more than its cap."""
    told_at: tuple[datetime, ...] = ()
    """When the last day's news were sent, oldest first; never more than its cap."""
    requests: tuple[AppliedRequest, ...] = ()
    """The latest requests that were applied, in the order of acting on them."""
    version: int = 1

    @property
    def is_blank(self) -> bool:
        """Whether there is nothing to know."""
        return self.takes_mail and not (self.replied_at or self.told_at or self.requests)

    @property
    def takes_mail(self) -> bool:
        """Whether mail may be sent there."""
        return self.suppressed_at is None

    def with_suppression(self, because: str, now: datetime) -> Self:
        """Return the address as one that mail must not go to."""
        return replace(self, suppressed_because=because, suppressed_at=now)

    def without_suppression(self) -> Self:
        """Return the address as one that mail may go to again."""
        return replace(self, suppressed_because=None, suppressed_at=None)

    def may_be_answered(self, now: datetime, *, replying: bool = False) -> bool:
        """Return whether one more reply stays within the caps, so that no loop runs long.

        What accepts or completes an answer of ours is bound by the day only: each such answer
        can be used once.
        """
        within_an_hour = sum(now - moment < _HOUR for moment in self.replied_at)
        within_a_day = len(_last_day(self.replied_at, now))
        return (
            self.takes_mail
            and (replying or within_an_hour < MOST_REPLIES_AN_HOUR)
            and within_a_day < MOST_REPLIES_A_DAY
        )

    def with_reply(self, now: datetime) -> Self:
        """Return the address with one more reply counted."""
        return replace(self, replied_at=(*_last_day(self.replied_at, now), now))

    def may_be_told(self, now: datetime) -> bool:
        """Return whether one more mail that nobody there asked for may be sent today."""
        return self.takes_mail and len(_last_day(self.told_at, now)) < MOST_NEWS_A_DAY

    def with_news(self, now: datetime) -> Self:
        """Return the address with one more of those counted."""
        return replace(self, told_at=(*_last_day(self.told_at, now), now))

    def has_just_asked(self, words: str, arrived: datetime) -> bool:
        """Return whether a request with the same words was applied minutes before or after."""
        return any(
            request.words == words and abs(arrived - request.arrived_at) < SAME_WORDS_WITHIN
            for request in self.requests
        )

    def with_request(self, words: str, arrived: datetime) -> Self:
        """Return the address with one more applied request."""
        # Counted, not timed: a mail that comes late must not push out those that came before it.
        requests = (*self.requests, AppliedRequest(words, arrived))
        return replace(self, requests=requests[-_MOST_REQUESTS:])


def _last_day(moments: tuple[datetime, ...], now: datetime) -> tuple[datetime, ...]:
    return tuple(moment for moment in moments if now - moment < _DAY)
