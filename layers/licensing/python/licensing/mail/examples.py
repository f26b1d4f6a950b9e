"""Ready sentences: how a clear request reads, made of what was understood of an unclear one."""

from collections.abc import Sequence
from typing import Final

from licensing.domain.adjustments import Action, Line, lines_in_words
from licensing.domain.licenses import LicenseType
from licensing.mail.clinic_names import Clinic
from licensing.mail.items import ItemParser
from licensing.mail.remarks import CHANGE_VERBS, REMOVE_VERBS
from licensing.mail.tokens import Token
from licensing.mail.vocabulary import Kind

_REASON: Final = "a team member has left"


def ready_sentence(lines: Sequence[Line], clinic_name: str, reason: str | None = None) -> str:
    """Return such as ``Please add 2 therapist licenses at Lakeside Rehab.`` as one sentence."""
    removes = any(line.action is Action.REMOVE for line in lines)
    because = f" because {reason or _REASON}" if removes else ""
    return f"Please {lines_in_words(lines)} at {clinic_name}{because}."


def name_of(clinics: Sequence[Clinic], clinic_id: str | None) -> str:
    """Return a clinic's name; the first clinic's where none is certain."""
    names = {clinic.clinic_id: clinic.name for clinic in clinics}
    return names.get(clinic_id or "") or next(iter(names.values()), "your clinic")


def guessed_line(tokens: Sequence[Token]) -> Line:
    """Return a line made of whatever was recognized."""
    verb = next((token.kind for token in tokens if token.kind in CHANGE_VERBS), Kind.ADD)
    action = Action.REMOVE if verb in REMOVE_VERBS else Action.ADD
    for i in range(len(tokens)):
        item = ItemParser(tokens, i).item(signs=True)
        if item is not None:
            return Line(action, item.license_type, item.quantity)
    types = [token.value for token in tokens if isinstance(token.value, LicenseType)]
    numbers = [
        token.value
        for token in tokens
        if token.kind is Kind.QUANTITY and isinstance(token.value, int)
    ]
    return Line(action, (*types, LicenseType.THERAPIST)[0], (*numbers, 1)[0])
