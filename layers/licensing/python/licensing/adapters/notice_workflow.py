"""Starting what sends a notice."""

import hashlib
import json

from botocore.exceptions import ClientError

from licensing.adapters.aws import client
from licensing.domain.notices import Notice


class NoticeWorkflow:
    """The state machine that sends notices, one each."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._states = client("stepfunctions")

    def start(self, notice: Notice) -> None:
        """Have the notice sent; once, however often this is called."""
        task = {"clinic_id": notice.clinic_id, "cause": notice.cause}
        text = json.dumps(task, sort_keys=True)
        # A name is too short for an id and a cause.
        name = hashlib.sha256(text.encode()).hexdigest()[:40]
        try:
            self._states.start_execution(stateMachineArn=self._arn, name=name, input=text)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
