"""Follows the functions' logs and shows them in one readable line each."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from local.clients import Clients
from local.failures import LocalCloudError
from local.place import STACK_NAME

if TYPE_CHECKING:
    from mypy_boto3_logs import CloudWatchLogsClient

PREFIX = f"/aws/lambda/{STACK_NAME}-"
PAUSE_SECONDS = 1.0
PATIENCE = 10
"""How often in turn the emulator may fail: it does so now and then while much is going on."""
# What Lambda itself writes about every call.
NOISE = ("START ", "END ", "REPORT ", "INIT_START ")


@dataclass
class Position:
    """How far a log was shown: so many messages of one millisecond. Messages have no id here."""

    timestamp: int
    count: int = 0


def follow(clients: Clients, since: datetime) -> Iterator[str]:
    """Yield readable log lines of all functions, for ever."""
    logs = clients.logs()
    begin = int(since.timestamp() * 1000)
    sizes: dict[str, int] = {}
    shown: dict[str, Position] = {}
    failed = 0
    while True:
        try:
            groups = logs.describe_log_groups(logGroupNamePrefix=PREFIX, limit=50)["logGroups"]
            for group in groups:
                name, size = group["logGroupName"], group.get("storedBytes", 0)
                if sizes.get(name) != size:
                    sizes[name] = size
                    position = shown.setdefault(name, Position(begin))
                    for message in _news(logs, name, position):
                        yield from readable(name.removeprefix(PREFIX), message)
            failed = 0
        except (BotoCoreError, ClientError) as error:
            failed += 1
            if failed == PATIENCE:
                said = f"The local cloud does not answer any more: {error}"
                raise LocalCloudError(said) from None
        time.sleep(PAUSE_SECONDS)


def _news(logs: "CloudWatchLogsClient", name: str, position: Position) -> Iterator[str]:
    """Yield what was written since the position, and move it on."""
    events = logs.filter_log_events(logGroupName=name, startTime=position.timestamp)["events"]
    known = position.count
    for event in events:
        if event["timestamp"] == position.timestamp and known > 0:
            known -= 1
            continue
        if event["timestamp"] != position.timestamp:
            position.timestamp, position.count = event["timestamp"], 0
        position.count += 1
        yield event["message"]


def readable(function: str, message: str) -> Iterator[str]:
    """Yield a log message as `time function level message more`, or nothing for Lambda's own."""
    for line in message.splitlines():
        if not line.strip() or line.startswith(NOISE):
            continue
        try:
            entry = json.loads(line)
        except ValueError:
            yield f"{datetime.now(UTC):%H:%M:%S} {function:<27} {'':<7} {line}"
            continue
        if not isinstance(entry, dict) or "_aws" in entry or "message" not in entry:
            continue  # metrics
        shown_at = str(entry.get("timestamp", ""))[11:19]
        yield (
            f"{shown_at:<8} {function:<27} {entry.get('level', '')!s:<7} "
            f"{entry['message']}{_more(entry)}"
        )


def _more(entry: dict[str, object]) -> str:
    told = {
        name: value
        for name, value in entry.items()
        if name in {"clinic_id", "adjustment_id", "outcome", "code", "status", "exception_name"}
    }
    return "".join(f" {name}={value}" for name, value in told.items())
