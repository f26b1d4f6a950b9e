"""Text that people type: normalized, visible, and of a sensible length."""

import unicodedata

# Unassigned, private and surrogate code points and controls. Format characters (Cf) hide or
# reorder text; joiners inside emoji and some scripts are the exception.
_REFUSED = {"Cc", "Cn", "Co", "Cs"}
_JOINERS = {"\u200c", "\u200d"}


def visible_text(value: str, *, shortest: int, longest: int, lines: bool = False) -> str:
    """Return the text in NFC with its ends trimmed; raises ValueError saying what is wrong.

    ``shortest`` counts characters that can be seen, ``longest`` all that were sent.
    """
    if len(value) > longest:
        raise ValueError(f"Write at most {longest} characters; these are {len(value)}.")
    if any("\ud800" <= character <= "\udfff" for character in value):
        raise ValueError("This text holds half a character (a lone surrogate). Type it again.")
    text = unicodedata.normalize("NFC", value).strip()
    if lines:
        text = text.replace("\r\n", "\n")
    for character in text:
        category = unicodedata.category(character)
        allowed = character in _JOINERS or (lines and character in "\n\t")
        if not allowed and (category in _REFUSED or category == "Cf"):
            raise ValueError("This text holds an invisible or control character. Remove it.")
    seen = sum(not character.isspace() and character not in _JOINERS for character in text)
    if seen < shortest:
        unit = "character" if shortest == 1 else "characters"
        raise ValueError(f"Write at least {shortest} visible {unit}.")
    return text
