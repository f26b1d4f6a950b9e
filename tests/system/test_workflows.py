"""The workflows where they fail: nothing is lost in silence."""

import json
from typing import Any

from local.clients import Clients
from local.place import STACK_NAME
from tests.system.api import eventually


def test_an_update_that_can_not_be_made_fails_clearly_and_is_kept(clients: Clients) -> None:
    started = clients.workflows().start_execution(
        stateMachineArn=clients.outputs()["InvoiceUpdateArn"],
        name="of-an-unknown-adjustment",
        input=json.dumps(
            {
                "clinic_id": "clinic-main-street",
                "adjustment_id": "no-such-adjustment",
                "invoice_update_due_at": "2026-01-05T09:00:00Z",
            }
        ),
    )

    def ended() -> dict[str, Any] | None:
        told = clients.workflows().describe_execution(executionArn=started["executionArn"])
        return None if told["status"] == "RUNNING" else dict(told)

    execution = eventually(ended)

    assert execution["status"] == "FAILED", execution
    assert execution["error"] == "InvoiceUpdateFailed"
    assert execution["cause"] == "update_invoice did not come through. The outcome was not_found"
    queue = clients.cloudformation().describe_stack_resource(
        StackName=STACK_NAME, LogicalResourceId="InvoiceUpdateDeadLetters"
    )["StackResourceDetail"]["PhysicalResourceId"]
    # An update that found no room on a busy machine may be kept there as well.
    kept = clients.queues().receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"]
    assert {
        "execution": started["executionArn"],
        "clinic_id": "clinic-main-street",
        "adjustment_id": "no-such-adjustment",
        "task": "update_invoice",
        "cause": "The outcome was not_found",
    } in [json.loads(message["Body"]) for message in kept]
