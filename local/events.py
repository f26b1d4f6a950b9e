"""Follows the events of the bus, as a system that a rule sends them to."""

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

from botocore.exceptions import BotoCoreError, ClientError

from local.clients import Clients
from local.failures import LocalCloudError

SOURCE = "clinic-license-manager"
PAUSE_SECONDS = 0.5
# The emulator of the queue answers at once, also where there is nothing.
_MOST = 10


def follow(clients: Clients) -> Iterator[str]:
    """Yield each event as JSON from now on, until the caller has enough."""
    name = f"follow-{uuid4().hex[:8]}"
    bus = clients.outputs()["EventBusName"]
    queues, events = clients.queues(), clients.events()
    queue = queues.create_queue(QueueName=name)["QueueUrl"]
    arn = queues.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]
    pattern = json.dumps({"source": [SOURCE]})
    events.put_rule(Name=name, EventBusName=bus, EventPattern=pattern)
    events.put_targets(
        Rule=name, EventBusName=bus, Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}]
    )
    try:
        while True:
            told = queues.receive_message(QueueUrl=queue, MaxNumberOfMessages=_MOST)
            for message in told.get("Messages", ()):
                event = json.loads(message["Body"])
                yield json.dumps({"detail-type": event["detail-type"], **event["detail"]})
                queues.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
            if not told.get("Messages"):
                time.sleep(PAUSE_SECONDS)
    except (BotoCoreError, ClientError) as error:
        raise LocalCloudError(f"The local cloud does not answer any more: {error}") from None
    finally:
        # The local cloud may have been stopped first.
        with suppress(BotoCoreError, ClientError):
            events.remove_targets(Rule=name, EventBusName=bus, Ids=["queue"])
            events.delete_rule(Name=name, EventBusName=bus)
            queues.delete_queue(QueueUrl=queue)
