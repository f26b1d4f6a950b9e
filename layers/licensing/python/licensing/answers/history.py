"""Who changed what."""

from typing import TYPE_CHECKING, Any, TypedDict

from licensing.answers import PersonAnswer, Timestamp, filled

if TYPE_CHECKING:
    from licensing.domain.beside import History
    from licensing.domain.keys import Page


class HistoryAnswer(TypedDict):
    """One record of a clinic's history."""

    history_id: str
    at: Timestamp
    action: str
    channel: str
    actor: PersonAnswer
    subject: str
    before: dict[str, Any]
    after: dict[str, Any]
    why: str | None


class HistoryPage(TypedDict):
    """Some of the history, newest first."""

    history: list[HistoryAnswer]
    next_cursor: str | None


def histories(page: "Page[History]") -> HistoryPage:
    rows = [history(record) for record in page.records]
    return {"history": rows, "next_cursor": page.next_cursor}


def history(of: "History") -> HistoryAnswer:
    actor = filled(PersonAnswer, of.actor)
    return filled(HistoryAnswer, of, channel=of.actor.channel, actor=actor)
