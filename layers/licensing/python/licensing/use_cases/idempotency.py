"""The same request sent again gets the same answer (I7)."""

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any, Generic, NamedTuple, TypeVar

from licensing.domain.beside import Answer, StoredAnswer
from licensing.domain.changes import Insert
from licensing.domain.errors import KeyReusedError
from licensing.domain.keys import REQUEST, Key
from licensing.use_cases.access import Caller, Opened

Result = TypeVar("Result")


class RequestOnce(NamedTuple, Generic[Result]):
    """One request, scoped to clinic, caller and operation; known again if it came with a key."""

    keys: tuple[Key[StoredAnswer], ...]
    """Where the answer is stored, in the clinic's own partition; empty without a key."""
    body_digest: str
    render: Callable[[Result], Answer]
    """Turns the result into the answer."""

    @classmethod
    def of(
        cls,
        clinic_id: str,
        caller: Caller,
        operation: str,
        key: str | None,
        body: dict[str, Any],
        render: Callable[[Result], Answer],
    ) -> "RequestOnce[Result]":
        """Name the request; ``body`` is the validated one, so spelling does not matter."""
        if key is None:
            return cls((), "", render)
        name = digest([caller.user_id, operation, key])
        return cls((REQUEST.key(clinic_id, name),), digest(body), render)

    def replay(self, opened: Opened) -> Answer | None:
        """Return the stored answer; raises KeyReusedError if it answered another request."""
        for stored in map(opened.record, self.keys):
            if stored is not None:
                if stored.body_digest != self.body_digest:
                    raise KeyReusedError(
                        "This Idempotency-Key was already used for another request. Send the first "
                        "request again unchanged, or use a new key for this one."
                    )
                return Answer(stored.status, stored.body)
        return None

    def store(self, opened: Opened, answer: Answer, at: datetime) -> list[Insert]:
        """Return what to write in the transaction that the answer speaks of."""
        of = opened.clinic.clinic_id
        return [
            Insert(StoredAnswer(of, key.sort.removeprefix(REQUEST), self.body_digest, *answer, at))
            for key in self.keys
        ]


def digest(value: Any) -> str:
    """Return what stands for plain data: equal for equal data, whatever the order of keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:40]
