"""A number of licenses and the one that it shall become, as one token: "from 20 to 22"."""

from collections.abc import Sequence
from typing import Final

from licensing.domain.limits import MOST_PER_REQUEST
from licensing.mail import lexicon
from licensing.mail.language.tokens import Kind, Token

_BETWEEN: Final = frozenset({Kind.TYPE, Kind.DISCIPLINE, Kind.LICENSE, Kind.COMMA, Kind.PLACE})
"""May stand between the two numbers: "from 20 PT licenses to 22"."""
_LEADING: Final = lexicon.words("words", "before numbers that change")
_TO: Final = frozenset({"to", "up to"})
_NEEDING: Final = frozenset({"need", "needs", "want", "wants", "require", "requires"})
_CELL: Final = Kind.COLON
_FARTHEST: Final = 7


def with_changes(tokens: Sequence[Token]) -> list[Token]:
    """Return tokens with both numbers joined where they are told."""
    for start, token in enumerate(tokens):
        row = _row(tokens, start)
        if row is not None:
            return with_changes([*tokens[:start], *row[0], *tokens[row[1] :]])
        of = [each.plain for each in tokens[start : start + 2]] == ["instead", "of"]
        now = _number_behind(tokens, start + 1 + of) if of or token.plain == "from" else None
        then = None if now is None else _to_come(tokens, start, now, of=of)
        if now is None or then is None:
            continue
        numbers = (_number(tokens[now]), _number(tokens[then]))
        if 0 < abs(numbers[1] - numbers[0]) <= MOST_PER_REQUEST:
            leads = then - (tokens[then - 1].plain in _TO)
            taken = {*range(start, now + 1), *range(leads, then + 1)}
            taken |= {i - 1 for i in (start, leads) if i and tokens[i - 1].plain in _LEADING}
            behind = [token.kind for token in tokens[max(taken) + 1 : max(taken) + 2]]
            taken |= {max(taken) + 1} if behind in ([Kind.ON], [Kind.FOR]) else set()
            words = tuple(word for i in sorted(taken) for word in tokens[i].words)
            first = min(taken)
            rest = [each for i, each in enumerate(tokens) if i > first and i not in taken]
            change = Token(Kind.CHANGE, words, numbers)
            return with_changes([*tokens[:first], change, *rest])
    return list(tokens)


def _row(tokens: Sequence[Token], start: int) -> tuple[list[Token], int] | None:
    """A row's numbers, "20 | 22 | +2", if the last one is the difference; and where it ends.

    A row that changes nothing, "20 | 20 | 0", has none.
    """
    cells = [(i, t) for i, t in enumerate(tokens[start : start + 6], start) if t.kind is not _CELL]
    signs = [t for _, t in cells[2:3] if t.kind in (Kind.PLUS, Kind.MINUS)]
    if len(cells) < 3 + len(signs):
        return None
    (_, now), (_, then), *_, (end, by) = cells[: 3 + len(signs)]
    before, after, difference = _number(now), _number(then), _number(by)
    difference *= -1 if signs and signs[0].kind is Kind.MINUS else 1
    if min(before, after) < 0 or after - before != difference:
        return None
    words = tuple(word for token in tokens[start : end + 1] for word in token.words)
    change = Token(Kind.CHANGE, words, (before, after))
    return ([change] if 0 < abs(difference) <= MOST_PER_REQUEST else []), end + 1


def _number_behind(tokens: Sequence[Token], i: int) -> int | None:
    """Where the number stands behind "from our current"."""
    while i < len(tokens) and tokens[i].plain in _LEADING:
        i += 1
    return i if i < len(tokens) and _number(tokens[i]) >= 0 else None


def _to_come(tokens: Sequence[Token], start: int, now: int, *, of: bool) -> int | None:
    """Where the other number stands: behind "from 20", or before it; ``of`` if "instead of 20"."""
    for way in (
        range(now + 1, min(now + _FARTHEST, len(tokens))),
        range(start - 1, max(start - _FARTHEST, 0), -1),
    ):
        for i in way:
            if _number(tokens[i]) >= 0:
                if tokens[i - 1].plain in _TO or (of and _is_needed(tokens[:i])):
                    return i
                break
            if tokens[i].kind not in _BETWEEN and tokens[i].plain not in (*_LEADING, *_TO):
                break
    return None


def _is_needed(before: Sequence[Token]) -> bool:
    """Whether a number is what is needed, not ordered or had: "we need 18 instead of 20"."""
    made = [token.plain for token in before][-2:] in (["make", "it"], ["would", "like"])
    verb = next((token for token in reversed(before) if token.kind is Kind.VERB), None)
    return made or (verb is not None and verb.plain in _NEEDING)


def _number(token: Token) -> int:
    """A token's number, -1 if it has none that counts licenses."""
    value = token.value if token.kind in (Kind.NUMBER, Kind.BAD_NUMBER) else None
    if not isinstance(value, int) or (token.plain.isdigit() and int(token.plain) != value):
        return -1
    return value
