"""Starting Step Functions executions."""

import hashlib
import json
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from licensing.adapters.aws import client, is_throttled
from licensing.answers import timestamp
from licensing.domain.adjustments import Adjustment, Status
from licensing.use_cases.ports import Pending


class NameTakenError(RuntimeError):
    """An execution of this name was started with another input."""


class Workflows:
    """The state machines: what waits for an invoice's update or a scheduled day, and notices."""

    def __init__(
        self, invoice_update_arn: str, scheduled_adjustment_arn: str = "", notices_arn: str = ""
    ) -> None:
        self._arn = invoice_update_arn
        self._scheduled_arn = scheduled_adjustment_arn
        self._notices_arn = notices_arn
        self._states = client("stepfunctions")

    def start(self, name: str, adjustment: Adjustment) -> None:
        """Start what the adjustment waits for under this name, once; raises NameTakenError.

        A name stays taken after its execution has ended, which counts as success only if
        that execution was given the same input.
        """
        of = adjustment.clinic_id, adjustment.adjustment_id
        if adjustment.status in (Status.SCHEDULED, Status.LAPSED):
            self._start(self._scheduled_arn, name, _day(*of, adjustment.effective_at))
        else:
            self._start(self._arn, name, _update(*of, adjustment.invoice_update_due_at))

    def start_day(self, clinic_id: str, name: str, day: datetime) -> None:
        self._start(self._scheduled_arn, name, _day(clinic_id, name, day))

    def send_notice(self, clinic_id: str, cause: str, again: str = "") -> None:
        """Have a notice sent; once for each ``again``, however often this is called."""
        text = json.dumps({"clinic_id": clinic_id, "cause": cause}, sort_keys=True)
        # A name is too short for an id and a cause.
        name = hashlib.sha256(f"{text}{again}".encode()).hexdigest()[:40]
        self._begin(self._notices_arn, name, text)

    def _start(self, arn: str, name: str, text: str) -> None:
        if self._begin(arn, name, text) is None:
            existing = self._states.describe_execution(executionArn=_execution(arn, name))
            if json.loads(existing["input"]) != json.loads(text):
                raise NameTakenError(f"execution {name} was started with another input")

    def _begin(self, arn: str, name: str, text: str) -> dict[str, Any] | None:
        """Return what is told of an execution that began; None where the name was taken before."""
        try:
            begun: dict[str, Any] = self._states.start_execution(
                stateMachineArn=arn, name=name, input=text
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
            return None
        return begun

    def keep_pending(
        self, clinic_id: str, adjustment_id: str, due: datetime, *, since: datetime
    ) -> Pending:
        """Start the update under its own name and tell what became of it.

        Starting what runs already is a success without effect and has a quota twenty times that
        of asking for it. What started after ``since`` counts as begun by this, so that a repeat
        tells the same.
        """
        try:
            begun = self._begin(self._arn, adjustment_id, _update(clinic_id, adjustment_id, due))
            if begun is None:
                # On AWS it has ended, or has another input; the emulator says so of what runs, too.
                name = _execution(self._arn, adjustment_id)
                found = self._states.describe_execution(executionArn=name)
                return Pending.WAITS if found["status"] == "RUNNING" else Pending.ENDED
        except ClientError as error:
            if is_throttled(error):
                return Pending.UNKNOWN
            raise
        return Pending.BEGUN if begun["startDate"] > since else Pending.WAITS


def _execution(arn: str, name: str) -> str:
    return f"{arn.replace(':stateMachine:', ':execution:')}:{name}"


def _day(clinic_id: str, adjustment_id: str, day: datetime) -> str:
    return _input(clinic_id, adjustment_id, applies_at=timestamp(day))


def _update(clinic_id: str, adjustment_id: str, due: datetime) -> str:
    return _input(clinic_id, adjustment_id, invoice_update_due_at=timestamp(due))


def _input(clinic_id: str, adjustment_id: str, **waits_for: str) -> str:
    """Return what an execution is given, the same whoever starts it."""
    task = {"clinic_id": clinic_id, "adjustment_id": adjustment_id, **waits_for}
    return json.dumps(task, sort_keys=True)
