"""Mail that nobody asked for: what a clinic's User Managers are told, and who wants which kind."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from licensing.domain.notice_settings import NoticeSettings
from licensing.domain.outgoing import Outgoing, Said

NOTICES_KEPT_FOR = timedelta(days=90)
"""How long a notice is known, so that nobody is told the same thing again."""


class Kind(StrEnum):
    """What a notice is about; each but ``news`` can be switched off by each User Manager."""

    FEW_LEFT = "few_left"
    BEFORE_RENEWAL = "before_renewal"
    INVOICE_FINALIZED = "invoice_finalized"
    PRICE_RISE = "price_rise"
    NEWS = "news"
    """What happened to the clinic, such as a scheduled release that found no free license."""


def wants(settings: NoticeSettings, kind: Kind) -> bool:
    """Return whether notices of a kind are to be sent; those of few licenses by their type."""
    # The others are switched by settings of their names.
    return kind in (Kind.FEW_LEFT, Kind.NEWS) or bool(getattr(settings, kind))


@dataclass(frozen=True, slots=True)
class Notice:
    """Something to tell a clinic's User Managers once.

    The transaction that writes it is the cause; the table's stream has it sent.
    """

    clinic_id: str
    cause: str
    """Stands for what it tells, within the clinic: letters, digits, ``-`` and ``_``."""
    kind: Kind
    written_at: datetime
    said: Said | None = None
    """None where its kind says it as it is sent, and as soon as its letters are written."""
    addresses: tuple[str, ...] = ()
    """Whom it goes to, if not to all who are User Managers when it is sent."""
    letters: tuple[Outgoing, ...] | None = None
    """None until they are written, one for each recipient."""
    version: int = 1

    @property
    def is_settled(self) -> bool:
        """Whether nothing of it is left to send."""
        return self.letters is not None and not any(one.is_open for one in self.letters)


def news(clinic_id: str, cause: str, said: Said, *, now: datetime) -> Notice:
    """Return what tells a clinic's User Managers something once.

    Insert it in the transaction of what it tells of: the same cause is told once.
    """
    return Notice(clinic_id, cause, Kind.NEWS, now, said)
