"""The whole product on a cloud in this process: every handler, one clock, instant resets."""

import json
import random
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from aws_lambda_powertools.event_handler.api_gateway import BaseRouter

from docs.template import stream_filters
from licensing.adapters import bus, staff, telemetry, threads
from licensing.domain import ids, provisioning_tokens
from licensing.http import app
from licensing.use_cases import conflicts
from licensing.use_cases.email_requests import receive_email_request
from licensing.use_cases.letters import send_confirmation
from licensing.use_cases.nights import reconcile_billing
from tests.functions.conftest import (
    ENVIRONMENT,
    MACHINES,
    ROOT,
    TABLE,
    World,
    load_event,
)
from tests.inmemory.cloud import Execution

START = datetime(2026, 3, 3, 15, 0, tzinfo=UTC)
"""A Tuesday, in the middle of the demo clinics' billing period."""

MACHINE = f"{MACHINES}InvoiceUpdate"
NOTICES = f"{MACHINES}Notices"
SCHEDULED_MACHINE = f"{MACHINES}ScheduledAdjustment"


@dataclass
class Clock:
    """The product's time: it passes only a little with each look, and as far as it is told."""

    now: datetime = START

    def look(self) -> datetime:
        """Return the time."""
        self.now += timedelta(milliseconds=250)
        return self.now

    def pass_to(self, moment: datetime) -> None:
        """Let the time pass to the moment, if it is to come."""
        self.now = max(self.now, moment)


@dataclass(frozen=True)
class State:
    """All that the product left in the world."""

    items: list[dict[str, Any]]
    outbox: list[Any]
    executions: list[Execution]


@dataclass
class Product(World):
    """Every handler, on a cloud in this process."""

    clock: Clock = field(default_factory=Clock)
    directory: Any = None
    """The client that asks who belongs to the staff."""
    chance: random.Random = field(default_factory=lambda: random.Random(1))  # noqa: S311
    invoked: set[str] = field(default_factory=set)
    """Every function that was invoked."""
    routes: set[str] = field(default_factory=set)
    """Every route that was called."""

    @classmethod
    def open(cls) -> "Product":
        """Load every handler; the surroundings are left as they were."""
        product = cls()
        product.cloud.clock = lambda: product.clock.now
        with pytest.MonkeyPatch.context() as patch:
            for name in ("AWS_ENDPOINT_URL", "AWS_PROFILE"):
                patch.delenv(name, raising=False)
            _set(patch)
            for path in sorted((ROOT / "functions").glob("*/handler.py")):
                product._load(path.parent.name)
            product.directory = product.aws("cognito-idp")
        return product

    def _load(self, function: str) -> None:
        module = self.handler(function)
        if hasattr(module, "datetime"):
            module.datetime = self._time  # type: ignore[attr-defined]

    @property
    def _time(self) -> SimpleNamespace:
        return SimpleNamespace(
            now=lambda _zone: self.clock.look(), fromisoformat=datetime.fromisoformat
        )

    def invoke(self, function: str, event: dict[str, Any]) -> Any:
        """Invoke a function with an event and return what it returns."""
        self.invoked.add(function)
        if "httpMethod" in event:
            self.routes.add(f"{event['httpMethod']} {event['resource']}")
        # In one process all functions share this; one may be invoked amid another's request.
        amid = getattr(BaseRouter, "current_event", None)
        try:
            return super().invoke(function, event)
        finally:
            BaseRouter.current_event = amid  # type: ignore[assignment]  # None of the outermost

    @contextmanager
    def active(self) -> Iterator["Product"]:
        """Within this, waits take no time and chance is seeded: a plan runs the same each time."""
        level = telemetry.logger.log_level
        with pytest.MonkeyPatch.context() as patch:
            _set(patch)
            patch.setattr(staff, "_cognito", lambda: self.directory)
            patch.setattr(app, "datetime", self._time)
            for waiting in (bus, conflicts, reconcile_billing):
                patch.setattr(waiting, "time", SimpleNamespace(sleep=lambda _seconds: None))
            patch.setattr(threads, "WORKERS", 1)
            patch.setattr(ids, "secrets", SimpleNamespace(randbits=self.chance.getrandbits))
            patch.setattr(
                provisioning_tokens,
                "secrets",
                SimpleNamespace(token_urlsafe=lambda size: self.chance.randbytes(size).hex()[:43]),
            )
            for drawing in (send_confirmation, receive_email_request):
                patch.setattr(
                    drawing,
                    "secrets",
                    SimpleNamespace(token_hex=lambda size: self.chance.randbytes(size).hex()),
                )
            telemetry.logger.setLevel("CRITICAL")
            try:
                yield self
            finally:
                self.seam.disarm()
                telemetry.logger.setLevel(level)

    def snapshot(self) -> Any:
        """Return what ``restore`` takes."""
        return super().snapshot(), self.clock.now, self.chance.getstate()

    def restore(self, snapshot: Any) -> None:
        """Put the world back."""
        world, now, chance = snapshot
        super().restore(world)
        self.clock.now = now
        self.chance.setstate(chance)

    def table(self) -> list[dict[str, Any]]:
        """Return all items of the table, in the order of their keys."""
        return self.cloud.tables[TABLE].items()

    def state(self) -> State:
        """Return all that is to be judged."""
        return State(self.table(), list(self.cloud.outbox), list(self.cloud.executions.values()))

    def adjustments(self) -> list[dict[str, str]]:
        """Return what the workflow is given for each adjustment in the table."""
        return [
            {
                "clinic_id": item["pk"]["S"].removeprefix("CLINIC#"),
                "adjustment_id": item["sk"]["S"].removeprefix("ADJUSTMENT#"),
            }
            for item in self.table()
            if item["sk"]["S"].startswith("ADJUSTMENT#")
        ]

    def deliver_few_left(self) -> None:
        """Deliver the stream's record of each clinic of which few licenses left are to be told."""
        for image in self.table():
            if "few_due" in image:
                self.stream(image)

    def deliver(self, task: dict[str, str]) -> None:
        """Deliver the stream's record of an adjustment or a notice, as it was inserted."""
        if "cause" in task:
            key = (f"NOTICE#{task['clinic_id']}#{task['cause']}", "NOTICE")
        else:
            key = (f"CLINIC#{task['clinic_id']}", f"ADJUSTMENT#{task['adjustment_id']}")
        image = self.cloud.tables[TABLE].get(key)
        assert image is not None
        self.stream(image)

    def publish(self, begin: int = 0) -> int:
        """Deliver what was written since to publish_events; return how far it has come."""
        records = self.cloud.tables[TABLE].stream[begin:]
        event = stream_event(records, begin)
        if not event["Records"]:
            return begin + len(records)
        failed = self.invoke("publish_events", event)["batchItemFailures"]
        return int(failed[0]["itemIdentifier"]) if failed else begin + len(records)

    def started(self) -> list[tuple[str, dict[str, str]]]:
        """Return name and input of each execution that is under way."""
        return [
            (arn, json.loads(execution.text))
            for arn, execution in self.cloud.executions.items()
            if execution.running
        ]


def stream_event(records: Sequence[tuple[str, dict[str, Any]]], begin: int) -> dict[str, Any]:
    """Return the records that the template's filters let through, as Lambda hands them over."""
    event = load_event("publish_events")
    usual = event["Records"][0]
    event["Records"] = [
        usual
        | {
            "eventName": name,
            "dynamodb": usual["dynamodb"]
            | {
                "Keys": {key: image[key] for key in ("pk", "sk")},
                "NewImage": image,
                "SequenceNumber": str(number),
            },
        }
        for number, (name, image) in enumerate(records, start=begin)
    ]
    patterns = stream_filters("PublishEventsFunction")
    event["Records"] = [
        record for record in event["Records"] if any(let_through(one, record) for one in patterns)
    ]
    return event


def let_through(pattern: Any, value: Any) -> bool:
    """Return whether an event pattern, as far as the template uses them, matches."""
    if isinstance(pattern, dict):
        return isinstance(value, dict) and all(
            let_through(part, value.get(name)) for name, part in pattern.items()
        )
    return any(
        isinstance(value, str) and value.startswith(one["prefix"])
        if isinstance(one, dict)
        else one == value
        for one in pattern
    )


def _set(patch: pytest.MonkeyPatch) -> None:
    for name, value in ENVIRONMENT.items():
        patch.setenv(name, value)
