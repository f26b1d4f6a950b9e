"""A mail surveyed: its requests, and every word beside them judged."""

from collections.abc import Collection, Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from itertools import groupby
from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail import lexicon
from licensing.mail.language.clauses import IMPERATIVES, Clause, acts, has_finite, is_someone
from licensing.mail.language.clinic_names import ClinicNames, NamedClinic
from licensing.mail.language.tokens import Kind, Token
from licensing.mail.remarks.examples import STOPS, spoken, weight, words_in
from licensing.mail.remarks.judging import Judgment, Remark, judge
from licensing.mail.remarks.phrases import doubts_in, is_courtesy
from licensing.mail.requests.asked import Entry, Said
from licensing.mail.requests.gathering import gather
from licensing.mail.requests.parsing import Parsed, parse
from licensing.mail.requests.verbs import Mood

_LACKING: Final = lexicon.words("words", "lacking")
_WITHOUT: Final = frozenset({"no", "not", "none", "nobody", "neither", "never"})
_HAVING: Final = frozenset({"has", "have", "had", "ordered", "bought", "purchased"})


@dataclass(frozen=True, slots=True)
class Survey:
    """What a mail says: the clauses of its text, the requests in them, and the rest."""

    clinics: Sequence[NamedClinic]
    names: frozenset[str]
    said: Sequence[Said]
    """The clauses of the text; those of the subject before them if only it asks."""
    title: Sequence[Said]
    below: Sequence[Said]
    """Clauses of which nobody can tell whether they are the sender's."""
    entries: Sequence[Entry]
    from_title: bool
    """The subject alone asks for something."""
    headings: AbstractSet[int]
    """Clauses whose verb was given to licenses elsewhere."""
    repeated: AbstractSet[int]
    """Clauses that only repeat a request."""
    judged: Sequence[Judgment] = ()

    @property
    def live(self) -> list[Entry]:
        """The requests that ask, or may be meant to."""
        return [entry for entry in self.entries if entry.live]

    @property
    def heard(self) -> set[int]:
        """The clauses that its requests stand in."""
        return {at for entry in self.live for at in (entry.at, *entry.also)}

    def sentence(self, number: int) -> list[Said]:
        """Return the clauses of a sentence."""
        return [said for said in self.said if said.sentence == number]

    @property
    def releasing(self) -> bool:
        """Whether licenses are to be released."""
        return any(entry.action is Action.REMOVE for entry in self.live)

    def supports(self, request: Entry, clause: Clause) -> bool:
        """Whether words only tell that somebody needs what is asked for: "each needs a license"."""
        item, live, words = request.item, self.live, set(clause.plain)
        total = sum(entry.item.quantity or 0 for entry in live)
        same = item.license_type in (None, *(entry.item.license_type for entry in live))
        told = request.mood in (Mood.TOLD, Mood.MENTIONED) and not self.releasing
        if not (told and same) or item.doubt or item.quantity not in (None, 1, total):
            return False
        without = words & _WITHOUT and words & _HAVING
        lacks = words & _LACKING or without  # "nobody ordered the licenses"
        return request.weak or bool(lacks)

    def stays(self, entry: Entry) -> bool:
        """Whether a row tells that a type stays as it is: "Billing: 0", "Billing 20" of twenty."""
        kind, clause = entry.item.license_type, self.said[entry.at].clause
        others = [e for e in self.live if e.clinics == entry.clinics or not entry.clinics]
        if kind is None or not clause.bare or kind in {e.item.license_type for e in others}:
            return False
        numbers = {t.value for t in clause.tokens if t.kind in (Kind.NUMBER, Kind.BAD_NUMBER)}
        asked = (of for of in self.clinics if of.clinic_id in self.asked_clinics)
        changes = any(each.item.change for each in self.live)
        return numbers == {0} or (changes and numbers == {of.purchased.get(kind) for of in asked})

    @property
    def named(self) -> set[str]:
        """The clinics that the mail names."""
        return {place for said in (*self.title, *self.said) for place in said.places}

    @property
    def asked_clinics(self) -> set[str]:
        """The clinics that something is asked for."""
        live = self.live
        asked = {c for entry in live for c in (entry.item.clinic_id, *entry.clinics) if c}
        if not asked or any(e.item.clinic_id is None and not e.clinics for e in live):
            asked |= self.named
        return asked | ({self.clinics[0].clinic_id} if len(self.clinics) == 1 else set())


def survey(
    body: Parsed,
    title: Parsed,
    below: Parsed,
    clinics: Sequence[NamedClinic],
    names: frozenset[str],
) -> Survey:
    """Return what a mail says, all words of it judged."""
    headings: set[int] = set()
    every = sorted(clinic.clinic_id for clinic in clinics)
    from_title = not any(entry.live for entry in gather(body.said, clinics=every))
    said = (*title.said, *body.said) if from_title else body.said
    entries = gather(said, headings, every)
    repeated = {e.at for e in entries if not said[e.at].requests}
    repeated |= {i for e in entries if e.item.change for i in e.also}
    found = Survey(
        clinics, names, said, title.said, below.said, entries, from_title, headings, repeated
    )
    return as_asked(found, entries)


def survey_text(text: str, clinics: Sequence[NamedClinic], names: frozenset[str]) -> Survey:
    """Return what a text alone says."""
    known = ClinicNames(clinics)
    return survey(parse(text, known), Parsed(()), Parsed(()), clinics, names)


def as_asked(found: Survey, entries: Sequence[Entry]) -> Survey:
    """Return what a mail says if these are its requests."""
    asked = replace(found, entries=entries)
    return replace(asked, judged=tuple(_judged(asked)))


# Remarks


def _judged(found: Survey) -> Iterator[Judgment]:
    """Judge what is said beside the requests."""
    live, said = found.live, found.said
    asked_clinics = found.asked_clinics
    sentences = {entry.sentence for entry in live} | {said[i].sentence for i in found.headings}
    quantities = frozenset(entry.item.quantity or 0 for entry in live)
    types = frozenset(kind for entry in live if (kind := entry.item.license_type))
    asking = [each for each in said if each.sentence in sentences]
    weights: list[float] = []
    for _, clauses in groupby(said, lambda each: each.sentence):
        sentence = list(clauses)
        weights += [weight(words_in(sentence))] * len(sentence)
    for i, tokens in _remarks(found):
        clause = said[i].clause
        attached = said[i].sentence in sentences
        remark = Remark(
            tokens,
            clause.opening,
            clause.opened_by,
            attached=attached,
            question=said[i].question and not attached,
            releasing=found.releasing,
            quantities=quantities,
            types=types,
            weight=weights[i],
            own_weight=weight(spoken(tokens, clause.opened_by)),
            stops=_stops(said[i], asking),
        )
        judgment = judge(remark, asked_clinics=asked_clinics)
        yield replace(
            judgment,
            news=judgment.news and not said[i].asks,  # what is left of a request tells none
            at=i,
            opening=clause.opening,
            text=_as_written(said[i].source, tokens),
            spoken=spoken(tokens, ""),
        )


_APART: Final = 0.5
"""So much more is needed for each sentence between, two at most, and in another paragraph."""
_SHORT: Final = 6
"""Of no more words, what sounds doubtful may be meant for anything."""
_ASKED_APART: Final = 1.0
"""So much more for a question there: it is hardly about the requests."""


def _stops(remark: Said, asking: Sequence[Said]) -> float:
    """From which weight on a remark stops a request: the farther from it, the more.

    Of the examples that stop one, nine in ten stand in its paragraph; of the others less than half.
    """
    words = remark.clause.plain
    between = min((abs(remark.sentence - each.sentence) - 1 for each in asking), default=0)
    apart = bool(asking) and all(remark.paragraph != each.paragraph for each in asking)
    far = apart + max(0, min(between, 2))
    if not far or (len(words) <= _SHORT and doubts_in(words)):
        return STOPS  # "wait until Monday"
    return STOPS + _APART * far + _ASKED_APART * remark.question


def _remarks(found: Survey) -> list[tuple[int, tuple[Token, ...]]]:
    """Return the words beside requests; clauses of a sentence that ask nothing are one."""
    asking = found.heard
    busy = {found.said[i].sentence for i in asking}
    staying = {entry.at for entry in found.entries if found.stays(entry)}
    remarks: list[tuple[int, tuple[Token, ...]]] = []
    joined = False
    for i, each in enumerate(found.said):
        clause = each.clause
        if i in found.repeated or i in staying:
            continue
        tells = not each.asks and has_finite(clause.tokens)
        if (i in asking and not tells) or each.asks or i in found.headings:
            remarks += [(i, tokens) for tokens in each.rest]
            joined = False
        elif clause.opening != "if" and _is_small_talk(clause, found.names):
            continue
        else:
            aside = clause.opening == "aside" and each.sentence in busy
            label = i > 0 and found.said[i - 1].clause.opening == "label"
            told = label and len(clause.tokens) > 3
            fresh = aside or told or clause.opening in ("if", "but", "because")
            whom = bool(remarks) and remarks[-1][1][0].plain == "for"
            listed = whom and is_someone(clause.tokens)
            at, before = remarks[-1] if (joined or listed) and not fresh else (i, ())
            same = bool(before) and found.said[at].sentence == each.sentence
            orders = bool(before) and before[0].plain in IMPERATIVES
            if same and not ((orders or acts(before)) and acts(clause.tokens)):
                remarks[-1] = (at, before + clause.tokens)
            elif clause.tokens:
                remarks.append((i, clause.tokens))
                joined = True
    return remarks


def _is_small_talk(clause: Clause, names: Collection[str]) -> bool:
    """Whether a clause is only polite, or a name: it is no part of what is told beside it."""
    words = tuple(word for word in clause.plain if word[0].isalnum())
    named = any(token.kind in (Kind.PLACE, Kind.OTHER) for token in clause.tokens)
    return set(words) <= set(names) or (is_courtesy(words, names) and not named)


def _as_written(source: str, tokens: Sequence[Token]) -> str:
    """The words of a remark with all that stands between them."""
    words = [w for token in tokens for w in token.words]
    return source[words[0].start : words[-1].end].strip(" ,.;:()-\u2013")
