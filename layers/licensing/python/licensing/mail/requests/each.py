"""What stands for several requests, or for one named before: each, the same again, "add one"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import Clause
from licensing.mail.language.license_grammar import Item
from licensing.mail.language.tokens import EVERY, Kind
from licensing.mail.requests.entries import Entry
from licensing.mail.requests.parsing import Said


def of_each(said: Sequence[Said], entries: list[Entry]) -> list[Entry]:
    """``a PT and a PTA ... one license of each``, ``one of each: PT license, PTA license``."""
    found: list[Entry] = []
    for entry in entries:
        number = _number_of_each(said[entry.at].found.clause)
        if not entry.live or number is None:
            found.append(entry)
            continue
        kinds = {e.item.license_type for e in entries if e.at == entry.at and e.live} - {None}
        if len(kinds) > 1:  # "one license of each, PT and PTA"
            typed = entry.item.license_type is not None
            found += [_counted(entry, entry.item, number)] if typed else []
            continue
        named = [e for e in found if not e.live and e.item.license_type]
        named = [
            e for e in named if entry.sentence - e.sentence <= 2 and e.item.quantity in (1, None)
        ]
        alone = [entry] if len(named) < 2 else []
        found = [e for e in found if e not in named or alone]
        found += alone or [_counted(entry, e.item, number) for e in named]
    return found


def _number_of_each(clause: Clause) -> int | None:
    """The number of "one license of each", "two each for ..."."""
    words = clause.plain
    each = next((i for i, word in enumerate(words) if word == "each"), 0)
    placed = sum(token.kind is Kind.PLACE for token in clause.tokens)
    kinds = [token.kind for token in clause.tokens]
    of_each = words[each - 1] == "of" and words[each : each + 2] != _OF
    of_each |= any(tuple(kinds[i : i + 4]) == _EACH_OF for i in range(len(kinds)))
    if not each or placed > 1 or not of_each:
        return None
    numbers = [t.value for t in clause.tokens if t.kind is Kind.NUMBER]
    numbers = list(dict.fromkeys(numbers or [1] * (words[each - 2] == "one")))
    first = numbers[0] if len(numbers) == 1 else None
    return first if isinstance(first, int) else None


_EACH_OF: Final = (Kind.NUMBER, Kind.WHOLE, Kind.OF, Kind.TYPE)
"""As in "one each of PT, PTA and biller licenses"."""
_COUNTS: Final = lexicon.words("words", "saying again") | {"in", "license", "licenses", "please"}


def counted_behind(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """``remove the PTA license she had. One.``: a number alone belongs to the licenses before."""
    found = list(entries)
    for i, each in enumerate(said):
        tokens = each.found.clause.tokens
        counts = [t.value for t in tokens if t.kind is Kind.NUMBER]
        others = {w.plain for t in tokens if t.kind is not Kind.NUMBER for w in t.words}
        before = [j for j, entry in enumerate(found) if entry.at < i and entry.live]
        if len(counts) != 1 or not others <= _COUNTS or not before or each.found.requests:
            continue
        entry = found[before[-1]]
        lacks = entry.item.license_type and entry.item.quantity is None and not entry.item.doubt
        if lacks and each.sentence - entry.sentence <= 1:
            item = replace(entry.item, quantity=_whole(counts[0]))
            found[before[-1]] = replace(entry, request=replace(entry.request, item=item))
    return found


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None


_OF: Final = ("each", "of")


def _counted(entry: Entry, item: Item, number: int) -> Entry:
    item = replace(item, quantity=number, doubt=None, says_license=True)
    return replace(entry, request=replace(entry.request, item=item))


def everywhere(
    entries: Sequence[Entry], said: Sequence[Said], clinics: Sequence[str]
) -> list[Entry]:
    """``one license for each clinic, Main Street and Lakeside``: one request for each of them."""
    found: list[Entry] = []
    entries = [_for_every(said[entry.at].found.clause, entry) for entry in entries]
    entries = _without_shares(entries, clinics)
    for entry in entries:
        number, places = _shared(said[entry.at].found.clause)
        if number and entry.live and sum(e.at == entry.at for e in entries) == 1:
            items = [replace(_counted(entry, entry.item, number).item, clinic_id=p) for p in places]
            found += [replace(entry, request=replace(entry.request, item=item)) for item in items]
            continue
        each = [e for e in entries if e.at == entry.at and e.item.clinic_id == EVERY]
        if not each or entry.item.clinic_id not in (None, EVERY):
            found.append(entry)
            continue
        of_sentence = [each for each in said if 0 <= each.sentence - entry.sentence <= 1]
        sure = {place for each in of_sentence for place in each.places} == set(clinics)
        for clinic in clinics:
            item = replace(entry.item, clinic_id=clinic)
            doubt = entry.request.doubt or (None if sure else Doubt.SEVERAL_CLINICS)
            found.append(replace(entry, request=replace(entry.request, item=item, doubt=doubt)))
    return found


def _for_every(clause: Clause, entry: Entry) -> Entry:
    """``each clinic gets one more PT license``: the subject says where."""
    first = clause.tokens[0]
    if first.value != EVERY or first.kind is not Kind.PLACE or entry.item.clinic_id is not None:
        return entry
    item = replace(entry.item, clinic_id=EVERY)
    return replace(entry, request=replace(entry.request, item=item))


def _without_shares(entries: Sequence[Entry], clinics: Sequence[str]) -> list[Entry]:
    """``one PT license at each clinic, one for Main Street and ...``: shares only say it again."""
    found = list(entries)
    for i, entry in enumerate(entries):
        item = entry.item
        if not (entry.live and item.clinic_id == EVERY and item.license_type is not None):
            continue
        shares = [e for e in entries[i + 1 :] if _is_share(e, entry)]
        if sorted(str(e.item.clinic_id) for e in shares) != list(clinics):
            continue
        if {e.item.quantity for e in shares} == {item.quantity}:
            found = [e for e in found if e not in shares]
        else:
            item = replace(item, doubt=item.doubt or Doubt.QUANTITY)
            found[found.index(entry)] = replace(entry, request=replace(entry.request, item=item))
    return found


def _is_share(entry: Entry, whole: Entry) -> bool:
    item = entry.item
    placed = item.clinic_id not in (None, EVERY) and entry.sentence - whole.sentence <= 1
    same = item.license_type in (None, whole.item.license_type)
    return placed and same and not item.says_more


_BETWEEN: Final = frozenset({Kind.PLACE, Kind.AND, Kind.FOR, Kind.TO, Kind.ON})


def _shared(clause: Clause) -> tuple[int | None, tuple[str, ...]]:
    """The number and the clinics of "one PT license each for Main Street and Lakeside"."""
    tokens = clause.tokens
    each = next((i for i, token in enumerate(tokens) if token.plain == "each"), 0)
    behind = tokens[each + 1 :]
    places = tuple(str(t.value) for t in behind if t.kind is Kind.PLACE)
    named = EVERY not in places and len(set(places)) == len(places) > 1
    named &= sum(token.kind is Kind.PLACE for token in tokens) == len(places)
    counts = [t.value for t in tokens if t.kind in (Kind.NUMBER, Kind.BAD_NUMBER, Kind.ARTICLE)]
    whole = [t for t in tokens if t.kind in (Kind.WHOLE, Kind.VAGUE, Kind.OR)]
    told = each and tokens[each - 1].kind is Kind.LICENSE and len(whole) == 1
    if not (told and named and len(counts) == 1) or {t.kind for t in behind} - _BETWEEN:
        return None, ()
    return (counts[0], places) if isinstance(counts[0], int) else (None, ())


_SAME: Final = lexicon.words("words", "same again")


def same_again(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """``and the same for Lakeside``: what was asked for just before, for another clinic."""
    found: list[Entry] = []
    for i, each in enumerate(said):
        tokens = [t for t in each.found.clause.tokens if t.kind is not Kind.PLACE]
        words = {w.plain for t in tokens for w in t.words}
        if len(each.places) != 1 or not words & {"same", "ditto"} or not words <= _SAME:
            continue
        live = [e for e in entries if e.at < i and e.live]
        asked = [e for e in live if e.sentence == live[-1].sentence]
        if asked and all(e.whole and e.item.clinic_id not in (None, *each.places) for e in asked):
            doubt = None if each.sentence == asked[0].sentence else Doubt.REFERENCE
            for e in asked:
                item = replace(e.item, clinic_id=each.places[0])
                request = replace(e.request, item=item, doubt=e.request.doubt or doubt)
                found.append(replace(e, request=request, at=i, sentence=each.sentence))
    return found
