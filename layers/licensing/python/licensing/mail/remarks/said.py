"""What is said beside the requests, and what it means for them."""

from dataclasses import dataclass
from typing import Final

from licensing.domain.licenses import LicenseType
from licensing.mail.doubts import Doubt
from licensing.mail.language.tokens import Token
from licensing.mail.remarks.causes import Cause


@dataclass(frozen=True, slots=True)
class Remark:
    """Words beside a request, and what they are."""

    tokens: tuple[Token, ...]
    opening: str
    opened_by: str
    attached: bool = False
    """They stand in a sentence that asks for something."""
    question: bool = False
    quantities: frozenset[int] = frozenset()
    """The numbers of licenses that are asked for."""
    types: frozenset[LicenseType] = frozenset()
    """The types that are asked for."""
    near: bool = False
    """It stands right beside a sentence that asks for licenses to be released."""
    releasing: bool = False
    """The mail asks to release licenses: what tells why is part of the request."""
    weight: float = 0.0
    """How much its sentence speaks against the requests, by the examples."""
    own_weight: float = 0.0
    """How much its words alone do."""


@dataclass(frozen=True, slots=True)
class Judgment:
    """What a remark means for the requests."""

    doubt: Doubt | None = None
    words: str = ""
    reason: bool = False
    """It may tell why licenses are released."""
    cause: Cause = Cause.NONE
    """How far it does."""
    news: bool = False
    """It tells something of people or things."""
    attached: bool = False
    """It speaks of an attachment, or of another mail."""


FINE: Final = Judgment()
