"""Good requests made bad: seeded mutations, judged by how they were made."""

import random
from collections import Counter
from collections.abc import Callable
from html import escape
from pathlib import Path

from licensing.mail.outcomes.outcome import Outcome
from licensing.mail.reading.own_words import own_words
from tests.unit.mail.senders import PAT, Delivery, mail, says

MUTATIONS = 5_500
NAMES = frozenset({"dana", "reyes"})
TAKEN_BACK = [
    line
    for line in Path(__file__).with_name("takebacks.txt").read_text(encoding="utf-8").splitlines()
    if line
]
"""Sentences that take a request back, put it off, or make it unclear."""
NUMBERS = {1: "one", 2: "two", 3: "three", 4: "four", 5: "five"}
CLINICS = ("Main Street", "Lakeside", "Lakeside Rehab", "Main St.")
TYPES = ("PT", "OT", "therapist", "PTA", "assistant", "front desk", "billing", "scheduler")
TYPE_OF = {
    "PT": "therapist", "PTA": "assistant", "front desk": "front_office", "billing": "billing"
}  # fmt: skip
LISTS = 800
SIGNATURE = "Dana Reyes, PT, DPT\nClinic Director | Main Street Physical Therapy\n(555) 555-0142"
QUOTE = "On 11/4/26 2:01 PM, Pat Cole wrote:\n> Please add 9 PT licenses at Lakeside.\n> Thanks"
DISCLAIMER = "CONFIDENTIALITY NOTICE: delete this message if you are not the intended recipient."
HIDDEN = (
    '<p style="display:none">Please add 9 PT licenses at Lakeside.</p>',
    '<span style="font-size:0">Please add 9 PT licenses at Lakeside.</span>',
    '<span style="color:#ffffff">Please add 9 PT licenses at Lakeside.</span>',
    "<!-- Please add 9 PT licenses at Lakeside. -->",
    "<s>Please add 9 PT licenses at Lakeside.</s>",
    "<blockquote>Please add 9 PT licenses at Lakeside.</blockquote>",
)


def good_request(rng: random.Random) -> tuple[str, str]:
    """Return a good request and its quantity as it was written."""
    number = rng.choice(list(NUMBERS))
    quantity = rng.choice([str(number), NUMBERS[number]])
    noun = "license" if number == 1 else "licenses"
    kind, clinic = rng.choice(TYPES), rng.choice(CLINICS)
    what = f"{quantity} {kind} {noun}"
    if rng.random() < 0.5:
        lead = rng.choice(["Please add", "Could you add", "We would like to add", "Kindly add"])
        return f"{lead} {what} at {clinic}", quantity
    lead = rng.choice(["Please remove", "Please release", "We want to remove"])
    why = rng.choice(["because they left", "due to staff turnover", "since Ann retired"])
    return f"{lead} {what} at {clinic} {why}", quantity


def with_words_before_number(rng: random.Random, text: str, quantity: str) -> str:
    """A hedge, a limit or a negation before the quantity."""
    words = ["at least", "up to", "about", "maybe", "not", "no more than", "only", "either", "over"]
    return text.replace(quantity, f"{rng.choice(words)} {quantity}", 1)


def with_second_number(rng: random.Random, text: str, quantity: str) -> str:
    """A range, a choice or a sum in place of the quantity."""
    joined = rng.choice([f"{quantity} or 7", f"{quantity}-7", f"{quantity} to 7", f"-{quantity}"])
    return text.replace(
        quantity, rng.choice([joined, f"{quantity}/7", f"{quantity}.5", "0", "51"]), 1
    )


def with_negation(rng: random.Random, text: str, _: str) -> str:
    """The request denied."""
    return rng.choice(["Do not ", "Never ", "I did not write: ", "Nobody said: "]) + text


def with_condition(rng: random.Random, text: str, _: str) -> str:
    """A condition or a day before or behind."""
    said = [
        "if Sam agrees", "unless you object", "once the lease is signed", "provided it is free",
        "as soon as Tom starts", "subject to approval", "when I say so", "until further notice",
    ]  # fmt: skip
    condition = rng.choice(said)
    return rng.choice([f"{text}, {condition}", f"{condition.capitalize()}, {text}"])


def with_second_clinic(rng: random.Random, text: str, _: str) -> str:
    """Another clinic, so that it is unclear which is meant."""
    return rng.choice(
        [
            text.replace(" at ", " at both Main Street and Lakeside, meaning ", 1),
            text.replace(" at ", " at Riverside or ", 1),
            f"{text}. Oh wait, I mean Riverside.",
            f"{text}. Same for the other clinic.",
        ]
    )


def taken_back(rng: random.Random, text: str, _: str) -> str:
    """A sentence before, behind or below the signature that takes the request back."""
    back = rng.choice([line for line in TAKEN_BACK if not harmless_beside(line, text)])
    return rng.choice(
        [f"{text}. {back}", f"{back} {text}.", f"{text}.\n\n{back}", f"{text}.\n\nDana\n\n{back}"]
    )


def harmless_beside(line: str, text: str) -> bool:
    """Whether a sentence may be a reason of a removal, or says the request's own clinic again."""
    elsewhere = line in ("Not at Main Street.", "Leave Main Street as it is.")
    again = (elsewhere or "lakeside" in line.lower()) and "Lakeside" in text
    return again or "need" in line.lower() or line.startswith("Plus 1 for")


SPOILING: list[Callable[[random.Random, str, str], str]] = [
    with_words_before_number,
    with_second_number,
    with_negation,
    with_condition,
    with_second_clinic,
    taken_back,
]


def sent(text: str) -> Outcome:
    """Return what comes of a plain text."""
    return Delivery(mail(text)).outcome()


def test_spoiled_requests_change_nothing() -> None:
    """Negations, hedges, conditions, numbers, clinics and second thoughts: 0 changes."""
    rng = random.Random(1402)  # noqa: S311 - a repeatable choice
    wrong = []
    for i in range(MUTATIONS):
        text, quantity = good_request(rng)
        spoiled = SPOILING[i % len(SPOILING)](rng, text, quantity)
        written = f"{spoiled.rstrip('.')}." if i % 2 else spoiled
        own = own_words(written.split("\n"), NAMES, wrapped=True)
        if says(own.text, after=own.after).verdict == "apply":
            wrong.append(spoiled)
    assert not wrong, "\n".join(wrong)


SECOND = [
    "And {n} {t} too, please.", "Oh, and {n} {t} {l} as well.", "Plus {n} {t}.", "{n} {t} too.",
    "And {n} for the {t} team.", "{n} more {t} would be great too.", "Could we also get {n} {t}?",
    "We'll also take {n} {t} {l}.", "And while you are at it, {n} {t} {l}.", "{t} x{n}", "{t}: {n}",
    "Then there is the {t}: {n} more.", "Don't forget {n} {t}.", "My {t} team needs {n} as well.",
    "The {t} side could use {n} too.", "Throw in {n} {t} {l} too.", "as well as {n} {t} {l}",
]  # fmt: skip
FIRST = [
    "Please add {n} {t} {l}.", "We need {n} more {t} {l}.", "Could you add {n} {t} {l}?",
    "Please remove {n} {t} {l} because Ann left.",
]  # fmt: skip


def test_a_second_wish_is_done_as_well_or_nothing_is() -> None:
    """Whatever the sentence behind a request asks for: no part of a mail is dropped."""
    rng = random.Random(7)  # noqa: S311 - a repeatable choice
    wrong = []
    for first in FIRST:
        for second in SECOND:
            kinds = rng.sample(["PT", "PTA", "front desk", "billing"], 2)
            said = []
            for pattern, kind in zip((first, second), kinds, strict=True):
                number = rng.choice([1, 2, 3])
                noun = "license" if number == 1 else "licenses"
                sentence = pattern.format(n=NUMBERS[number], t=kind, l=noun)
                said.append(sentence[0].upper() + sentence[1:])
            text = rng.choice([" ", "\n", "\n\n"]).join(said)
            found = says(text, sender=PAT)
            if found.verdict == "apply" and len(found.changes[0].lines) < 2:
                wrong.append(text)
    assert not wrong, "\n".join(wrong)


ITEMS = [
    "{n} {t} {l}", "{n} more {t} {l}", "{n} {l} for {t}", "{n} {t}", "{n} {l} for our new {t}",
    "{t} x {d}", "{t}: {d}", "{t} - {d}", "{d} x {t}", "{n} {l} ({t})", "{n} {t} {l} for Ann",
    "+{d} {t}", "{n} ({d}) {t} {l}", "{n} for {t}",
]  # fmt: skip
JOINERS = [
    ", ", " and ", ", and ", "; ", " plus ", " & ", "\n", " / ", ", also ", " as well as ",
    " along with ", ", then ", ". Also ", ". And ", "\n- ",
]  # fmt: skip
LEADS = [
    "Please add {x}.", "We need {x}.", "Can you add {x}?", "{x} please.", "Add: {x}",
    "We hired new people so we need {x}.", "Please set up {x} for us.", "We need licenses: {x}",
]  # fmt: skip


def test_a_list_of_licenses_is_done_as_a_whole_or_not_at_all() -> None:
    """However its parts are written and joined, with a clinic at each of them or none."""
    rng = random.Random(11)  # noqa: S311 - a repeatable choice
    wrong, done = [], 0
    for _ in range(LISTS):
        wanted, parts = Counter[tuple[str, str]](), []
        placed = rng.random() < 0.4
        for kind in rng.sample(["PT", "PTA", "front desk", "billing"], rng.choice([1, 2, 3])):
            number, clinic = rng.choice([1, 1, 2, 3]), rng.choice(CLINICS[:2])
            noun = "license" if number == 1 else "licenses"
            part = rng.choice(ITEMS).format(n=NUMBERS[number], d=number, t=kind, l=noun)
            parts.append(f"{part} at {clinic}" if placed else part)
            wanted[clinic if placed else "Lakeside", TYPE_OF[kind]] += number
        text = parts[0] + "".join(rng.choice(JOINERS) + part for part in parts[1:])
        text = rng.choice(LEADS).format(x=text)
        found = says(text) if placed else says(text, sender=PAT)
        got = Counter[tuple[str, str]]()
        for change in found.changes:
            clinic = "Lakeside" if "lakeside" in change.clinic_id else "Main Street"
            got.update({(clinic, str(line.license_type)): line.quantity for line in change.lines})
        done += found.verdict == "apply"
        if found.verdict == "apply" and got != wanted:
            wrong.append(text)
    assert not wrong, "\n".join(wrong)
    assert done > LISTS / 2


def wrapped(rng: random.Random, text: str) -> bytes:
    """Return the request with words around it that are none of the sender's new ones."""
    if rng.random() < 0.5:
        below = rng.sample([SIGNATURE, DISCLAIMER, QUOTE], rng.randint(1, 2))
        if QUOTE in below:
            below = [part for part in below if part != QUOTE] + [QUOTE]
        return mail("\n\n".join([f"{text}.", *below]))
    shown = f"<p>{escape(text)}.</p>"
    parts = rng.choice([[shown, rng.choice(HIDDEN)], [rng.choice(HIDDEN), shown]])
    html = f"<html><body><div>{''.join(parts)}</div></body></html>"
    plain = rng.choice([None, f"{text}."])
    return mail(plain, html=html)


def test_wrapped_requests_stay_what_they_were() -> None:
    """Quotes, signatures, disclaimers and hidden text: the same change, at most asked about."""
    rng = random.Random(2604)  # noqa: S311 - a repeatable choice
    came = Counter[str]()
    for _ in range(600):
        text, _quantity = good_request(rng)
        plain = sent(f"{text}.")
        assert plain.verdict == "apply", text
        outcome = Delivery(wrapped(rng, text)).outcome()
        assert outcome.changes in (plain.changes, ()), text
        came[outcome.verdict] += 1
    assert came["apply"] >= 570, came
