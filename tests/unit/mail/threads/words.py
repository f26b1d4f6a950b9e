"""What people write in the threads, and what it asks for."""

import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Literal, TypedDict, TypeVar

Item = TypeVar("Item")

# How the mail of before looks: its request may stand in a reply of its own, or below a signature.
QUOTED_MAILS = [
    "{text}\n\n{name}",
    "{text}",
    "Hi {to},\n\n{text}\n\nThanks,\n{first}",
    "Good morning!\n\nHope all is well with you.\n\n{text}\n\n-- \n{name}\n(480) 555-0177",
    "Sounds good.\n\n-- \n{name}\nClinic Director\n\n{text}",
    "Is this right?\n\nFrom: Lee Park <lee@quoted.example>\nTo: {name}\nSubject: to do\n\n{text}",
    "{text}\n\nOn Thu, Oct 29, 2026 at 9:00 AM Lee Park <lee@quoted.example> wrote:\n> Any news?",
    "See below.\n\nOn Thu, Oct 29, 2026 at 9:00 AM Lee Park <lee@quoted.example>\nwrote:\n\n{text}",
    "{name}\n________________________________\n{text}",
]


class Line(TypedDict):
    """A change of licenses that words ask for."""

    action: Literal["add", "remove"]
    license_type: str
    quantity: int
    clinic: str


@dataclass(frozen=True)
class Words:
    """Something that people write; kind is none, ask, act or quoted, as in words.txt."""

    kind: str
    sender: str
    text: str
    lines: tuple[Line, ...]

    def overlap(self, other: "Words") -> bool:
        """Say whether both change licenses of one type and clinic in one direction."""
        return bool({_kind(line) for line in self.lines} & {_kind(line) for line in other.lines})


class Deck(Generic[Item]):
    """Cards in a random order: each is dealt once before one comes again."""

    def __init__(self, rng: random.Random, cards: Iterable[Item]) -> None:
        """Start with a fresh pile."""
        self._rng, self._cards, self._pile = rng, list(cards), list[Item]()

    def deal(self) -> Item:
        """Return the next card."""
        if not self._pile:
            self._pile = self._rng.sample(self._cards, len(self._cards))
        return self._pile.pop()


def all_words() -> list[Words]:
    """Return everything in words.txt; what anybody may write once for each sender."""
    rows = Path(__file__).with_name("words.txt").read_text(encoding="utf-8").splitlines()
    return [
        Words(kind, sender, text.strip().replace("\\n", "\n"), _lines(lines))
        for row in rows
        if not row.startswith("#")
        for head, lines, text in [row.split("|", 2)]
        for kind, who in [head.split()]
        for sender in (("dana", "pat") if who == "any" else (who,))
    ]


def _lines(text: str) -> tuple[Line, ...]:
    lines = [line.split() for line in text.split(",") if line.strip()]
    return tuple(
        {
            "action": "add" if signed.startswith("+") else "remove",
            "license_type": license_type,
            "quantity": abs(int(signed)),
            "clinic": f"clinic-{clinic}",
        }
        for signed, license_type, clinic in lines
    )


def _kind(line: Line) -> tuple[str, str, str]:
    return line["action"], line["license_type"], line["clinic"]
