"""The sender's own new words: quotes, forwards, signatures, banners and disclaimers left out.

What is cut away is never read. So cutting is careful in one direction: a line goes only if it is
recognized, and below a signature whatever may be a second thought is kept.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from licensing.mail.html_text import QUOTED_BELOW, SIGNATURE_BELOW, SIGNATURE_ENDS
from licensing.mail.items import ItemParser
from licensing.mail.news import DOUBTFUL
from licensing.mail.tokens import (
    UNREADABLE,
    Token,
    Word,
    plain,
    tokens_of,
    without_softeners,
    words_of,
)
from licensing.mail.vocabulary import WHEN, Kind, listed


@dataclass(frozen=True, slots=True)
class NewText:
    """The sender's words, and what stood beside them."""

    segments: tuple[str, ...]
    """Own text, parted where quoted text stood between."""
    quoted: bool
    """Whether text of others was left out."""
    forwarded: bool
    """Whether a whole mail was passed on below."""

    @property
    def text(self) -> str:
        """All of it."""
        return "\n\n".join(self.segments)


_MOST_OWN: Final = 30_000
"""More than the grammar reads; such a text is not looked at closely."""


def new_text(lines: Sequence[str], names: frozenset[str], *, wrapped: bool) -> NewText:
    """Return the sender's own text; ``wrapped`` if long lines may be broken (plain text)."""
    blocks, quoted, forwarded = _own_blocks([_tidied(line) for line in lines])
    segments: list[str] = []
    long = sum(len(line) for block in blocks for line in block) > _MOST_OWN
    for block in blocks:
        kept = block if long else _without_notices(_without_signature(block, names))
        joined = _unwrapped(kept) if wrapped else kept
        text = "\n".join(joined).strip("\n")
        if text.strip():
            segments.append(text)
    return NewText(tuple(segments), quoted, forwarded)


_LINK: Final = re.compile(
    r"\s?<(?:https?|mailto|tel):[^<>\s]*>|\[cid:[^\[\]\s]{0,300}\]|\[image: [^\[\]]{0,300}\]"
)
_EMPHASIS: Final = re.compile(r"(?<![\w*])(\*{1,2}|_{1,2})(?=\S)([^*_\n]{1,200}?\S|\S)\1(?![\w*])")


def _tidied(line: str) -> str:
    """A line without the marks that mail programs write for links, pictures and bold text."""
    line = line.replace("\xa0", " ").replace("\u200b", "").replace("\ufeff", "").rstrip("\r")
    return _EMPHASIS.sub(r"\2", _LINK.sub("", line))


# Quotes

_QUOTE: Final = re.compile(r"\s{0,3}[>|]")
_WROTE: Final = (
    r"(?:wrote|writes|schrieb\b.{0,200}|a \u00e9crit|escribi\u00f3|escreveu|ha scritto"
    r"|schreef\b.{0,200}|skrev\b.{0,200}|napisa\u0142(?:\(a\)|a)?)\s*:?\s*"
)
_ATTRIBUTION_START: Final = re.compile(
    r"\s*(?:On|Am|Le|El|Em|Il|Op|Den|W dniu|P\u00e5|Dnia)\b|.{0,200}<\S{1,80}@|\s*\d{4}[-/.]\d"
)
_ATTRIBUTION: Final = re.compile(
    rf"\s*(?:On|Am|Le|El|Em|Il|Op|Den|W dniu|P\u00e5|Dnia)\b.{{4,400}}?{_WROTE}"
    rf"|.{{0,200}}<\S{{1,80}}@\S{{1,80}}>.{{0,80}}?{_WROTE}"
    r"|\s*\d{4}[-/.]\d{1,2}[-/.]\d{1,2}.{0,80}<\S{1,80}@\S{1,80}>:?\s*",
    re.DOTALL,
)
_RULE_OFF: Final = re.compile(
    r"\s*(?:[-_*=]{2,}\s*(?:Original|Forwarded|Urspr\u00fcngliche|Weitergeleitete|Reply"
    r"|Message d'origine|Mensaje (?:original|reenviado)|Mensagem original|Messaggio originale)\b"
    r".{0,60}|Begin forwarded message:?|Anfang der weitergeleiteten .{0,30}"
    r"|D\u00e9but du message .{0,30})\s*",
    re.IGNORECASE,
)
_FORWARD: Final = re.compile(r"forward|weitergeleitet|reenviado|\btransf", re.IGNORECASE)
_HEADER_LINE: Final = re.compile(
    r"\s*\*?(From|Sent|Date|To|Cc|Subject|Reply-To|Von|Gesendet|An|Betreff|Datum|De|Envoy\u00e9|\u00c0|Objet"
    r"|Enviado(?: el)?|Para|Asunto|Assunto|Da|Inviato|A|Oggetto)\s?\*?:\*?(?:\s|$)"
)
_FROM_LINE: Final = re.compile(r"\s*\*?(?:From|Von|De|Da)\s?\*?:\*?\s+\S")


_LOOKED_AT: Final = 500
"""Of a line; lines that part a mail are short, and patterns take their time on long ones."""


def _own_blocks(lines: Sequence[str]) -> tuple[list[list[str]], bool, bool]:
    """The runs of own lines between quotes, whether anything was quoted, or forwarded."""
    blocks: list[list[str]] = [[]]
    quoted = forwarded = False
    i = 0
    while i < len(lines):
        line = lines[i][:_LOOKED_AT]
        if _QUOTE.match(line):
            quoted = True
            forwarded |= bool(_RULE_OFF.fullmatch(line.lstrip(" >|")) and _FORWARD.search(line))
            if blocks[-1]:
                blocks.append([])
            i += 1
            continue
        below = _all_below(lines, i)
        if below:
            return blocks, True, forwarded or bool(_FORWARD.search(line))
        length = _attribution(lines, i)
        if length:
            quoted = True
            following = next((each for each in lines[i + length :] if each.strip()), "")
            if not _QUOTE.match(following):
                return blocks, True, forwarded
            i += length
            continue
        blocks[-1].append(lines[i])
        i += 1
    return blocks, quoted, forwarded


def _all_below(lines: Sequence[str], i: int) -> bool:
    """Whether another mail stands from here to the end, without quote marks."""
    line = lines[i][:_LOOKED_AT]
    if line == QUOTED_BELOW or _RULE_OFF.fullmatch(line):
        return True
    near = [each[:_LOOKED_AT] for each in lines[i : i + 12] if each.strip()][:7]
    if re.fullmatch(r"\s*[_-]{10,}\s*", line) and len(near) > 1 and _FROM_LINE.match(near[1]):
        return True
    if not _FROM_LINE.match(line):
        return False
    return sum(bool(_HEADER_LINE.match(each)) for each in near) >= 3


def _attribution(lines: Sequence[str], i: int) -> int:
    """How many lines from here say who wrote what is quoted below; 0 for none."""
    if not _ATTRIBUTION_START.match(lines[i][:_LOOKED_AT]):
        return 0
    for length in range(1, min(4, len(lines) - i) + 1):
        said = " ".join(line[:_LOOKED_AT].strip() for line in lines[i : i + length])
        if _ATTRIBUTION.fullmatch(said) and re.search(r"\d|@", said):
            return length
        if not lines[i + length - 1].strip():
            return 0
    return 0


# Signatures

_DELIMITER: Final = re.compile(r"\s*(?:--|\u2014|--\s*-|_{3,}|-{3,}|={3,}|\*{3,})\s*")
_SENT_FROM: Final = re.compile(
    r"\s*(?:Sent (?:from|via|with|using) (?:my |the )?[\w .&'\u2019+-]{2,40}|Get Outlook for \w+"
    r"|Get BlueMail.{0,30}|Sent from Mail for Windows.{0,10}|Enviado desde mi .{2,30}"
    r"|Envoy\u00e9 de mon .{2,30}|Von meinem .{2,30} gesendet|Yahoo Mail: .{2,60})\.?\s*",
    re.IGNORECASE,
)
_CLOSING: Final = re.compile(
    r"\s*(?:(?:many |much )?thanks?(?: you)?(?: (?:so|very|much|again|in advance|a lot|all|team))*"
    r"|thx|ty|cheers|best(?: (?:regards|wishes))?|(?:kind|warm|warmest|kindest) regards|regards"
    r"|sincerely(?: yours)?|respectfully|yours(?: truly| sincerely)?|all the best|take care"
    r"|cordially|warmly|talk soon|much appreciated"
    r"|have a (?:great|good|nice) (?:day|one|weekend|week|evening|afternoon))[\s,.!\u2013-]*",
    re.IGNORECASE,
)
_CREDENTIALS: Final = listed("""
    pt dpt mpt mspt ot otr otd mot msot cota pta slp ccc ms ma mba mha mph phd edd md do rn bsn msn
    atc lat cscs ocs scs gcs ncs pcs wcs cht cmpt faaompt comt cpc cpb cpma rhit rhia cca ccs med
    dsc scd lmt cfmt mtc dhsc bs ba aas jr sr ii iii esq he she they him her them his hers l r
    """)
_CONTACT: Final = re.compile(
    r"\(?\d{3}\)?[\s.-]{1,2}\d{3}[\s.-]\d{4}|\S+@\S+\.\S+|https?://\S+|www\.\S+"
    r"|\b[\w-]+\.(?:com|org|net|example|health|clinic)\b"
    r"|^\s*(?:tel|phone|fax|cell|mobile|office|direct|[pftocmwe]|email|web|website|npi)\s*[:.|#]"
    r"|\b\d{1,2}\s*(?:am|pm|:\d\d)?\s*[-\u2013]\s*\d{1,2}\s*(?:am|pm|:\d\d)",
    re.IGNORECASE,
)
_ADDRESS: Final = re.compile(
    r"\b\d{1,6}\s+(?:[A-Z][\w.]*\s+){1,4}(?i:st|street|ave|avenue|rd|road|blvd|boulevard|dr|drive"
    r"|ln|lane|way|ct|court|pl|place|pkwy|parkway|hwy|highway|suite|ste|unit)\b"
    r"|\b[A-Z][a-z]+,\s*[A-Z]{2}\s+\d{5}|^\s*(?i:suite|ste|unit|floor|p\.?\s?o\.? box)\b"
)
_SECOND_THOUGHTS: Final = (
    listed("""
    actually instead disregard ignore scratch wait hold correction cancel do not never stop if
    unless until once pending approve approved approval meant mean make change changed this that it
    them please only maybe perhaps tomorrow hypothetical hypothetically draft test kidding joke
    joking sorry forget undo but however nevermind postpone later yet ps edit update note btw also
    oh oops addendum forgot no effective too same ditto double tentative tentatively one both
    """)
    | WHEN
)
_LONGEST_SIGNATURE_LINE: Final = 300
_TITLES: Final = listed(
    """
    director manager owner coordinator administrator president ceo coo cfo supervisor lead
    specialist partner founder assistant executive officer head chief practice operations therapist
    receptionist biller coder scheduler principal vp leader staff clinic clinical physical
    occupational speech office rehab therapy center business regional area senior
    """
)
_LABELS: Final = listed(
    """
    tel phone fax cell mobile office direct main ext x suite ste unit floor hours email web website
    p f t o c m w e d phonenumber street st ave avenue rd road
    """
)
_JOINING: Final = listed("of and the at for in a an to with")
_HARMLESS: Final = listed("email license licensed call back day any all how why what where who")
_CHANGES: Final = (
    Kind.ADD, Kind.REMOVE, Kind.NEED, Kind.RAISE, Kind.LOWER, Kind.LICENSE, Kind.ADDED,
    Kind.REMOVED, Kind.WISH, Kind.ASK, Kind.MAY_GET,
)  # fmt: skip


def _without_signature(lines: Sequence[str], names: frozenset[str]) -> list[str]:
    """Cut the signature; below its beginning only what may be a second thought stays."""
    kept: list[str] = []
    below = delimited = False
    for i, line in enumerate(lines):
        if line == SIGNATURE_ENDS:
            below = delimited = False
        elif _SENT_FROM.fullmatch(line[:_LOOKED_AT]):
            continue
        elif below:
            if _may_be_second_thought(line, delimited=delimited):
                kept.append(line)
        elif line == SIGNATURE_BELOW or _DELIMITER.fullmatch(line):
            below = delimited = True
        elif _is_signed(lines, i, names):
            below = True
        else:
            kept.append(line)
    return kept


def _is_signed(lines: Sequence[str], i: int, names: frozenset[str]) -> bool:
    """Whether a line is the sender's name below the text, or any name below a closing."""
    before = next((each for each in reversed(lines[:i]) if each.strip()), "")
    name = _name(lines[i])
    if not before or name is None:
        return False
    own = any(word in names for word in name) and all(
        word in names or word in _CREDENTIALS or len(word) == 1 for word in name
    )
    return own or (bool(_CLOSING.fullmatch(before)) and not _says_something(lines[i]))


def _name(line: str) -> list[str] | None:
    """The words of a line that is one to five words of a name, its credentials left out."""
    text = line.strip(" \t~,.\u2013\u2014-")
    if len(text) > 60:
        return None
    name, *titles = re.split(r"[,|(]", text)
    words = re.findall(r"[^\W\d_][\w'\u2019.-]*", name)
    if not 1 <= len(words) <= 5 or re.search(r"[\d!?:;]", text):
        return None
    behind = re.split(r"[\s/.)-]+", " ".join(titles).lower())
    if any(part and part not in _CREDENTIALS for part in behind):
        return None
    return [re.sub(r"\W", "", word.lower()) for word in words]


def _says_something(line: str) -> bool:
    """Whether a line below a closing may be more than a name or a company."""
    words = words_of(plain(line))
    kinds = {token.kind for token in tokens_of(without_softeners(words), {})}
    capitals = all(word.capital for word in words if word.plain.isalpha())
    return (
        not capitals
        or kinds <= {Kind.TYPE}
        or bool(kinds & {*_CHANGES, Kind.QUANTITY, Kind.BAD_NUMBER})
        or bool({word.plain for word in words} & _SECOND_THOUGHTS)
    )


def _may_be_second_thought(line: str, *, delimited: bool) -> bool:
    """Whether a line below a signature's beginning may add to the mail or take from it.

    Below a delimiter only what sounds like it may; below a mere name everything may that does
    not look like part of a signature.
    """
    words = words_of(plain(line))
    texts = {word.plain for word in words}
    if not words or (not texts - _CREDENTIALS and len(words) > 1):
        return False
    if len(line) > _LONGEST_SIGNATURE_LINE or UNREADABLE in line:
        return True
    tokens = tokens_of(without_softeners(words), {})
    if words[0].plain in ("ps", "pps") or (words[0].plain == "p" and "s" in texts):
        return True
    if _names_licenses(tokens) or texts & _SECOND_THOUGHTS:
        return True
    if delimited:
        return bool(texts & DOUBTFUL - _HARMLESS) or any(
            token.kind in (*_CHANGES, Kind.PLUS) for token in tokens
        )
    return not _fits_signature(line)


def _fits_signature(line: str) -> bool:
    """Whether a line is a title, a company, an address, or how to reach somebody."""
    bare = _CONTACT.sub(" ", _ADDRESS.sub(" ", line))
    found = bare != line
    words = [word for word in words_of(plain(bare)) if word.plain.isalnum()]
    if not found and (re.search(r"[!?.]\s*$", line) or any(w.plain.isdigit() for w in words)):
        return False
    if not found and len(words) < 2 and not {word.plain for word in words} & _TITLES:
        return False
    return len(words) <= 12 and all(_in_signature(word) for word in words)


def _in_signature(word: Word) -> bool:
    if word.plain in _TITLES | _CREDENTIALS | _LABELS | _JOINING or word.plain.isdigit():
        return True
    return word.capital and word.plain not in DOUBTFUL - _HARMLESS


def _names_licenses(tokens: Sequence[Token]) -> bool:
    """Whether words name licenses: the word itself, or a type with a number."""
    return any(
        token.kind is Kind.LICENSE
        or (
            token.kind in (Kind.QUANTITY, Kind.PLUS)
            and ItemParser(tokens, i).item(signs=True) is not None
        )
        for i, token in enumerate(tokens)
    )


# Banners and disclaimers

_NOTICE: Final = re.compile(
    r"originat\w+ (?:from )?outside|external (?:e-?mail|sender|message)|do not click|"
    r"don't often get e-?mail|learn why this is important|do not open attachments"
    r"|intended (?:only |solely )?(?:recipient|for)|solely for the|privileged|confidential"
    r"|protected health information|\bhipaa\b|unauthori[sz]ed|received this .{0,40}in error"
    r"|before printing|consider the environment|scanned (?:for|by)|virus|disclaimer"
    r"|this (?:e-?mail|message|transmission|communication)(?:,? including| and (?:any|its)|.{0,30}"
    r"attachments?| may contain| contains| is intended)|unsubscribe|copyright|all rights reserved"
    r"|^\s*\[?(?:external|ext|caution|warning)\]?\s*:?\s*$|caution: ?external",
    re.IGNORECASE,
)


def _without_notices(lines: Sequence[str]) -> list[str]:
    """Drop banners and disclaimers; one that names licenses stays, and is not understood."""
    kept: list[str] = []
    paragraph: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            paragraph.append(line)
            continue
        if not _is_notice(" ".join(paragraph)):
            kept.extend(each for each in paragraph if not _is_notice(each))
        kept.append("")
        paragraph = []
    return kept


def _is_notice(text: str) -> bool:
    if not _NOTICE.search(text):
        return False
    return not _names_licenses(tokens_of(without_softeners(words_of(plain(text))), {}))


# Broken lines

_WIDTH: Final = 60
"""Mail programs break lines at 65 to 80 characters; a line that could have taken the next word
was ended by its writer."""
_LIST_LINE: Final = re.compile(r"\s*(?:[-*+\u2022\u00b7\u2013]\s|\d{1,2}[.)]\s|[A-Za-z ]{2,25}:)")
_HANGING: Final = listed("""
    a an the our my at for in to from of and or with by on please add remove need two three four
    five six seven eight nine ten more additional new not do don't never is are was were has have we
    i they because since as due that if unless until one 1 2 3 4 5 6 7 8 9 10
    """)
_CONTINUING: Final = listed("""
    at for in to from of and or with by on because since as due if unless until only not license
    licenses licence licences seat seats more additional pt ot slp pta cota ota slpa therapist
    therapists assistant assistants but clinic location effective starting instead
    """)


def _unwrapped(lines: Sequence[str]) -> list[str]:
    """Join lines that a mail program broke."""
    joined: list[str] = []
    previous = ""
    for line in lines:
        if joined and _continues(previous, line):
            joined[-1] = f"{joined[-1]} {line.strip()}"
        else:
            joined.append(line)
        previous = line
    return joined


def _continues(previous: str, line: str) -> bool:
    before, after = previous.split(), line.split()
    if not before or not after or _LIST_LINE.match(line) or _CLOSING.fullmatch(previous):
        return False
    if before[-1][-1] in ".!?:;":
        return False
    broken = len(previous.rstrip()) + 1 + len(after[0]) > _WIDTH
    return broken or before[-1].lower() in _HANGING or after[0].lower().strip(",.") in _CONTINUING
