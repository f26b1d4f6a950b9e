"""A reply to one of our answers: YES, UNDO, or only what was missing.

Whatever else a reply says is read as a mail of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import fields, replace
from typing import Final

from licensing.domain.adjustments import Action
from licensing.domain.licenses import LicenseType
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.language.clinic_names import ClinicNames, NamedClinic
from licensing.mail.language.tokens import Kind, Token, tokens_of
from licensing.mail.language.words import plain, words_of
from licensing.mail.outcomes.outcome import LeftOpen, Outcome, Wish, changes_of
from licensing.mail.outcomes.survey import survey_text
from licensing.mail.reading.own_words import OwnWords
from licensing.mail.remarks.judging import judge_apart
from licensing.mail.remarks.phrases import is_courtesy
from licensing.mail.requests.asked import Said
from licensing.mail.requests.parsing import parse
from licensing.mail.requests.verbs import ACTIONS, Mood


def answer_in(
    own: OwnWords, pending: LeftOpen, clinics: Sequence[NamedClinic], names: frozenset[str]
) -> Outcome | None:
    """Return what the words of a reply do with what we left open; None if they do not answer."""
    known = ClinicNames(clinics)
    parsed = parse(own.text, known)
    if parsed.too_long or parsed.unreadable or own.scattered:
        return None
    said = _sentences(parsed.said, names)
    if not said or any(each.question for each in parsed.said):
        return None
    kinds = {lexicon.table("answers").get(words) for words in said}
    unsure = _casts_doubt(own.after, known, clinics)
    if pending.kind == "proposed" and kinds == {"yes"}:
        yes = Outcome("apply", pending.changes, transfer=pending.transfer)
        if unsure:
            return replace(yes, verdict="propose", doubt=Doubt.REFERENCE, words=(unsure,))
        return yes
    if pending.kind == "proposed" and kinds == {"no"}:
        return Outcome("none", reason="declined")
    # "Cancel it" says both "no" and "undo".
    if pending.kind == "applied" and set(lexicon.phrases("answers")["undo"]).issuperset(said):
        return None if unsure else Outcome("undo", pending.changes)
    if pending.kind == "asked" and not unsure:
        return _completed(own, parsed.said, pending, clinics, names)
    return None


def _sentences(said: Sequence[Said], names: frozenset[str]) -> list[tuple[str, ...]]:
    """The words of each sentence, small talk and names left out."""
    whole: dict[int, list[str]] = {}
    for each in said:
        clause = each.clause
        words = [*clause.opened_by.split(), *clause.plain]
        whole.setdefault(each.sentence, []).extend(w for w in words if w[0].isalnum())
    found = [tuple(words) for words in whole.values()]
    stripped = [_without_thanks(words) for words in found]
    return [
        words
        for words in stripped
        if words and not (is_courtesy(words, names) and words not in lexicon.table("answers"))
        and not set(words) <= names
    ]  # fmt: skip


_HELLO: Final = frozenset({"hi", "hello", "hey", "hiya"})
_THANKS: Final = lexicon.words("words", "thanks behind answers")


def _without_thanks(words: tuple[str, ...]) -> tuple[str, ...]:
    while words and words[0] in _HELLO and words not in lexicon.table("answers"):
        words = words[1:]
    while words and words[-1] in _THANKS and words not in lexicon.table("answers"):
        words = words[:-1]
    return words


def _casts_doubt(after: str, known: ClinicNames, clinics: Sequence[NamedClinic]) -> str:
    """Words below the reply that may speak against it."""
    for said in parse(after, known).said:
        named = {clinic.clinic_id for clinic in clinics}
        judgment = judge_apart(said, named, question=said.question)
        if judgment.doubt is not None or said.asks:
            return said.clause.text
    return ""


# What was missing


def _completed(
    own: OwnWords, said: Sequence[Said], pending: LeftOpen, clinics: Sequence[NamedClinic],
    names: frozenset[str],
) -> Outcome | None:  # fmt: skip
    """Return the wishes with what the reply supplies; None if it says something of its own."""
    pieces = _pieces(own, said, pending, clinics, names)
    if pieces is None:
        return None
    wishes = tuple(_filled(wish, pieces) for wish in pending.wishes)
    if wishes == pending.wishes:
        return None
    lacking = next((doubt for wish in wishes for doubt in wish.lacks), None)
    if lacking is not None:
        return Outcome("ask", wishes=wishes, doubt=lacking, sure=pending.sure)
    if not pending.sure:
        return Outcome("propose", changes_of(wishes), doubt=Doubt.NOT_UNDERSTOOD)
    return Outcome("apply", changes_of(wishes))


def _filled(wish: Wish, pieces: Wish) -> Wish:
    said = {
        part.name: getattr(wish, part.name) or getattr(pieces, part.name) for part in fields(Wish)
    }
    filled = Wish(**said)
    return filled if filled.action is Action.REMOVE else replace(filled, reason=None)


def _pieces(
    own: OwnWords, said: Sequence[Said], pending: LeftOpen, clinics: Sequence[NamedClinic],
    names: frozenset[str],
) -> Wish | None:  # fmt: skip
    """Return what short words supply: "Lakeside", "two", "PT", "he retired"."""
    words = words_of(plain(own.text))
    tokens = tokens_of(words, ClinicNames(clinics))
    if _conflicts(tokens):
        return None
    lacks = {doubt for wish in pending.wishes for doubt in wish.lacks}
    found, whole = Wish(), True
    for token in tokens:
        piece = _piece(token, lacks)
        if piece is not None:
            found = _filled(piece, found)
        else:
            whole &= token.plain in _SMALL or token.plain in names
    if whole:
        return found
    asked = any(r.mood >= Mood.ANNOUNCED for s in said for r in s.requests)
    if Doubt.NO_REASON not in lacks or asked or len(words) > _LONGEST_REASON:
        return None
    mail = survey_text(own.text, clinics, names)
    if any(judged.doubt not in _OF_REASONS for judged in mail.judged):
        return None
    reason = " ".join(own.text.split()).strip(" .!,")
    return Wish(reason=reason) if len(reason) >= _SHORTEST_REASON else None


_OF_REASONS: Final = (None, Doubt.NEGATED, Doubt.NOT_UNDERSTOOD)
_LONGEST_REASON: Final = 60
_SHORTEST_REASON: Final = 3
_SMALL: Final = lexicon.words("words", "beside pieces")


def _piece(token: Token, lacks: Collection[Doubt]) -> Wish | None:
    """What a token supplies, if that is missing; None if it says something else."""
    match token.kind, token.value:
        case Kind.PLACE, clinic if Doubt.NO_CLINIC in lacks:
            return Wish(clinic_id=str(clinic))
        case Kind.TYPE, LicenseType() as kind if Doubt.NO_TYPE in lacks:
            return Wish(license_type=kind)
        case Kind.NUMBER, int() as number if Doubt.NO_QUANTITY in lacks:
            return Wish(quantity=number)
        case Kind.VERB, verb if Doubt.NO_ACTION in lacks:
            action = ACTIONS.get(str(verb).split()[0])
            return Wish(action) if action else None
        case Kind.LICENSE, _:
            return Wish()
    return None


def _conflicts(tokens: Sequence[Token]) -> bool:
    """Whether a piece is said in two ways: "Lakeside or Main Street"."""
    for kind in (Kind.PLACE, Kind.TYPE, Kind.NUMBER):
        if len({token.value for token in tokens if token.kind is kind}) > 1:
            return True
    return any(token.kind in (Kind.OR, Kind.BAD_NUMBER, Kind.VAGUE, Kind.WHOLE) for token in tokens)
