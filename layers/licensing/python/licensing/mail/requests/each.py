"""What stands for several requests or counts one named before: "at each clinic", "the same"."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import Clause
from licensing.mail.language.tokens import EVERY, Kind
from licensing.mail.requests.entries import Entry
from licensing.mail.requests.parsing import Said

_COUNTS: Final = lexicon.words("words", "saying again") | {"in", "license", "licenses", "please"}


def counted_behind(said: Sequence[Said], entries: Sequence[Entry]) -> list[Entry]:
    """``remove the PTA license she had. One.``: a number alone belongs to the licenses before."""
    found = list(entries)
    for i, each in enumerate(said):
        tokens = each.found.clause.tokens
        sentence = (t for s in said if s.sentence == each.sentence for t in s.found.clause.tokens)
        counts = list({t.value for t in sentence if t.kind is Kind.NUMBER})
        others = {w.plain for t in tokens if t.kind is not Kind.NUMBER for w in t.words}
        before = [j for j, entry in enumerate(found) if entry.at < i and entry.live]
        if len(counts) != 1 or not others <= _COUNTS or not before or each.found.requests:
            continue
        entry = found[before[-1]]
        lacks = entry.item.license_type and entry.item.quantity is None and not entry.item.doubt
        if lacks and each.sentence - entry.sentence <= 1:
            found[before[-1]] = entry.of(quantity=counts[0])
    return found


def everywhere(
    entries: Sequence[Entry], said: Sequence[Said], clinics: Sequence[str]
) -> list[Entry]:
    """``one license for each clinic, Main Street and Lakeside``: one request for each of them."""
    found: list[Entry] = []
    entries = _dealt_out(entries, len(clinics))
    entries = [_for_every(said[entry.at].found.clause, entry) for entry in entries]
    entries = _without_shares(entries, clinics)
    for entry in entries:
        each = [e for e in entries if e.at == entry.at and e.item.clinic_id == EVERY]
        if not each or entry.item.clinic_id not in (None, EVERY):
            found.append(entry)
            continue
        of_sentence = [each for each in said if 0 <= each.sentence - entry.sentence <= 1]
        sure = {place for each in of_sentence for place in each.places} == set(clinics)
        for clinic in clinics:
            doubt = entry.request.doubt or (None if sure else Doubt.SEVERAL_CLINICS)
            found.append(entry.of(clinic_id=clinic).told(doubt=doubt))
    return found


def _dealt_out(entries: Sequence[Entry], clinics: int) -> list[Entry]:
    """``2 PTs, one at each clinic``: a total, if it comes to that, is no request beside it."""
    found = list(entries)
    for whole, share in pairwise(entries):
        item, each = whole.item, share.item
        shared = each.clinic_id == EVERY and each.quantity and not (each.named or item.clinic_id)
        if whole.at != share.at or not (shared and item.quantity):
            continue
        fits = item.quantity == clinics * (each.quantity or 0)
        doubted = [] if fits else [whole.of(doubt=item.doubt or Doubt.QUANTITY)]
        found[found.index(whole) : found.index(whole) + 1] = doubted
    return found


def _for_every(clause: Clause, entry: Entry) -> Entry:
    """``each clinic gets one more PT license``: the subject says where."""
    every = any(t.kind is Kind.PLACE and t.value == EVERY for t in clause.tokens)
    return entry.of(clinic_id=EVERY) if every and entry.item.clinic_id is None else entry


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
            found[found.index(entry)] = entry.of(doubt=item.doubt or Doubt.QUANTITY)
    return found


def _is_share(entry: Entry, whole: Entry) -> bool:
    item = entry.item
    placed = item.clinic_id not in (None, EVERY) and entry.sentence - whole.sentence <= 1
    same = item.license_type in (None, whole.item.license_type)
    return placed and same and not item.says_more


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
                same = e.of(clinic_id=each.places[0]).told(doubt=e.request.doubt or doubt)
                found.append(replace(same, at=i, sentence=each.sentence))
    return found
