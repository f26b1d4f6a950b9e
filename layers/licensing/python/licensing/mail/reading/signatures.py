"""What may stand below a mail's words without saying anything: names, ways to reach somebody.

This is a list of what is allowed. A line that it does not know is not dropped.
"""

import re
from collections.abc import Sequence
from typing import Final

from licensing.mail import lexicon
from licensing.mail.reading.boundaries import LOOKED_AT, words

_CREDENTIALS: Final = lexicon.words("structure", "credentials")
_TITLES: Final = lexicon.words("structure", "titles")
_KNOWN: Final = _TITLES | lexicon.words("structure", "labels")
_CLOSING: Final = lexicon.words("structure", "closing")
_SURELY_CLOSING: Final = lexicon.words("structure", "surely closing")
_SENT_FROM: Final = re.compile(
    rf"\s{{0,9}}(?:{lexicon.pattern('structure', 'sent from')})(?:<[^<>\s]{{1,100}}>)?"
    r"(?:,? (?:please )?(?:excuse|pardon|forgive)[\w ,/&-]{0,40})?[.!]?\s{0,9}",
    re.IGNORECASE,
)
_CONTACT: Final = re.compile(lexicon.pattern("structure", "ways to reach somebody"), re.IGNORECASE)
_STREET: Final = re.compile(lexicon.pattern("structure", "streets"))
_NOTICE: Final = re.compile(lexicon.pattern("structure", "notices"), re.IGNORECASE)
_LONGEST_NOTICE: Final = 3000


def is_sent_from(line: str) -> bool:
    """Whether a mail program wrote the line to name itself."""
    return bool(_SENT_FROM.fullmatch(line[:LOOKED_AT]))


def is_notice(paragraph: str, *, begun: bool = False) -> bool:
    """Whether each sentence of a paragraph is a gateway's banner's or a disclaimer's.

    ``begun``: below a signature one that begins as a disclaimer is one.
    """
    if len(paragraph) > _LONGEST_NOTICE:
        return False
    sentences = [each for each in re.split(r"(?<=[.!?])\s+", paragraph) if words(each)]
    told = [bool(_NOTICE.search(each)) for each in sentences]
    mine = re.search(r"\b(?:I|me|my|I'[a-z]+)\b", paragraph)
    return bool(told) and (told[0] if begun else all(told)) and not mine


def is_closing(line: str) -> bool:
    """Whether a line takes leave: thanks, regards."""
    said = [word.lower().rstrip(".") for word in words(line[:LOOKED_AT])]
    return 0 < len(said) <= 8 and set(said) <= _CLOSING and bool(set(said) & _SURELY_CLOSING)


def signed_at(line: str, names: frozenset[str]) -> int | None:
    """Return where the sender's name begins in a line that signs with it, or None.

    Words of leave may stand before the name, credentials and ways to reach the sender behind it.
    """
    if len(line) > LOOKED_AT or line.rstrip().endswith((":", "?", "\uff1a")):
        return None
    head = re.split(r"[,|(/\u2022\u00b7]|\s[-\u2013\u2014]\s", line)
    at = 0
    for part in head:
        parts = words(part)
        own = [word for word in parts if is_own(word, names)]
        if len(own) > 1:  # "Dana M. Reyes"
            own = [word for word in parts if is_own(word, names) or len(word.strip(".")) == 1]
        titles = {word for word in parts if word.lower().replace(".", "") in _CREDENTIALS}
        if own and all(word in own or word in titles or _closes(word) for word in parts):
            start = line.index(own[0], at)
            behind = line[start:]
            for word in own:
                behind = behind.replace(word, " ", 1)
            letters = len(own[0].strip(".")) == 1 and len(own) == 1 and len(words(line)) > 1
            return None if letters or not fits_signature(behind, names) else start
        if parts and not all(map(_closes, parts)):
            return None
        at += len(part)
    return None


def is_own(word: str, names: frozenset[str]) -> bool:
    """Return whether a word is a part or a short form of the sender's name."""
    bare = word.lower().strip(".-'\u2019")
    if bare in names or (len(bare) == 1 and any(name.startswith(bare) for name in names)):
        return True
    pairs = [(bare, name) for name in names if min(len(bare), len(name)) > 2]
    return word[0].isupper() and any(
        one.startswith(other) or other.startswith(one) for one, other in pairs
    )  # Patricia signs as Pat, and Pat as Patricia


def _closes(word: str) -> bool:
    return word.lower().rstrip(".") in _CLOSING


def _titled(said: Sequence[str]) -> bool:
    return all(word[0].isupper() for word in said)


def fits_signature(line: str, names: frozenset[str]) -> bool:
    """Whether a line holds only names, credentials, titles, addresses, and ways to reach one."""
    if len(line) > LOOKED_AT:
        return False
    bare = _CONTACT.sub(" ", _STREET.sub(" ", line))
    found = bare != line
    said = words(bare)
    if not said:
        return not re.search(r"[\d\w?]", bare)
    if re.search(r"\d", bare) or re.search(r"[!?]|\.\s*$", bare):
        return False
    known = [word for word in said if _known(word, names)]
    other = [word for word in said if not _known(word, names)]
    titles = any(word.lower().strip(".") in _TITLES for word in said)
    capitals = _titled(other) and not any(word.isupper() and len(word) > 3 for word in other)
    if len(said) <= 3 and said[-1].lower() in names:
        return _titled(said)
    few = len(said) <= 12 and len(other) <= 5 and capitals
    return not other or (few and (titles or found) and bool(known or found))


def _known(word: str, names: frozenset[str]) -> bool:
    bare = word.lower().strip(".-'\u2019")
    return bare in names or bare in _KNOWN or bare.replace(".", "") in _CREDENTIALS
