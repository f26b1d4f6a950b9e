"""Licenses in a sentence: each run of words about them as the items that it names.

A run is parted at its commas, each part is read by the grammar, and what the parts leave open is
filled in from their neighbors: ``3 PT licenses: 2 for Lakeside, 1 for Main Street``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Final

from licensing.mail.doubts import Doubt
from licensing.mail.language.license_grammar import Item, joined_items, read_group
from licensing.mail.language.runs import spans
from licensing.mail.language.tokens import EVERY, Kind, Token


@dataclass(frozen=True, slots=True)
class Run:
    """A run of tokens about licenses, from ``start`` up to ``end``."""

    start: int
    end: int
    items: tuple[Item, ...]


def runs_of(tokens: Sequence[Token]) -> list[Run]:
    """Return the runs that name licenses, in order."""
    found = (Run(start, end, tuple(_items(tokens[start:end]))) for start, end in spans(tokens))
    runs = [run for run in found if run.items]
    return _by_turns(tokens, runs)


_COUNTS: Final = (Kind.NUMBER, Kind.BAD_NUMBER, Kind.ARTICLE, Kind.CHANGE)


def _by_turns(tokens: Sequence[Token], runs: list[Run]) -> list[Run]:
    """Give licenses and clinics that are named by turns to each other.

    "Main Street gets one PT license and Lakeside two", "take one off Lakeside, put two on at ..".
    """
    inside = {i for run in runs for i in range(run.start, run.end)}
    marks = [
        (token.kind is Kind.PLACE, str(token.value))
        for i, token in enumerate(tokens)
        if token.kind is Kind.PLACE or (i in inside and token.kind in _COUNTS)
    ]
    items = [item for run in runs for item in run.items]
    clinics: list[str | None] = [value for place, value in marks if place]
    turns = all(one != other for (one, _), (other, _) in pairwise(marks))
    fit = len(clinics) == len(items) == len(marks) / 2 == len(set(clinics) - {"", EVERY})
    if not (turns and fit and len(items) > 1):
        return runs
    if any(item.clinic_id not in (None, of) for item, of in zip(items, clinics, strict=True)):
        # Of which does the second speak? "For Main Street order one, for Lakeside please add two"
        clinics = [None] * len(items)
    given = iter(clinics)
    return [
        replace(run, items=tuple(replace(item, clinic_id=next(given)) for item in run.items))
        for run in runs
    ]


def _items(tokens: Sequence[Token]) -> list[Item]:
    """Return what the groups of a run say; a group that says nothing of licenses is left out."""
    items: list[Item] = []
    groups = list(_groups(tokens))
    each = _of_each(groups[0])
    if each is not None:
        return [_counted(item, each) for item in _items(tokens[len(groups[0]) + 1 :])]
    if [token.plain for token in tokens[1:3]] == ["each", "of"] and _of_each(tokens[:2]):
        return [_counted(item, 1) for item in _items(tokens[3:])]  # "one each of PT and biller"
    for group in groups:
        places = tuple(dict.fromkeys(str(t.value) for t in group if t.kind is Kind.PLACE))
        if items and places and all(t.kind is Kind.PLACE for t in group):
            items[-1] = _placed(items[-1], places)
            continue
        if items and (each := _of_each(group)) is not None:
            items = [_counted(item, each) for item in items]
            continue
        read = _read([token for token in group if token.kind is not Kind.PLACE])
        people = [token.kind for token in group[:1]] == [Kind.FOR]  # "for the two OTs"
        whom = [item for item in read if item.named and not item.says_license]
        if people and items and items[-1].says_license and len(read) == len(whom) == 1:
            items[-1] = _for_whom(items[-1], read[0])
            read = [items.pop()] if places else []
        items += [_placed(item, places) if places else item for item in read]
    return _shared(items, joined=any(t.kind is Kind.AND for t in tokens))


def _of_each(group: Sequence[Token]) -> int | None:
    """The number of "one of each": types follow."""
    said = [token for token in group if token.kind not in (Kind.PLACE, Kind.LICENSE, Kind.OF)]
    count = said[0].value if len(said) == 2 and said[0].kind is Kind.NUMBER else None
    return count if isinstance(count, int) and said[1].plain == "each" else None


def _counted(item: Item, number: int) -> Item:
    """Return one of the types that have the same number."""
    counted = replace(item, quantity=item.quantity or number, says_license=bool(item.named))
    return counted if counted.quantity == number else replace(item, doubt=Doubt.QUANTITY)


def _for_whom(item: Item, whom: Item) -> Item:
    """Return licenses, doubtful if they are for people of another number or type."""
    if whom.license_type is not item.license_type:
        return replace(item, doubt=Doubt.NO_TYPE)
    other = whom.quantity not in (None, item.quantity)
    return replace(item, doubt=Doubt.QUANTITY) if other else item


def _placed(item: Item, places: Sequence[str]) -> Item:
    """Return licenses with their clinic; of two nobody knows which."""
    if EVERY in (item.clinic_id, *places):
        return replace(item, clinic_id=EVERY)
    several = len(places) > 1 or item.clinic_id is not None
    placed = replace(item, clinic_id=item.clinic_id or places[0])
    return replace(placed, doubt=Doubt.SEVERAL_CLINICS) if several else placed


def _groups(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Part a run at its commas and "and", outside of parentheses."""
    group: list[Token] = []
    depth = 0
    for i, token in enumerate(tokens):
        depth += (token.kind is Kind.OPEN) - (token.kind is Kind.CLOSE)
        if depth == 0 and _parts(tokens, i, group):
            yield group
            group = [token] if token.kind in (Kind.FOR, Kind.NUMBER) else []
        else:
            group.append(token)
    yield group


def _parts(tokens: Sequence[Token], i: int, group: Sequence[Token]) -> bool:
    """Whether a token parts a run in two groups."""
    kind = tokens[i].kind
    shares = kind is Kind.COLON and any(token.kind is Kind.NUMBER for token in tokens[:i])
    shares &= Kind.NUMBER in [token.kind for token in tokens[i + 1 : i + 3]]
    if kind in (Kind.AND, Kind.COMMA) or shares:
        return True  # "three licenses: 2 for Lakeside"
    if kind is Kind.NUMBER:  # "two PT licenses one at Lakeside"
        ends = bool(group) and group[-1].kind in (Kind.TYPE, Kind.LICENSE, Kind.PLACE)
        counted = ends and any(token.kind is Kind.NUMBER for token in group)
        return counted and [token.kind for token in tokens[i + 1 : i + 2]] == [Kind.PLACE]
    if kind is Kind.COLON and _begins_list(tokens, i, group):
        return True
    if not any(t.kind is Kind.TYPE for t in group):
        return False
    if kind is Kind.PLUS:  # "PT - 2 at Lakeside plus one front desk license"
        return any(t.kind in (Kind.NUMBER, Kind.ARTICLE) for t in group)
    if kind is Kind.SLASH:  # "1 PT / 1 front desk"
        return [t.kind for t in tokens[i + 1 : i + 2]] == [Kind.NUMBER]
    return kind in (Kind.FOR, Kind.TO) and any(t.kind is Kind.TYPE for t in tokens[i + 1 :])


def _begins_list(tokens: Sequence[Token], i: int, group: Sequence[Token]) -> bool:
    """Types behind "licenses" or "one license of each", or that behind types."""
    group = [token for token in group if token.kind is not Kind.PLACE]
    typed = any(token.kind is Kind.TYPE for token in group)
    behind = {token.kind for token in tokens[i + 1 :]}
    if any(
        "each" in token.plain.split() for token in (*group, *(tokens[i + 1 :] if typed else ()))
    ):
        return True
    listed = Kind.TYPE in behind and bool({Kind.NUMBER, Kind.CHANGE} & behind)
    return listed and not typed and bool(group) and group[-1].kind is Kind.LICENSE


def _read(group: list[Token]) -> list[Item]:
    """Read a group; a list in parentheses says the same again: ``(one PTA, one COTA)``."""
    marks = [i for i, token in enumerate(group) if token.kind in (Kind.OPEN, Kind.CLOSE)]
    start, end = marks[-2:] if len(marks) > 1 else (0, 0)
    inner, outer = group[start + 1 : end], group[:start] + group[end + 1 :]
    if marks and (not outer or not inner):
        return read_group(inner or outer)  # "(one license)"
    if len(inner) < 3 and [token.kind for token in inner] != [Kind.NUMBER, Kind.TYPE]:
        return read_group(group)
    *before, whole = read_group(outer) or [Item()]
    one = whole.quantity and 1  # "two licenses (PT and billing)"
    read = (item for each in _groups(inner) for item in read_group(each))
    parts = [replace(part, quantity=part.quantity or one) for part in read]
    types = {item.license_type for item in parts}
    if whole.quantity in (None, sum(item.quantity or 0 for item in parts)) and None not in types:
        if whole.license_type is None:
            return [*before, *(replace(part, says_license=True) for part in parts)]
        if types == {whole.license_type}:
            return [*before, whole]
    return [*before, replace(whole, doubt=whole.doubt or Doubt.SAID_TWICE)]


def _shared(items: Sequence[Item], *, joined: bool) -> list[Item]:
    """Give shares their type: ``3 PT licenses: 2 for Lakeside, 1 for Main Street``.

    ``joined`` if the run has an "and".
    """
    found: list[Item] = []
    loose: list[int] = []
    for item in items:
        last = found[-1] if found else None
        number = item.quantity if item.license_type is None and not item.says_license else None
        if last is None:
            found.append(item)
        elif _says_again(last, item) or (
            item.change and number is not None and not (last.change and item.clinic_id)
        ):
            found[-1] = joined_items(last, item)
        elif number is not None and item.clinic_id is None:
            loose.append(number)
        elif number is not None:
            told = Item(last.license_type, sign=last.sign, says_license=last.says_license)
            found.append(joined_items(item, replace(told, says_more=last.says_more)))
        else:
            found.append(item)
    whole = found[-1].quantity if found else None
    if loose and (joined or whole is None or whole < loose[0]):
        found.append(Item(quantity=loose[-1]))  # "one PT license and one for Devon"
    return found


def _says_again(people: Item, item: Item) -> bool:
    """Whether licenses are for the people named just before: "two new PTs, two new licenses"."""
    whose = people.license_type is not None and not people.says_license
    named = item.license_type is not None or not item.says_license or people.clinic_id is not None
    return whose and not named and item.quantity == people.quantity and item.sign == 0
