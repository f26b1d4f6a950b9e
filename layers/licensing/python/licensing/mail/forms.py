"""Lines with a label: ``Reason: Ann left``, ``Clinic: Lakeside``, and forms made of them."""

import re
from dataclasses import dataclass
from typing import Final

from licensing.domain.adjustments import Action
from licensing.domain.licenses import LicenseType
from licensing.mail.clinic_names import ClinicNames
from licensing.mail.items import ItemParser, Order
from licensing.mail.tokens import tokens_of, without_softeners, words_of
from licensing.mail.vocabulary import Kind

_LABELS: Final = {
    "reason": r"(?:the )?(?:reason|explanation|justification|why|rationale)"
    r"(?: for (?:the )?(?:removal|release|removing|change|request|removals|reduction))?",
    "clinic": r"(?:our |for )?(?:clinic|location|site|practice|branch|facility)(?: name)?",
    "action": r"(?:action|type of change|change type|request type|type of request|change"
    r"|requested change|what)",
    "type": r"(?:license type|type|role|license|type of license|license types|seat type)",
    "quantity": r"(?:quantity|qty|number|count|how many|number of licenses|no\. of licenses|amount"
    r"|number of seats|license count)",
    "when": r"(?:effective date|effective|when|start date|date needed|needed by|timing|urgency)",
}
_LINE: Final = re.compile(
    "|".join(f"(?P<{name}>{pattern})" for name, pattern in _LABELS.items()), re.IGNORECASE
)
_SPLIT: Final = re.compile(r"\s*([A-Za-z][A-Za-z. ]{1,40}?)\s*(?::|=|\t|\s-\s|\s\u2013\s)\s*(\S.*)")


def labelled(line: str) -> tuple[str, str] | None:
    """Return which label a line begins with, and what stands behind it."""
    parted = _SPLIT.fullmatch(line)
    if parted is None:
        return None
    label = _LINE.fullmatch(" ".join(parted[1].split()))
    return None if label is None else (str(label.lastgroup), parted[2].strip())


@dataclass(slots=True)
class Form:
    """The fields of a form as they are read, one line each."""

    action: Action | None = None
    license_type: LicenseType | None = None
    quantity: int | None = None
    clinic_id: str | None = None

    @property
    def begun(self) -> bool:
        """Whether any field but the clinic was read."""
        return (self.action, self.license_type, self.quantity) != (None, None, None)

    def take(self, label: str, value: str, names: ClinicNames) -> bool:
        """Read one field; False if its value is anything but that."""
        words = without_softeners(words_of(value.rstrip(" .")))
        tokens = tokens_of(words, names.find(words))
        parser = ItemParser(tokens)
        if label == "clinic":
            clinic_id = parser.clinic()
            self.clinic_id = clinic_id
            return clinic_id is not None and parser.peek() is None
        if label == "when":
            return parser.take_all(Kind.NOW) > 0 and parser.peek() is None
        if label == "quantity":
            return self._take_quantity(parser)
        if label == "type":
            license_type = parser.license_type()
            parser.take(Kind.LICENSE)
            fresh = self.license_type is None and license_type is not None
            self.license_type = license_type
            return fresh and parser.peek() is None
        return self._take_action(parser)

    def _take_quantity(self, parser: ItemParser) -> bool:
        quantity = parser.quantity()
        parser.take_all(Kind.MORE, Kind.LICENSE)
        fresh = self.quantity is None and quantity is not None
        self.quantity = quantity
        return fresh and parser.peek() is None

    def _take_action(self, parser: ItemParser) -> bool:
        verb = parser.take(Kind.ADD, Kind.ADDING, Kind.REMOVE, Kind.REMOVING)
        parser.take_all(Kind.MORE, Kind.LICENSE)
        if verb is None or self.action is not None or parser.peek() is not None:
            return False
        self.action = Action.ADD if verb.kind in (Kind.ADD, Kind.ADDING) else Action.REMOVE
        return True

    def order(self) -> Order | None:
        """Return the form as a line of a request once nothing is missing."""
        if self.action is None or self.license_type is None or self.quantity is None:
            return None
        return Order(self.action, self.license_type, self.quantity, self.clinic_id)
