"""Another system: it knows the events of the bus and nothing else, as docs/events.md says."""

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

Lines = dict[str, int]


@dataclass
class ClinicAsTold:
    """A clinic as the events tell of it."""

    purchased: Counter[str] = field(default_factory=Counter)
    in_use: Counter[str] = field(default_factory=Counter)
    adjustments: dict[str, str] = field(default_factory=dict)
    """The status of each adjustment."""
    closed: bool = False
    invoices: dict[str, tuple[int, Lines]] = field(default_factory=dict)
    """The total of each finalized invoice, and the amounts of its lines."""


@dataclass
class Consumer:
    """Keeps each event once, by its id, and reads each clinic's in the order of the ids."""

    kept: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def receive(self, entries: Iterable[dict[str, str]]) -> None:
        """Take events in any order, however often they come."""
        for entry in entries:
            detail = json.loads(entry["Detail"])
            known = self.kept.setdefault(detail["event_id"], (entry["DetailType"], detail))
            assert known == (entry["DetailType"], detail), "the same id with another content"

    def clinics(self) -> dict[str, ClinicAsTold]:
        """Return every clinic as the events tell of it."""
        found: dict[str, ClinicAsTold] = {}
        for _, (kind, detail) in sorted(self.kept.items()):
            if kind == "ClinicRegistered":
                found[detail["clinic_id"]] = ClinicAsTold()
            if kind != "FindingReported":
                _take(found[detail["clinic_id"]], kind, detail)
        return found


ADJUSTED = {
    "LicenseAdjustmentScheduled": "scheduled",
    "LicenseAdjustmentLapsed": "lapsed",
    "LicenseAdjustmentApplied": "applied",
    "LicenseAdjustmentInvoiced": "invoiced",
    "LicenseAdjustmentCancelled": "cancelled",
}
SWITCHED = {"UserActivated": 1, "UserDeactivated": -1}


def _take(clinic: ClinicAsTold, kind: str, detail: dict[str, Any]) -> None:
    if kind == "ClinicRegistered":
        for row in detail["licenses"]:
            clinic.purchased[row["license_type"]] = row["purchased"]
            clinic.in_use[row["license_type"]] = row["in_use"]
    elif kind == "InvoiceFinalized":
        _, lines = clinic.invoices.setdefault(detail["invoice_id"], (0, {}))
        lines |= {line["line_id"]: line["amount_cents"] for line in detail["lines"]}
        clinic.invoices[detail["invoice_id"]] = detail["total_cents"], lines
    elif kind == "ClinicClosed":
        clinic.closed = True
    elif kind in SWITCHED:
        clinic.in_use[detail["license_type"]] += SWITCHED[kind]
    else:
        before = clinic.adjustments.get(detail["adjustment_id"])
        after = clinic.adjustments[detail["adjustment_id"]] = ADJUSTED[kind]
        if after == "applied":
            _adjust(clinic, detail["lines"], 1)
        if (before, after) == ("applied", "cancelled"):
            _adjust(clinic, detail["lines"], -1)
    # What an event says of the counts is what the events before it come to.
    for row in detail.get("licenses", ()):
        counts = clinic.purchased[row["license_type"]], clinic.in_use[row["license_type"]]
        assert counts == (row["purchased"], row["in_use"]), detail["event_id"]


def _adjust(clinic: ClinicAsTold, lines: list[dict[str, Any]], sign: int) -> None:
    for line in lines:
        quantity = line["quantity"] if line["action"] == "add" else -line["quantity"]
        clinic.purchased[line["license_type"]] += sign * quantity
