"""Starting what sends a notice."""

import hashlib
import json
from datetime import date

from botocore.exceptions import ClientError

from licensing.adapters.aws import client
from licensing.domain.clinics import Clinic
from licensing.domain.notices import Kind, Notice


class NoticeWorkflow:
    """The state machine that sends notices, one each."""

    def __init__(self, arn: str) -> None:
        self._arn = arn
        self._states = client("stepfunctions")

    def start(self, notice: Notice) -> None:
        """Have the notice sent; once, however often this is called."""
        self._start(notice.clinic_id, notice.cause)

    def again(self, clinic_id: str, cause: str, night: date) -> None:
        """Have a notice sent that was not, once in a night; nobody gets a letter twice."""
        self._start(clinic_id, cause, f"{night}")

    def start_few_left(self, clinic: Clinic) -> None:
        """Have the clinic's User Managers told of few licenses left, as of this version of it."""
        self._start(clinic.clinic_id, Kind.FEW_LEFT, f"{clinic.version}")

    def _start(self, clinic_id: str, cause: str, version: str = "") -> None:
        text = json.dumps({"clinic_id": clinic_id, "cause": cause}, sort_keys=True)
        # A name is too short for an id and a cause.
        name = hashlib.sha256(f"{text}{version}".encode()).hexdigest()[:40]
        try:
            self._states.start_execution(stateMachineArn=self._arn, name=name, input=text)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ExecutionAlreadyExists":
                raise
