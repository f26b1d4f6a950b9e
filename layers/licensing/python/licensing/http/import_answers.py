"""What an import of users is answered with."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TypedDict

from licensing.answers import licenses as answers
from licensing.domain.errors import InvalidRequestError
from licensing.domain.user_imports import Effect
from licensing.http.user_csv import WrongRow
from licensing.use_cases.users.import_users import Imported


class ImportOutcome(StrEnum):
    """What a row of an import comes to."""

    ADDED = "added"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


class FieldAnswer(TypedDict):
    """A field that is wrong, and what is wrong with it."""

    field: str
    message: str


class ImportedRowAnswer(TypedDict):
    """What a row of an import did, or would do; ``actions`` as history tells them."""

    row: int
    email: str
    user_id: str | None
    outcome: ImportOutcome
    actions: list[str]
    code: str | None
    detail: str | None
    errors: list[FieldAnswer]


class ImportAnswer(TypedDict):
    """What an import of users did, or would do, row by row, and the licenses after it."""

    applied: bool
    added: int
    changed: int
    unchanged: int
    refused: int
    rows: list[ImportedRowAnswer]
    licenses: list[answers.LicenseAnswer]


def users_imported(imported: Imported, wrong: Sequence[WrongRow]) -> ImportAnswer:
    """Return what an import did, or would do."""
    rows = [*map(_done, imported.effects.values()), *map(_wrong, wrong)]
    outcomes = [row["outcome"] for row in rows]
    return {
        "applied": imported.applied,
        "added": outcomes.count(ImportOutcome.ADDED),
        "changed": outcomes.count(ImportOutcome.CHANGED),
        "unchanged": outcomes.count(ImportOutcome.UNCHANGED),
        "refused": outcomes.count(ImportOutcome.REFUSED),
        "rows": sorted(rows, key=lambda row: row["row"]),
        "licenses": answers.licenses(imported.clinic),
    }


def _done(of: Effect) -> ImportedRowAnswer:
    """Return what a row of an import did, or would do."""
    if of.refusal is not None:
        outcome = ImportOutcome.REFUSED
    elif not of.events:
        outcome = ImportOutcome.UNCHANGED
    else:
        outcome = ImportOutcome.ADDED if of.before is None else ImportOutcome.CHANGED
    return {
        "row": of.row.number,
        "email": of.row.email,
        "user_id": of.after.user_id or None,
        "outcome": outcome,
        "actions": [event.action for event in of.events],
        "code": None if of.refusal is None else of.refusal.code,
        "detail": None if of.refusal is None else of.refusal.detail,
        "errors": [],
    }


def _wrong(of: WrongRow) -> ImportedRowAnswer:
    """Return what came of a row that can't be read."""
    return {
        "row": of.number,
        "email": of.email,
        "user_id": None,
        "outcome": ImportOutcome.REFUSED,
        "actions": [],
        "code": InvalidRequestError.code,
        "detail": " ".join(f"{error.field}: {error.message}" for error in of.errors),
        "errors": [{"field": error.field, "message": error.message} for error in of.errors],
    }
