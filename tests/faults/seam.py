"""The seam in botocore at which every AWS call of the product is counted, failed or answered.

``before-call`` comes before anything is sent and may answer the call itself; ``after-call``
comes when the effect has happened and the caller does not know it yet.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import botocore.session
from botocore.exceptions import ConnectTimeoutError, ReadTimeoutError

from tests.inmemory.cloud import Cloud, Wire, refusal


class Mode(StrEnum):
    """What happens at a call instead of its answer."""

    ERROR = "error"
    """The service fails before the effect, and the caller sees it."""
    UNREACHED = "unreached"
    """No connection: no effect, a visible timeout."""
    TIMEOUT = "timeout"
    """The effect happens; the caller sees a timeout."""
    LOST = "lost"
    """The effect happens; the process dies before it has the answer."""
    KILLED = "killed"
    """The process dies before the call."""
    THROTTLED = "throttled"
    """The service refuses for now."""
    CONFLICT = "conflict"
    """Another transaction holds the item. Only transactions know this."""
    TWIN = "twin"
    """A second worker runs the whole operation just before the call."""


class ProcessKilledError(BaseException):
    """The process is gone: no handler of the product may catch this."""


@dataclass(frozen=True)
class Call:
    """One AWS call."""

    service: str
    operation: str

    def __str__(self) -> str:
        return f"{self.service}.{self.operation}"

    def takes(self, mode: str) -> bool:
        """Return whether this call can fail so."""
        return mode != Mode.CONFLICT or self.operation == "TransactWriteItems"


Plan = Mapping[int, str]
"""What happens at which call, counted from 1 through all attempts of an operation.

A mode, or ``rival:NAME``: somebody else does that just before the call.
"""


@dataclass
class Seam:
    """Counts calls, and does what the plan says; ``cloud`` None leaves calls to the network."""

    cloud: Cloud | None = None
    plan: Plan = field(default_factory=dict)
    others: Mapping[str, Callable[[], object]] = field(default_factory=dict)
    """What a twin and each rival do."""
    trace: list[Call] = field(default_factory=list)
    struck: list[tuple[Call, str]] = field(default_factory=list)
    """What of the plan came about, and at which call."""
    counting: bool = False
    _after: str | None = None

    def session(self) -> botocore.session.Session:
        """Return a session whose clients come by here."""
        session = botocore.session.Session()
        # The stubs do not know that a handler of before-call may answer.
        session.register("before-call", self.before)  # type: ignore[arg-type]
        session.register("after-call", self.after)
        return session

    def arm(self, plan: Plan, others: Mapping[str, Callable[[], object]]) -> None:
        """Begin counting at 1."""
        self.plan, self.others = plan, others
        self.trace, self.struck = [], []
        self.counting, self._after = True, None

    def disarm(self) -> None:
        """Let every call through."""
        self.counting, self._after = False, None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """Neither count nor fail calls meanwhile."""
        counting, self.counting = self.counting, False
        try:
            yield
        finally:
            self.counting = counting

    def before(self, *, model: Any, params: dict[str, Any], **_: Any) -> Wire | None:
        """Do what is to happen before the effect."""
        call = Call(model.service_model.service_name, model.name)
        if self.counting:
            self.trace.append(call)
            mode = self.plan.get(len(self.trace))
            if mode is not None and call.takes(mode):
                self.struck.append((call, mode))
                failed = self._strike(call, mode, params)
                if failed is not None:
                    return failed
        if self.cloud is None:
            return None
        return self.cloud.answer(call.service, call.operation, params)

    def after(self, **_: Any) -> None:
        """Lose the answer, if that is to happen."""
        mode, self._after = self._after, None
        if mode == Mode.LOST:
            raise ProcessKilledError
        if mode == Mode.TIMEOUT:
            raise ReadTimeoutError(endpoint_url="https://aws.example")

    def _strike(self, call: Call, mode: str, params: dict[str, Any]) -> Wire | None:
        if mode == Mode.KILLED:
            raise ProcessKilledError
        if mode == Mode.UNREACHED:
            raise ConnectTimeoutError(endpoint_url="https://aws.example")
        if mode == Mode.ERROR:
            return refusal("InternalServerError", "Internal server error", 500)
        if mode == Mode.THROTTLED:
            code, status = _THROTTLED.get(call.service, ("ThrottlingException", 400))
            return refusal(code, "Rate exceeded", status)
        if mode == Mode.CONFLICT:
            return _conflict(params)
        if mode in (Mode.LOST, Mode.TIMEOUT):
            self._after = mode
            return None
        with self.paused():
            self.others[mode]()
        return None


_THROTTLED = {
    "dynamodb": ("ProvisionedThroughputExceededException", 400),
    "cognito-idp": ("TooManyRequestsException", 400),
    "sesv2": ("TooManyRequestsException", 429),
    "s3": ("SlowDown", 503),
}


def _conflict(params: dict[str, Any]) -> Wire:
    # moto and DynamoDB Local never answer so; DynamoDB does, with one reason per operation.
    several = str(params["body"]).count('"TableName"')
    reasons = [{"Code": "TransactionConflict"}, *({"Code": "None"} for _ in range(several - 1))]
    return refusal(
        "TransactionCanceledException",
        "Transaction cancelled, please refer cancellation reasons for specific reasons",
        400,
        CancellationReasons=reasons,
    )
