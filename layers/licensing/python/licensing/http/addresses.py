"""Which mail addresses are taken: plain ones, in lower case."""

import re

LONGEST_ADDRESS = 254
_LOCAL = r"[a-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_PLAIN = re.compile(rf"{_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+[a-z][a-z0-9-]{{0,61}}[a-z0-9]")


def is_plain_address(address: str) -> bool:
    """Return whether this is one address without name, comment or quotes."""
    return len(address) <= LONGEST_ADDRESS and _PLAIN.fullmatch(address) is not None
