"""Where a sentence speaks of licenses: runs of tokens such as ``2 PT licenses and one biller``.

A run is found by the kinds of its tokens; what speaks of people is cut off at its end.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import Final

from licensing.mail import lexicon
from licensing.mail.language.license_grammar import TELLING
from licensing.mail.language.tokens import Kind, Token

_RUN_KINDS: Final = frozenset(Kind) - {Kind.VERB, Kind.WORD}
_BEFORE_ODD: Final = frozenset(
    {Kind.NUMBER, Kind.BAD_NUMBER, Kind.ARTICLE, Kind.MORE, Kind.VAGUE, Kind.IDLE}
)
_AT_EDGES: Final = frozenset(
    {Kind.AND, Kind.COMMA, Kind.COLON, Kind.FOR, Kind.TO, Kind.ON, Kind.OR, Kind.SLASH, Kind.OF}
)


def spans(tokens: Sequence[Token]) -> Iterator[tuple[int, int]]:
    """Yield where runs begin, and before which token they end."""
    i = 0
    while i < len(tokens):
        if tokens[i].kind not in _RUN_KINDS:
            i += 1
            continue
        end = _end_of_run(tokens, i)
        start, stop = _trimmed(tokens, i, end)
        counted = _counts_by(tokens, start, stop)
        start += counted
        if [token.kind for token in tokens[start:stop]] == [Kind.OPEN, Kind.TYPE, Kind.CLOSE]:
            start, stop = start + 1, stop - 1  # "Kim (PT)"
        # A kind of work that has no licenses tells of some only beside the word.
        tells = {token.kind for token in tokens[start:stop]} & (TELLING - {Kind.OTHER})
        if counted or tells or _is_share(tokens[start:stop]) or _is_number(tokens, start, stop):
            yield start, stop
        i = max(end, i + 1)


def _end_of_run(tokens: Sequence[Token], start: int) -> int:
    depth, i = 0, start
    while i < len(tokens):
        kind = tokens[i].kind
        if kind is Kind.OPEN:
            if not _closes(tokens, i):
                break
            depth += 1
        elif kind is Kind.CLOSE:
            if depth == 0:
                break
            depth -= 1
        elif kind in (Kind.AND, Kind.PLUS) and i > start and _leads_verb(tokens[i + 1 :]):
            break
        elif kind is Kind.OUR and i > start and tokens[i - 1].kind in (Kind.LICENSE, Kind.PLACE):
            break  # "one SLP license our new SLP is waiting"
        elif kind not in _RUN_KINDS:
            skip = _odd_words(tokens, i)
            if skip == 0:
                break
            i += skip
            continue
        i += 1
    return i


def _leads_verb(tokens: Sequence[Token]) -> bool:
    """Whether a clinic begins another request: "and at Lakeside please add one"."""
    if not tokens or tokens[0].kind is not Kind.PLACE:
        return False
    behind = next((t for t in tokens[1:4] if (t.plain,) not in lexicon.table("fillers")), None)
    return behind is not None and behind.kind is Kind.VERB and str(behind.value).endswith("base")


def _closes(tokens: Sequence[Token], i: int) -> bool:
    """Whether a parenthesis holds nothing but words about licenses."""
    for token in tokens[i + 1 : i + 16]:
        if token.kind is Kind.CLOSE:
            return True
        if token.kind not in _RUN_KINDS:
            return False
    return False


def _odd_words(tokens: Sequence[Token], i: int) -> int:
    """How many unknown words stand between a number and a type or "license" here."""
    if i == 0 or tokens[i - 1].kind not in _BEFORE_ODD:
        return 0
    for length in (1, 2, 3):
        after = tokens[i + length] if i + length < len(tokens) else None
        between = tokens[i : i + length]
        if any(not token.plain.isalpha() or token.kind is Kind.VERB for token in between):
            return 0
        if after is None or after.kind in TELLING:
            named = any(token.kind is Kind.LICENSE for token in tokens[i + length :][:3])
            return length if named else 0  # a PT with an adjective is a person
    return 0


def _trimmed(tokens: Sequence[Token], start: int, end: int) -> tuple[int, int]:
    while start < end and tokens[start].kind in {*_AT_EDGES, Kind.CLOSE}:
        start += 1
    if end > start + 3 and tokens[end - 1].plain == "each" and tokens[end - 2].kind in _BEFORE_EACH:
        return start, end  # "a PT license and a PTA license, one of each"
    while start < end and tokens[end - 1].kind in {
        *_AT_EDGES, Kind.OPEN, Kind.ARTICLE, Kind.OUR, Kind.BY, Kind.PLUS, Kind.VAGUE, Kind.WHOLE,
    }:  # fmt: skip
        end -= 1
    people = 2 + (tokens[end - 1].kind is Kind.PERSON)
    if [token.kind for token in tokens[start:end]][-people:][:2] == [Kind.OUR, Kind.MORE]:
        end -= people  # "one more license the new girl is waiting"
    if _begins_another(tokens[start : end + 1]):
        end -= 2
    return start, _without_people(tokens, start, _without_counted(tokens, start, end))


def _begins_another(tokens: Sequence[Token]) -> bool:
    """Whether a clinic is what the next clause is about: ", the Lakeside gym is closed"."""
    comma, place, after = ([token.kind for token in tokens[-3:]] + [None] * 3)[:3]
    if comma not in (Kind.COMMA, Kind.COLON) or place is not Kind.PLACE:
        return False
    again = any(token.kind is Kind.PLACE for token in tokens[:-3])
    said = again and (tokens[-1].plain,) not in lexicon.table("fillers")
    return after is Kind.VERB or (after is Kind.WORD and said and tokens[-1].plain.isalpha())


_THINGS: Final = lexicon.words("words", "counted things")


def _without_counted(tokens: Sequence[Token], start: int, end: int) -> int:
    """Cut the number of other things: ``for three months``."""
    if end > start and end < len(tokens) and tokens[end].plain in _THINGS:
        if tokens[end - 1].kind is Kind.NUMBER:
            end -= 1
        while end > start and tokens[end - 1].kind in (Kind.FOR, Kind.BY, Kind.COMMA, Kind.AND):
            end -= 1
    return end


_BEFORE_EACH: Final = frozenset({Kind.NUMBER, Kind.OF})
_HEADS: Final = ([Kind.LICENSE, Kind.COMMA], [Kind.PLACE, Kind.COMMA])
_PREPOSITIONS: Final = frozenset({Kind.TO, Kind.ON, Kind.FOR, Kind.OF})
_ACCOUNTS: Final = frozenset({Kind.OUR, Kind.ACCOUNT, Kind.MORE, Kind.PERSON, Kind.ARTICLE})
_COUNTED: Final = frozenset(
    {Kind.NUMBER, Kind.CHANGE, Kind.LICENSE, Kind.BAD_NUMBER, Kind.PLACE, Kind.VAGUE}
)
_INTRODUCING: Final = frozenset({Kind.ARTICLE, Kind.PLUS, Kind.MORE, Kind.OF})


def _without_people(tokens: Sequence[Token], start: int, end: int) -> int:
    """Cut what speaks of people: ``for a new hire``, ``, our PT``, ``, PT`` behind a name."""
    for i in range(end - 1, start, -1):
        said = [word.plain for token in tokens[i:end] for word in token.words][:3]
        her = said in (["for", "her", "at"], ["for", "her", "in"])  # "for her at Lakeside"
        behind = [t.kind for t in tokens[i + 1 : end]]
        if her or _begins_people(tokens[start:i], tokens[i], behind):
            end = i
    return end


def _begins_people(before: Sequence[Token], token: Token, behind: Sequence[Kind]) -> bool:
    """Whether a preposition or a comma leads to people: ``behind`` are the kinds up to the end."""
    # A row may be "license, therapist" or "Lakeside, PT"; a list may follow "one license of each".
    form = [t.kind for t in (*before, token)] in _HEADS
    if (form and behind == [Kind.TYPE]) or ("of", "each") in pairwise(t.plain for t in before):
        return False
    if token.kind in _PREPOSITIONS and set(behind) <= _ACCOUNTS:
        return True
    if token.kind is Kind.ON:
        *_, more, last = (None, None, *(t.kind for t in before))
        counted = (more if last is Kind.MORE else last) in (Kind.NUMBER, Kind.CLOSE)
        return not (counted or any(t.kind is Kind.BY for t in before))  # "one more on Monday"
    if token.kind is Kind.COLON and not {Kind.NUMBER, Kind.LICENSE} & set(behind):
        # What follows tells of people: "two PTA licenses: both assistants quit".
        return {Kind.NUMBER, Kind.LICENSE} <= {t.kind for t in before}
    if token.kind in (Kind.COMMA, Kind.AND) and not _COUNTED & set(behind):
        return behind[:1] == [Kind.OUR] or not _INTRODUCING & set(behind)
    return False


def _counts_by(tokens: Sequence[Token], start: int, end: int) -> bool:
    """``should go up by two``: a number behind the verb, the licenses before it."""
    kinds = [token.kind for token in tokens[start:end]]
    before = tokens[start - 1] if start else None
    leads = before is not None and (before.kind is Kind.VERB or before.plain in ("down", "up"))
    return leads and kinds[:2] == [Kind.BY, Kind.NUMBER] and set(kinds[2:]) <= _SAID_AGAIN


_SAID_AGAIN: Final = frozenset({Kind.OPEN, Kind.CLOSE, Kind.COMMA, Kind.NUMBER, Kind.CHANGE})


def _is_number(tokens: Sequence[Token], start: int, end: int) -> bool:
    """``add two`` at the end of words about licenses: a number alone, behind its verb or label."""
    kinds = [token.kind for token in tokens[start:end]]
    if kinds not in ([Kind.NUMBER], [Kind.CHANGE], [Kind.NUMBER, Kind.MORE]):
        return False
    before = tokens[start - 1].kind if start else None
    after = tokens[end] if end < len(tokens) else None
    ends = after is None or after.kind in (Kind.COMMA, Kind.CLOSE, Kind.OPEN, Kind.AND)
    ends = ends or (after is not None and after.plain in ("please", "pls", "plz", "-", ";", "off"))
    changes = tokens[start].kind is Kind.CHANGE
    if changes and (before in (None, Kind.COLON, Kind.COMMA) or tokens[start - 1].plain == "-"):
        return ends  # "license type: PT", and below it "from 20 to 22"
    before = tokens[start - 2].kind if before is Kind.COLON and start > 1 else before  # "Remove: 2"
    moved = changes and tokens[start - 1].plain in ("us", "it", "that")  # "bring us from 20 to 22"
    return moved or ((ends or changes or before is Kind.BY) and before in (Kind.VERB, Kind.TIMES))


def _is_share(tokens: Sequence[Token]) -> bool:
    """``2 for Lakeside``, ``Qty: 2``: a number with a clinic or a label alone."""
    kinds = {token.kind for token in tokens}
    return Kind.NUMBER in kinds and (Kind.PLACE in kinds or tokens[0].kind is Kind.TIMES)
