"""Mail addresses that mail must not go to."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class MailAddress:
    """What is known about an address: whether it bounced or complained."""

    address: str
    suppressed_because: str | None = None
    suppressed_at: datetime | None = None
    version: int = 1

    @property
    def takes_mail(self) -> bool:
        """Whether mail may be sent there."""
        return self.suppressed_at is None
