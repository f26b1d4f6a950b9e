"""Which mail addresses are taken: plain ones."""

import re

LONGEST_ADDRESS = 254
NO_ADDRESS = "This must be one plain email address, such as ana@clinic.example."
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_TOP = r"[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
_PLAIN = re.compile(rf"(?=.{{1,64}}@){_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+{_TOP}")


def is_plain_address(address: str) -> bool:
    """Return whether this is one address without name, comment or quotes, in ASCII."""
    return len(address) <= LONGEST_ADDRESS and _PLAIN.fullmatch(address) is not None
