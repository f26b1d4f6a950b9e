"""Requests for two clinics, composed in the ways that people join them: done as meant, or asked."""

import random
from typing import NamedTuple

from tests.unit.mail.senders import lines_of, says, summed

MAILS = 600
NAMES = {
    "therapist": ("PT", "OT", "SLP", "therapist"),
    "assistant": ("PTA", "COTA", "assistant"),
    "front_office": ("front desk", "receptionist", "scheduler"),
    "billing": ("billing", "biller"),
}
NUMBERS = {1: ("one", "1", "a"), 2: ("two", "2"), 3: ("three", "3")}
CLINICS = {"clinic-main-street": "Main Street", "clinic-lakeside": "Lakeside"}
VERBS = {
    "add": ("add", "give us", "we need", "please add", "put on", "set up", "order", "get"),
    "remove": ("remove", "drop", "release", "cancel", "take off", "cut", "give up"),
}
JOINTS = (" and ", ", and ", "; ", ". ", ", ", ", then ", "\n- ")
REASON = " Some of our people there quit last week."


class Meant(NamedTuple):
    """One request of a mail, as it is meant."""

    clinic: str
    action: str
    license_type: str
    quantity: int


def composed(chance: random.Random) -> tuple[str, list[Meant]]:
    """Return a mail of two or three requests, and what it means."""
    parts: list[str] = []
    meant: list[Meant] = []
    for _ in range(chance.choice((2, 2, 3))):
        one = Meant(
            chance.choice(list(CLINICS)),
            chance.choice(("add", "add", "remove")),
            chance.choice(list(NAMES)),
            chance.choice((1, 1, 2, 3)),
        )
        text, one = _said(chance, one, meant[-1] if meant else None)
        if any(one[0] == other[0] and one[2] == other[2] for other in meant):
            return composed(chance)  # the same again may be a correction
        parts.append(text)
        meant.append(one)
    body = chance.choice(JOINTS).join(parts)
    releasing = any(one.action == "remove" for one in meant)
    return f"{body[0].upper()}{body[1:]}.{REASON if releasing else ''}", meant


def _said(chance: random.Random, one: Meant, last: Meant | None) -> tuple[str, Meant]:
    number = chance.choice(NUMBERS[one.quantity])
    name = chance.choice(NAMES[one.license_type])
    noun = f"{number} {name} license{'s' if one.quantity > 1 else ''}"
    verb = chance.choice(VERBS[one.action])
    place = f"{chance.choice(('at', 'for', 'in'))} {CLINICS[one.clinic]}"
    way = chance.choice(("behind", "before", "there", "type")) if last else "behind"
    if way == "before":
        return f"{place} {verb} {noun}", one
    if way == "there" and last is not None:
        return f"{verb} {noun} there", one._replace(clinic=last.clinic)
    if way == "type" and last is not None:  # "and one at Lakeside"
        bare = number if number != "a" else "one"
        return f"{verb} {bare} {place}", one._replace(license_type=last.license_type)
    return f"{verb} {noun} {place}", one


def test_composed_requests_are_done_as_they_are_meant_or_not_at_once() -> None:
    chance = random.Random(20261127)  # noqa: S311 (mails, no secrets)
    acted = 0
    wrong: list[str] = []
    for _ in range(MAILS):
        text, meant = composed(chance)
        outcome = says(text)
        if outcome.verdict != "apply":
            continue
        acted += 1
        asked = summed(one._asdict() for one in meant)
        wrong += [text] if lines_of(outcome) != asked else []
    assert not wrong
    assert acted > MAILS / 3
