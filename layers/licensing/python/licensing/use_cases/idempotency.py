"""The same request sent again gets the same answer (I7)."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from licensing.domain.changes import StoredAnswer
from licensing.domain.errors import KeyReusedError
from licensing.domain.keys import Key, request_key
from licensing.use_cases.access import Caller


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller is told: an HTTP status and the body as plain data."""

    status: int
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class RequestOnce:
    """One request under its Idempotency-Key, scoped to clinic, caller and operation."""

    clinic_id: str
    digest: str
    body_digest: str

    @classmethod
    def of(
        cls, clinic_id: str, caller: Caller, operation: str, key: str, body: dict[str, Any]
    ) -> "RequestOnce":
        """Name the request; ``body`` is the validated one, so spelling does not matter."""
        return cls(clinic_id, digest([caller.user_id, operation, key]), digest(body))

    @property
    def key(self) -> Key[StoredAnswer]:
        """Where the answer is stored, in the clinic's own partition."""
        return request_key(self.clinic_id, self.digest)

    def replay(self, stored: StoredAnswer | None) -> Answer | None:
        """Return the stored answer; raises KeyReusedError if it answered another request."""
        if stored is None:
            return None
        if stored.body_digest != self.body_digest:
            raise KeyReusedError(
                "This Idempotency-Key came before with another request. Send the first request "
                "again unchanged, or use a new key for this one."
            )
        return Answer(stored.status, stored.body)

    def answered(self, answer: Answer, at: datetime) -> StoredAnswer:
        """Return the record to write in the transaction that the answer speaks of."""
        return StoredAnswer(
            self.clinic_id, self.digest, self.body_digest, answer.status, answer.body, at
        )


def digest(value: Any) -> str:
    """Return what stands for plain data: equal for equal data, whatever the order of keys."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()[:40]
