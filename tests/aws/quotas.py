"""Step Functions' quotas as a model: what a night may ask for in a second, in virtual time.

A call takes a token from its operation's bucket, which has a size and is filled again at a rate.
Segments ask in parallel; the SDK tries what is throttled three times in all, and waits as long as
it does on average.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from licensing.adapters.workflows import Workflows
from licensing.use_cases.ports import Pending

SEGMENTS = 8
ATTEMPTS = 3
CALL_SECONDS = 0.03
"""About what a call takes within a region."""
_BEGAN = datetime(2026, 11, 25, 7, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Quota:
    """The bucket of one operation in an account and region."""

    size: float
    per_second: float


# https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
LARGE_REGIONS = {"StartExecution": Quota(1_300, 300), "DescribeExecution": Quota(300, 15)}
"""us-east-1, us-west-2 and eu-west-1."""
OTHER_REGIONS = {"StartExecution": Quota(800, 150), "DescribeExecution": Quota(250, 10)}


@dataclass
class Metered:
    """A client of Step Functions that counts tokens; each segment has its own place in time."""

    quotas: dict[str, Quota]
    taken: bool = False
    """Whether it says of what runs that its name is taken, as it does once that has ended."""
    now: float = 0.0
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def start_execution(self, **_: Any) -> dict[str, Any]:
        """Start what runs already since yesterday."""
        self._call("StartExecution")
        if self.taken:
            raise ClientError({"Error": {"Code": "ExecutionAlreadyExists"}}, "StartExecution")
        return {"startDate": _BEGAN - timedelta(days=1)}

    def describe_execution(self, **_: Any) -> dict[str, Any]:
        """Tell that it runs."""
        self._call("DescribeExecution")
        return {"status": "RUNNING"}

    def _call(self, operation: str) -> None:
        for attempt in range(ATTEMPTS):
            self.now += CALL_SECONDS
            quota = self.quotas[operation]
            since, left = self._left.get(operation, (0.0, quota.size))
            filled = min(quota.size, left + max(0.0, self.now - since) * quota.per_second)
            self._left[operation] = (max(since, self.now), filled - (filled >= 1))
            if filled >= 1:
                return
            self.now += 2**attempt / 2
        raise ClientError({"Error": {"Code": "ThrottlingException"}}, operation)


def unknown(client: Metered, waiting: int, *, segments: int = SEGMENTS) -> int:
    """Return of how many updates that wait a night can't tell whether they do."""
    workflows = Workflows("arn:aws:states:us-east-1:123456789012:stateMachine:InvoiceUpdate", "")
    workflows._states = client
    return _night(
        client,
        waiting,
        segments,
        lambda: workflows.keep_pending("one", "one", _BEGAN, since=_BEGAN),
    )


def _night(client: Metered, waiting: int, segments: int, ask: Callable[[], Pending]) -> int:
    clocks = [(0.0, segment) for segment in range(segments)]
    missed = 0
    for _ in range(waiting):
        client.now, segment = heapq.heappop(clocks)
        missed += ask() is Pending.UNKNOWN
        heapq.heappush(clocks, (client.now, segment))
    return missed
