"""Starting Step Functions executions."""

import json

from botocore.exceptions import ClientError

from licensing.adapters.aws import client
from licensing.answers import timestamp
from licensing.domain.adjustments import Adjustment


class NameTakenError(RuntimeError):
    """An execution of this name was started with another input."""


class Workflows:
    """The state machine that waits until an invoice update is due."""

    def __init__(self, invoice_update_arn: str) -> None:
        self._arn = invoice_update_arn
        self._states = client("stepfunctions")

    def start_invoice_update(self, name: str, adjustment: Adjustment) -> None:
        """Start the adjustment's update under this name, once; raises NameTakenError.

        A name stays taken after its execution has ended, which counts as success only if
        that execution was given the same input.
        """
        payload = {
            "clinic_id": adjustment.clinic_id,
            "adjustment_id": adjustment.adjustment_id,
            "invoice_update_due_at": timestamp(adjustment.invoice_update_due_at),
        }
        text = json.dumps(payload, sort_keys=True)
        try:
            self._states.start_execution(stateMachineArn=self._arn, name=name, input=text)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
            existing = self._states.describe_execution(executionArn=self._execution(name))
            if json.loads(existing["input"]) != payload:
                raise NameTakenError(f"execution {name} was started with another input") from error

    def is_waiting(self, name: str) -> bool:
        """Return whether the update of this name runs now."""
        try:
            found = self._states.describe_execution(executionArn=self._execution(name))
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
                raise
            return False
        return bool(found["status"] == "RUNNING")

    def _execution(self, name: str) -> str:
        return f"{self._arn.replace(':stateMachine:', ':execution:')}:{name}"
