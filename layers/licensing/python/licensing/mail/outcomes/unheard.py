"""Wishes that no rule heard as a request: doing the others alone would be half of the mail."""

from collections.abc import Iterator
from itertools import groupby
from math import inf
from typing import Final

from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clauses import POINTING_BACK, has_finite, tells_past, written
from licensing.mail.language.tokens import Kind
from licensing.mail.outcomes.outcome import Worry
from licensing.mail.outcomes.survey import Survey
from licensing.mail.remarks.examples import releases, weight, words_in
from licensing.mail.remarks.naming import asks_again


def unheard(found: Survey) -> Iterator[Worry]:
    """Yield what may ask for more than what is done."""
    yield from _verbs_left_over(found)
    yield from _second_wishes(found)
    yield from _same_wishes(found)
    yield from _given_up(found)


_WISHING: Final = lexicon.words("words", "second wishes")
_ADDING: Final = frozenset({"and", "plus", "also", "then"})


def _verbs_left_over(found: Survey) -> Iterator[Worry]:
    """Verbs that may be for licenses of which none was heard: "add two. Take the three off"."""
    actions = {entry.action for entry in found.live}
    quantities = [entry.item.quantity or 0 for entry in found.live]
    heard = found.headings | found.heard
    for i, said in enumerate(found.said):
        heading, clause = said.heading, said.clause
        numbers = {t.value for t in clause.tokens if t.kind is Kind.NUMBER and t.value != 1}
        back = i not in heard and (numbers or {"other", *POINTING_BACK} & set(clause.plain))
        other = numbers - {*quantities, sum(quantities)}
        if heading is not None and back and (other or heading[0] not in actions):
            yield Worry(Doubt.NOT_UNDERSTOOD, clause.text, i)


def _second_wishes(found: Survey) -> Iterator[Worry]:
    """Sentences that may ask for more than what is done: "my PT team needs three as well"."""
    asking = {found.said[i].sentence for i in found.heard}
    asking |= {entry.sentence for entry in found.entries if found.stays(entry)}
    types = {entry.item.license_type for entry in found.live}
    quantities = [entry.item.quantity for entry in found.live]
    known = {1, len(types), sum(q or 0 for q in quantities), *quantities}
    for sentence, clauses in groupby(enumerate(found.said), lambda each: each[1].sentence):
        said = [(i, each.clause) for i, each in clauses]
        tokens = [token for _, clause in said for token in clause.tokens]
        named = {t.value for t in tokens if t.kind is Kind.TYPE}
        numbers = {t.value for t in tokens if t.kind in (Kind.NUMBER, Kind.BAD_NUMBER)} - {0}
        same = named <= types and numbers <= known
        words = {word for _, clause in said for word in (*clause.plain, clause.opened_by)}
        anew = words & _WISHING or not any(has_finite(clause.tokens) for _, clause in said)
        again = said[0][1].plain[:1] and said[0][1].plain[0] in _ADDING
        more = bool(named and numbers and (again or (not same and anew)))
        if more and sentence not in asking and not tells_past(said[0][1].plain):
            yield Worry(Doubt.REFERENCE, said[0][1].text, said[0][0])


def _same_wishes(found: Survey) -> Iterator[Worry]:
    """Clauses that may ask for the same of something else: "so can Kim's", "the biller as well"."""
    heard = found.headings | found.heard
    for i, said in enumerate(found.said):
        clause = said.clause
        before = [k for k in range(i) if found.said[k].sentence == said.sentence]
        begins = all(len(found.said[k].clause.tokens) == 1 for k in before)  # "oh, and one"
        begins |= bool(heard & {i, *before})
        asked = i in heard
        spoken = said.rest if said.asks else () if asked else (clause.tokens,)
        for tokens in spoken:
            if asks_again(tokens, "" if asked else clause.opened_by, begins=begins):
                yield Worry(Doubt.REFERENCE, written(tokens), i)


_GIVEN_UP: Final = 1.0
"""From here on the words of a sentence tell that licenses are to be released."""


def _given_up(found: Survey) -> Iterator[Worry]:
    """Licenses that nobody uses, beside those to add: "Robin's license can be closed"."""
    asking = {
        entry.sentence
        for entry in found.entries
        if entry.live or found.supports(entry, found.said[entry.at].clause)
    }
    for at, said in enumerate(found.said):
        words = words_in(found.sentence(said.sentence))
        if said.sentence in asking or "License" not in words or found.releasing:
            continue
        if releases(words) >= _GIVEN_UP and weight(words) > -inf:
            yield Worry(Doubt.REFERENCE, said.clause.text, at)
