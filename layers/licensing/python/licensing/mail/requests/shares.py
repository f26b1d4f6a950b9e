"""What stands for several requests: totals with their shares, "at each clinic", "the same for"."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import SAME
from licensing.mail.language.tokens import EVERY, Kind
from licensing.mail.requests.asked import Entry, Said
from licensing.mail.requests.verbs import Mood


def at_each(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """``each clinic gets one more PT license``: the subject says where."""
    every = {i for i, each in enumerate(said) if EVERY in {t.value for t in each.clause.tokens}}
    led = {s.sentence for s in said if s.clause.tokens[0].value == EVERY}
    every |= {e.at for e in entries if e.sentence in led}
    every -= {e.at for e in entries if e.item.clinic_id == EVERY}
    return [
        e.of(clinic_id=EVERY) if e.at in every and e.item.clinic_id is None else e for e in entries
    ]


def everywhere(
    entries: Sequence[Entry], said: Sequence[Said], clinics: Sequence[str]
) -> list[Entry]:
    """``one license for each clinic, Main Street and Lakeside``: one request for each of them."""
    found: list[Entry] = []
    for entry in entries:
        each = [e for e in entries if e.at == entry.at and e.item.clinic_id == EVERY]
        if not each or entry.item.clinic_id not in (None, EVERY):
            found.append(entry)
            continue
        of_sentence = [each for each in said if 0 <= each.sentence - entry.sentence <= 1]
        sure = {place for each in of_sentence for place in each.places} == set(clinics)
        for clinic in clinics:
            doubt = entry.doubt or (None if sure else Doubt.SEVERAL_CLINICS)
            found.append(replace(entry.of(clinic_id=clinic), doubt=doubt))
    return found


_ALIKE: Final = lexicon.words("words", "same again")


def same_again(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """``and the same for Lakeside``: what was asked for just before, for another clinic."""
    found = list(entries)
    for i, each in enumerate(said):
        tokens = [t for t in each.clause.tokens if t.kind is not Kind.PLACE]
        words = {w.plain for t in tokens for w in t.words}
        label = said[i - 1] if i and said[i - 1].clause.opening == "label" else each
        places = each.places or label.places  # "Lakeside: the same"
        live = [e for e in found if e.at < i and e.live]
        if len(places) != 1 or not words & SAME or not words <= _ALIKE or not live:
            continue
        asked = [e for e in live if e.sentence == live[-1].sentence]
        there = {p for s in said[:i] if s.sentence == asked[0].sentence for p in s.places}
        clinic = there.pop() if len(there - {*places}) == len(there) == 1 else None
        placed = [e.of(clinic_id=e.item.clinic_id or clinic) for e in asked]
        if all(e.whole and e.item.clinic_id not in (None, *places) for e in placed):
            sure = each.sentence == asked[0].sentence and not each.question
            found = [placed[asked.index(e)] if e in asked else e for e in found]
            for e in placed:
                doubt = e.doubt or (None if sure else Doubt.REFERENCE)
                same = replace(e.of(clinic_id=places[0]), doubt=doubt)
                found.append(replace(same, at=i, sentence=each.sentence))
    return found


_ALSO: Final = frozenset({"also", "too", "well"})
_TOO: Final = _ALSO | {"plus", "another"}


def shared(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """Give shares the type before: "five PT licenses: three to Main Street, two to Lakeside"."""
    found: list[Entry] = []
    for entry in entries:
        item = entry.item
        if item.license_type is None and not item.says_license and item.clinic_id and found:
            last = next((e for e in reversed(found) if e.item.license_type), found[-1])
            apart = entry.sentence - said[max((last.at, *last.also))].sentence
            if last.item.license_type and apart <= 1 and not entry.tells:
                item = replace(item, license_type=last.item.license_type)
                clause = said[entry.at].clause
                row = clause.bare and last.also and not last.item.change  # below a heading
                sure = row or not apart or _TOO & set(clause.plain)
                mood = min(last.mood, Mood.ASKED if sure else Mood.ANNOUNCED)
                if entry.action in (None, last.action):
                    share = replace(last, item=item, mood=mood, clinics=entry.clinics, tells=False)
                    where = replace(share, at=entry.at, sentence=entry.sentence)
                    found.append(replace(where, opens=entry.opens, job=entry.job))
                else:
                    mood = min(entry.mood, Mood.ANNOUNCED)
                    found.append(replace(entry, item=item, mood=mood, also=last.also))
                continue
        found.append(entry)
    return found


def without_totals(
    said: Sequence[Said], entries: Sequence[Entry], clinics: Sequence[str]
) -> list[Entry]:
    """Leave out what is the sum of what stands behind it, or before it, and what leads a list.

    ``clinics`` are those that "each clinic" means. Shares that come to another number are doubted.
    """
    for i, entry in enumerate(entries):
        item = entry.item
        if not (entry.live and entry.action and item.doubt is None):
            continue
        behind = entries[i + 1 :]
        for others in (behind, entries[:i]):
            parts = [e for e in others if e.live or not (e.action or of_people(e))]
            parts = [e for e in parts if item.quantity or e.at == entry.at]
            kinds = {e.item.license_type for e in parts}
            places = {e.item.clinic_id for e in parts}
            times: dict[str | None, int] = {EVERY: len(clinics)} if places != {None} else {}
            number = sum((e.item.quantity or 0) * times.get(e.item.clinic_id, 1) for e in parts)
            leads = bool(parts) and all(e.item.quantity for e in parts)
            if item.quantity:
                leads &= number == item.quantity * times.get(item.clinic_id, 1)
                leads &= item.license_type is None or kinds == {item.license_type}
            else:  # "licenses: PT x3, PTA x2"
                leads &= item.license_type is None and item.says_license and None not in kinds
            here = {EVERY, item.clinic_id, None if others is behind else ""}
            elsewhere = item.quantity and item.clinic_id not in (None, EVERY) and places - here
            if not leads or elsewhere:
                continue  # "two at Lakeside, and two more at Main Street"
            placed = item.license_type is None or None not in places
            several = len(parts) > 1 or not item.quantity
            several |= EVERY in places and not parts[0].item.named
            if not placed and len(parts) > 1 and not any(e.live and not e.opens for e in parts):
                return [e for e in entries if e not in parts]  # "two PTAs and one COTA"
            if placed and (several or _sums_up(said, entry, parts[0])):
                return [_part(e, entry) if e in parts else e for e in entries if e is not entry]
    return [_doubted(entries, i, clinics) for i in range(len(entries))]


def of_people(entry: Entry) -> bool:
    """Whether it counts people, as far as anybody can tell: "we hired two PTs"."""
    return entry.tells and not entry.item.says_license


def _part(part: Entry, whole: Entry) -> Entry:
    """One part of a whole, of which all is asked that is asked of the whole."""
    part = part.of(
        clinic_id=part.item.clinic_id or whole.item.clinic_id,
        says_license=part.item.says_license or whole.item.says_license,
    )
    return part if part.live else replace(part, action=whole.action, mood=whole.mood)


def _sums_up(said: Sequence[Said], whole: Entry, part: Entry) -> bool:
    """Whether "two licenses" are the "two PTs" of another clause; not "two PTs, too"."""
    item = whole.item
    nameless = item.license_type is None and (item.says_license or item.says_more)
    apart = part.at != whole.at or not item.says_license
    return nameless and apart and not _ALSO & set(said[part.at].clause.plain)


def _doubted(entries: Sequence[Entry], i: int, clinics: Sequence[str]) -> Entry:
    """Doubt ``3 PTs, one at each clinic``, of two clinics, or ``two at each: one for ...``."""
    entry, behind = entries[i], entries[i + 1 :]
    near = [e for e in behind if e.sentence - entry.sentence <= 1 and not e.item.says_more]
    shares = [e for e in near if e.item.clinic_id and not e.item.named]
    places = [str(e.item.clinic_id) for e in shares]
    dealt = places[:1] == [EVERY] and behind[0] is shares[0] and shares[0].at == entry.at
    dealt &= entry.item.clinic_id is None and bool(entry.item.quantity)
    again = entry.item.clinic_id == EVERY and entry.live and sorted(places) == list(clinics)
    return entry.of(doubt=entry.item.doubt or Doubt.QUANTITY) if dealt or again else entry
