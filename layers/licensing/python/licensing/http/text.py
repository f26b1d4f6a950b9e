"""Text that people type: normalized, visible, and of a sensible length; and plain addresses."""

import re
import unicodedata

# Unassigned, private and surrogate code points, controls, and separators of lines and paragraphs,
# which would begin a sentence of their own in our mails. Format characters (Cf) hide or reorder
# text; joiners inside emoji and some scripts are the exception.
_REFUSED = {"Cc", "Cn", "Co", "Cs", "Zl", "Zp"}
_JOINERS = {"\u200c", "\u200d"}

_TAKEN = ("licensemanager", "licensestaff", "formeruser")
"""Letters of the names that history and mails have for the product, its staff, who was removed."""
_LOOK_LATIN = ("CYRILLIC", "GREEK")
"""Alphabets of which a letter between Latin ones is taken for one of those."""


def visible_text(value: str, *, shortest: int, longest: int, lines: bool = False) -> str:
    """Return the text in NFC with its ends trimmed; raises ValueError saying what is wrong.

    ``shortest`` counts characters that can be seen, ``longest`` all that were sent.
    """
    if len(value) > longest:
        raise ValueError(f"Enter at most {longest} characters; this has {len(value)}.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("This text contains half a character (a lone surrogate). Type it again.")
    text = unicodedata.normalize("NFC", value).strip()
    if lines:
        text = text.replace("\r\n", "\n")
    for character in text:
        category = unicodedata.category(character)
        allowed = character in _JOINERS or (lines and character in "\n\t")
        if not allowed and (category in _REFUSED or category == "Cf"):
            raise ValueError("This text contains an invisible or control character. Remove it.")
    seen = sum(not character.isspace() and character not in _JOINERS for character in text)
    if seen < shortest:
        unit = "character" if shortest == 1 else "characters"
        raise ValueError(f"Enter at least {shortest} visible {unit}.")
    return text


def visible_name(value: str, *, longest: int) -> str:
    """Return a name as text; raises ValueError also for one that poses as the product itself.

    History, mails and the page name who acts by it. Joiners would hide that two names differ.
    """
    text = visible_text(value, shortest=1, longest=longest)
    if any(character in _JOINERS for character in text):
        raise ValueError("This text contains an invisible or control character. Remove it.")
    bare = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(character for character in bare if character.isalnum())
    if not letters.isascii() and any(map(_mixes_alphabets, re.findall(r"\w+", bare))):
        raise ValueError("A word of this name mixes alphabets. Write it in one.")
    if any(taken in letters for taken in _TAKEN):
        raise ValueError("This name is reserved for the system. Use another one.")
    return text


def _mixes_alphabets(word: str) -> bool:
    of = {unicodedata.name(character, "").partition(" ")[0] for character in word}
    return "LATIN" in of and not of.isdisjoint(_LOOK_LATIN)


LONGEST_ADDRESS = 254
NO_ADDRESS = "This must be one plain email address, such as ana@clinic.example."
_LOCAL = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_TOP = r"[A-Za-z][A-Za-z0-9-]{0,61}[A-Za-z0-9]"
_PLAIN = re.compile(rf"(?=.{{1,64}}@){_LOCAL}(?:\.{_LOCAL})*@(?:{_LABEL}\.)+{_TOP}")


def is_plain_address(address: str) -> bool:
    """Return whether this is one address without name, comment or quotes, in ASCII."""
    return len(address) <= LONGEST_ADDRESS and _PLAIN.fullmatch(address) is not None
