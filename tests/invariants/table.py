"""The table's items as plain values, by clinic."""

import base64
import json
import zlib
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

Plain = dict[str, Any]
FORMER = "Former user"


@dataclass
class Partition:
    """One clinic with all that belongs to it, by id."""

    clinic_id: str
    clinic: Plain = field(default_factory=dict)
    users: dict[str, Plain] = field(default_factory=dict)
    adjustments: dict[str, Plain] = field(default_factory=dict)
    invoices: dict[str, Plain] = field(default_factory=dict)
    lines: dict[str, dict[str, Plain]] = field(default_factory=lambda: defaultdict(dict))
    history: dict[str, Plain] = field(default_factory=dict)
    answers: dict[str, Plain] = field(default_factory=dict)
    tokens: dict[str, Plain] = field(default_factory=dict)
    erasing: set[str] = field(default_factory=set)
    """Those whose removal has only begun."""
    unknown: list[str] = field(default_factory=list)
    """Sort keys of what nobody knows."""

    @property
    def requests(self) -> int:
        """How many answers are stored."""
        return len(self.answers)

    @property
    def has_closed(self) -> bool:
        """Whether the clinic's end was carried out."""
        return "closing" in self.clinic and self.clinic["closing"][2:] == [True]

    def ends(self, adjustment: Plain) -> bool:
        """Return whether this is the release with which the clinic ended."""
        closing = self.clinic.get("closing")
        return closing is not None and adjustment["effective"] >= closing[1]

    @cached_property
    def registrations(self) -> list[Plain]:
        """What history says of the clinic's registration, once."""
        return [of for of in self.history.values() if of.get("action") == "clinic_registered"]

    @property
    def registered(self) -> dict[str, int]:
        """The licenses at registration."""
        (record,) = self.registrations
        licenses: dict[str, int] = record["after"]["licenses"]
        return licenses

    @cached_property
    def told(self) -> list[tuple[Plain, Plain]]:
        """Each stored answer with its body."""
        return [(answer, _body(answer["body"])) for answer in self.answers.values()]

    @cached_property
    def releases(self) -> set[str]:
        """The adjustments that were made with a deactivation, in one transaction."""
        return {
            body["adjustment"]["adjustment_id"]
            for _, body in self.told
            if body.get("adjustment") is not None
        }

    def tells_release(self, moment: list[Plain]) -> bool:
        """Whether the moment's history tells of one, and the moment before of its deactivation."""
        return any(
            record["action"] == "licenses_adjusted" and record["subject"] in self.releases
            for record in moment
        )

    @cached_property
    def addresses(self) -> set[str]:
        """The addresses that its users have or had."""
        former = (record["before"].get("email") for record in self.history.values())
        return {user["email"] for user in self.users.values()} | {of for of in former if of}

    @property
    def removed(self) -> int:
        """How many users were removed for good."""
        return sum(record["action"] == "user_removed" for record in self.history.values())

    @property
    def moved(self) -> int:
        """How many users moved by transfers: each has a moment of its own in the transaction."""
        return sum(
            len(record["after"].get("users", ()))
            for record in self.history.values()
            if record["action"] == "licenses_transferred"
        )

    @cached_property
    def applied_at(self) -> dict[str, int]:
        """When each adjustment changed the licenses, of those that ever did."""
        return {
            record["subject"]: record["at"]
            for record in self.history.values()
            if record["action"] in ("licenses_adjusted", "licenses_transferred")
        }

    @cached_property
    def moments(self) -> list[list[Plain]]:
        """History by moment; one transaction has one moment, what else it does the next."""
        groups: dict[int, list[Plain]] = defaultdict(list)
        for name in sorted(self.history):
            record = self.history[name]
            groups[record["at"]].append(record)
        return [groups[moment] for moment in sorted(groups)]

    @cached_property
    def first_users(self) -> dict[str, Plain]:
        """The users that the clinic was registered with, as they were then."""
        first = {
            name: facts(user)
            for name, user in self.users.items()
            if user["created"] == self.clinic["registered"]
        }
        for name in sorted(self.history, reverse=True):
            record = self.history[name]
            subject, before = record["subject"], without_counts(record["before"])
            if not record["action"].startswith("user_"):
                continue
            if before:
                # Also of those who were removed since.
                first[subject] = before
            else:
                first.pop(subject, None)
        return first


def partitions(
    items: Iterable[Plain], read: Callable[[Plain], Plain] | None = None
) -> dict[str, Partition]:
    """Return the clinics in the table; ``read`` makes plain values of an item."""
    clinics: dict[str, Partition] = {}
    for item in items:
        kind, _, clinic_id = item["pk"]["S"].partition("#")
        if kind != "CLINIC":
            continue
        part = clinics.setdefault(clinic_id, Partition(clinic_id))
        _file(part, item["sk"]["S"], (read or record_of)(item))
    for part in clinics.values():
        _finish_erasures(part)
    return clinics


def _finish_erasures(part: Partition) -> None:
    """Read what is left of removals that stopped halfway as if they had come to their end."""
    for kept in (part.history, part.adjustments) if part.erasing else ():
        for name, record in kept.items():
            actor, _, channel = record["by"]
            told: Plain = {"by": [actor, FORMER, channel]} if actor in part.erasing else {}
            if record.get("subject") in part.erasing:
                told |= {side: _unnamed(record[side]) for side in ("before", "after")}
            kept[name] = record | told


def _unnamed(said: Plain) -> Plain:
    return said | {"name": FORMER} if "name" in said else said


def record_of(item: Plain) -> Plain:
    """Return an item's plain values."""
    return {name: plain(value) for name, value in item.items()}


def _file(part: Partition, sort: str, record: Plain) -> None:
    kind, _, name = sort.partition("#")
    by_name = {
        "USER": part.users,
        "ADJUSTMENT": part.adjustments,
        "HISTORY": part.history,
        "TOKEN": part.tokens,
        "REQUEST": part.answers,
    }
    if kind == "CLINIC":
        part.clinic = record
    elif kind in by_name:
        by_name[kind][name] = record
    elif kind == "INVOICE":
        invoice, _, line = name.partition("#LINE#")
        if line:
            part.lines[invoice][line] = record
        else:
            part.invoices[invoice] = record
    elif kind == "ERASURE":
        part.erasing.add(name)
    elif kind not in ("INVITATIONS", "MAILED"):
        part.unknown.append(sort)


def plain(value: Plain) -> Any:
    """Return the plain value of an attribute."""
    ((kind, content),) = value.items()
    if kind == "N":
        return int(content)
    if kind == "L":
        return [plain(entry) for entry in content]
    if kind == "M":
        return {name: plain(entry) for name, entry in content.items()}
    return None if kind == "NULL" else content


def _body(deflated: str | bytes) -> Any:
    # DynamoDB's client hands out bytes; in this process they lie as they go over the wire.
    packed = base64.b64decode(deflated) if isinstance(deflated, str) else deflated
    return json.loads(zlib.decompress(packed))


def facts(user: Plain) -> Plain:
    """Return what history says of a user."""
    return {name: user[name] for name in ("name", "license_type", "active", "permissions")}


def is_of_renewal(adjustment: Plain) -> bool:
    """Return whether it was scheduled for a renewal, and is billed by its recurring lines."""
    billed = adjustment["status"] in ("invoiced", "confirmed")
    return billed and "applies" in adjustment and not adjustment["priced"]


def without_counts(said: Plain) -> Plain:
    """Return what a history record says of the user as they are."""
    beside = ("licenses", "email", "starts_on", "identity_provider")
    return {name: value for name, value in said.items() if name not in beside}


def manages(user: Plain) -> bool:
    """Return whether this is an active User Manager."""
    return bool(user["active"]) and "user_manager" in user["permissions"]
