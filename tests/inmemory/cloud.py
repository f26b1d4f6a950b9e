"""AWS in this process: the services that the product calls, answering at botocore's own seam.

A fault campaign makes millions of calls. moto takes 6 ms for the smallest one, since it goes
through HTTP and back; this takes a tenth, since it answers the ``before-call`` event with the
request as it would go over the wire. What it can't do it refuses loudly.
"""

import base64
import io
import json
import uuid
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple
from urllib.parse import unquote

from local.memory import tables
from local.memory.tables import RefusedCallError, Table

Request = dict[str, Any]
Wire = tuple["Status", dict[str, Any]]

REGION = "eu-west-1"
ACCOUNT = "123456789012"
LONGEST_USERNAME = 128
MOST_ENTRIES, MOST_BYTES = 10, 256 * 1024
_KEPT = ("accounts", "signed_in", "gone", "executions", "outbox", "objects", "bus")
_PEOPLE = uuid.UUID("6f1c2f6e-1f54-4a51-9d5e-0b1d5a1f7c00")


class Status(NamedTuple):
    """What botocore looks at of an HTTP response."""

    status_code: int
    headers: dict[str, str]


@dataclass(frozen=True)
class Mail:
    """A mail that the mail service accepted."""

    recipients: tuple[str, ...]
    raw: bytes
    tags: dict[str, str]


@dataclass(frozen=True)
class Execution:
    """An execution of a state machine."""

    machine: str
    name: str
    text: str
    started: datetime
    running: bool = True


@dataclass
class Cloud:
    """All state of the services; a snapshot of it costs next to nothing."""

    tables: dict[str, Table] = field(default_factory=dict)
    accounts: dict[str, dict[str, str]] = field(default_factory=dict)
    signed_in: set[str] = field(default_factory=set)
    """The addresses of those who have chosen a password."""
    gone: set[str] = field(default_factory=set)
    """The accounts that were deleted, by ``sub``: whoever comes again is somebody new."""
    executions: dict[str, Execution] = field(default_factory=dict)
    outbox: list[Mail] = field(default_factory=list)
    objects: dict[str, bytes] = field(default_factory=dict)
    bus: list[dict[str, str]] = field(default_factory=list)
    """The events that the bus took, in their order."""
    refuses_event: Callable[[], bool] = lambda: False
    """Asked about each event: whether the bus does not take it this time."""
    staff: tuple[str, ...] = ()
    """Who is in the group of the vendor's staff, by ``sub``."""
    disabled: frozenset[str] = frozenset()
    """Who of them may no longer sign in."""
    mail_fails: str = ""
    """``before`` or ``after`` the effect the mail service answers 500."""
    clock: Callable[[], datetime] = lambda: datetime.now(UTC)
    allows: Callable[[str, Request], bool] = lambda _operation, _request: True
    """Asked about each call of the table: whether the role of whoever calls lets them."""

    def snapshot(self) -> dict[str, Any]:
        """Return what ``restore`` takes."""
        return {
            "tables": {name: table.snapshot() for name, table in self.tables.items()},
            "streams": {name: list(table.stream) for name, table in self.tables.items()},
            **{name: copy(getattr(self, name)) for name in _KEPT},
        }

    def restore(self, snapshot: dict[str, Any]) -> None:
        """Put everything back."""
        for name, table in self.tables.items():
            table.restore(snapshot["tables"][name])
            table.stream = list(snapshot["streams"][name])
        for name in _KEPT:
            setattr(self, name, copy(snapshot[name]))

    def answer(self, service: str, operation: str, params: Request) -> Wire:
        """Answer a call as it would go over the wire with what botocore would parse."""
        if service == "s3":
            return self._object(operation, params)
        body = params["body"]
        request = json.loads(body) if body else {}
        try:
            handler = _HANDLERS[service, operation]
        except KeyError:
            raise NotImplementedError(f"{service} {operation}") from None
        if service == "dynamodb" and not self.allows(operation, request):
            return refusal("AccessDeniedException", f"not allowed: {operation} {body}", 400)
        try:
            answer = handler(self, request)
        except RefusedCallError as refused:
            return refusal(refused.code, refused.message, refused.status, **refused.more)
        return Status(200, {}), {**answer, "ResponseMetadata": _metadata(200)}

    def _object(self, operation: str, params: Request) -> Wire:
        if operation != "GetObject":
            raise NotImplementedError(f"s3 {operation}")
        found = self.objects.get(unquote(params["url_path"]).lstrip("/"))
        if found is None:
            return refusal("NoSuchKey", "The specified key does not exist.", 404)
        body = {"Body": io.BytesIO(found), "ContentLength": len(found)}
        return Status(200, {}), {**body, "ResponseMetadata": _metadata(200)}

    def invite(self, request: Request) -> dict[str, Any]:
        """AdminCreateUser."""
        name = request["Username"].lower()
        if len(name) > LONGEST_USERNAME:
            raise RefusedCallError("InvalidParameterException", "username is too long")
        if request.get("MessageAction") == "RESEND":
            if name not in self.accounts:
                raise RefusedCallError("UserNotFoundException", "User does not exist.")
            return {"User": {"Username": name, "Attributes": _pairs(self.accounts[name])}}
        if name in self.accounts:
            raise RefusedCallError("UsernameExistsException", "User account already exists")
        given = {entry["Name"]: entry["Value"] for entry in request["UserAttributes"]}
        sub = str(uuid.uuid5(_PEOPLE, name))
        while sub in self.gone:
            sub = str(uuid.uuid5(_PEOPLE, sub))
        self.accounts[name] = {"sub": sub, **given}
        return {"User": {"Username": name, "Attributes": _pairs(self.accounts[name])}}

    def members(self, request: Request) -> dict[str, Any]:
        """ListUsersInGroup, one at a time."""
        number = int(request.get("NextToken", 0))
        users = [
            {"Enabled": sub not in self.disabled, "Attributes": _pairs({"sub": sub})}
            for sub in self.staff[number : number + 1]
        ]
        more = {"NextToken": str(number + 1)} if number + 1 < len(self.staff) else {}
        return {"Users": users, **more}

    def account(self, request: Request) -> dict[str, Any]:
        """AdminGetUser."""
        name = request["Username"].lower()
        for address, account in self.accounts.items():
            if name in (address, account["sub"]):
                return {
                    "Username": account["sub"],
                    "UserAttributes": _pairs(account),
                    "UserStatus": (
                        "CONFIRMED" if address in self.signed_in else "FORCE_CHANGE_PASSWORD"
                    ),
                }
        raise RefusedCallError("UserNotFoundException", "User does not exist.")

    def readdress(self, request: Request) -> dict[str, Any]:
        """AdminUpdateUserAttributes."""
        name = next(
            (name for name, of in self.accounts.items() if request["Username"] == of["sub"]), None
        )
        if name is None:
            raise RefusedCallError("UserNotFoundException", "User does not exist.")
        given = {entry["Name"]: entry["Value"] for entry in request["UserAttributes"]}
        self.accounts[given["email"]] = self.accounts.pop(name) | given
        return {}

    def delete_account(self, request: Request) -> dict[str, Any]:
        """AdminDeleteUser."""
        kept = {name: of for name, of in self.accounts.items() if of["sub"] != request["Username"]}
        if len(kept) == len(self.accounts):
            raise RefusedCallError("UserNotFoundException", "User does not exist.")
        self.accounts = kept
        self.gone.add(request["Username"])
        return {}

    def start(self, request: Request) -> dict[str, Any]:
        """StartExecution: a name taken counts as success only while running, input the same."""
        machine, name, text = request["stateMachineArn"], request["name"], request["input"]
        arn = f"{machine.replace(':stateMachine:', ':execution:')}:{name}"
        taken = self.executions.get(arn)
        if taken is not None and not (taken.running and taken.text == text):
            raise RefusedCallError("ExecutionAlreadyExists", f"Execution Already Exists: '{arn}'")
        begun = Execution(machine, name, text, self.clock())
        found = self.executions.setdefault(arn, begun)
        return {"executionArn": arn, "startDate": found.started}

    def execution(self, request: Request) -> dict[str, Any]:
        """DescribeExecution."""
        found = self.executions.get(request["executionArn"])
        if found is None:
            raise RefusedCallError("ExecutionDoesNotExist", "Execution Does Not Exist")
        status = "RUNNING" if found.running else "SUCCEEDED"
        return {
            "executionArn": request["executionArn"],
            "stateMachineArn": found.machine,
            "name": found.name,
            "status": status,
            "input": found.text,
        }

    def send(self, request: Request) -> dict[str, Any]:
        """SendEmail."""
        failure = RefusedCallError("InternalFailure", "Internal failure", status=500)
        if self.mail_fails == "before":
            raise failure
        self.outbox.append(
            Mail(
                tuple(request["Destination"]["ToAddresses"]),
                base64.b64decode(request["Content"]["Raw"]["Data"]),
                {tag["Name"]: tag["Value"] for tag in request.get("EmailTags", ())},
            )
        )
        if self.mail_fails == "after":
            raise failure
        return {"MessageId": f"{len(self.outbox):060d}"}

    def put_events(self, request: Request) -> dict[str, Any]:
        """PutEvents: each entry is taken or refused by itself."""
        entries = request["Entries"]
        if not 1 <= len(entries) <= MOST_ENTRIES:
            raise RefusedCallError("ValidationException", "1 to 10 entries")
        if sum(len(value.encode()) for entry in entries for value in entry.values()) > MOST_BYTES:
            raise RefusedCallError("ValidationException", "Total size of the entries is too large")
        told: list[dict[str, str]] = []
        for entry in entries:
            json.loads(entry["Detail"])
            if self.refuses_event():
                told.append({"ErrorCode": "InternalFailure", "ErrorMessage": "try again"})
            else:
                self.bus.append(entry)
                told.append({"EventId": str(len(self.bus))})
        refused = sum("ErrorCode" in one for one in told)
        return {"FailedEntryCount": refused, "Entries": told}


def refusal(code: str, message: str, status: int, **more: Any) -> Wire:
    """Return an error as botocore would parse it."""
    error = {"Code": code, "Message": message}
    return Status(status, {}), {
        "Error": error,
        "message": message,
        **more,
        "ResponseMetadata": _metadata(status),
    }


def _metadata(status: int) -> dict[str, Any]:
    return {"HTTPStatusCode": status, "HTTPHeaders": {}, "RetryAttempts": 0, "RequestId": "0"}


def _pairs(account: dict[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in account.items()]


def _dynamodb(
    handle: Callable[[dict[str, Table], Request], dict[str, Any]],
) -> Callable[[Cloud, Request], dict[str, Any]]:
    return lambda cloud, request: _read_bytes(handle(cloud.tables, request))


def _read_bytes(answer: dict[str, Any]) -> dict[str, Any]:
    # Binary attributes lie in the table as they go over the wire; botocore hands out bytes.
    if "Items" in answer:
        return answer | {"Items": [_read_item(item) for item in answer["Items"]]}
    if "Responses" in answer:
        found = {
            name: [_read_item(item) for item in items]
            for name, items in answer["Responses"].items()
        }
        return answer | {"Responses": found}
    return answer


def _read_item(item: dict[str, Any]) -> dict[str, Any]:
    # The product keeps bytes only at the top of an item.
    return {
        name: {"B": base64.b64decode(value["B"])} if "B" in value else value
        for name, value in item.items()
    }


_HANDLERS: dict[tuple[str, str], Callable[[Cloud, Request], dict[str, Any]]] = {
    ("dynamodb", "BatchGetItem"): _dynamodb(tables.batch_get),
    ("dynamodb", "TransactWriteItems"): _dynamodb(tables.transact_write),
    ("dynamodb", "PutItem"): _dynamodb(lambda of, request: tables.write_one(of, "Put", request)),
    ("dynamodb", "DeleteItem"): _dynamodb(
        lambda of, request: tables.write_one(of, "Delete", request)
    ),
    ("dynamodb", "Query"): _dynamodb(tables.query),
    ("dynamodb", "Scan"): _dynamodb(tables.scan),
    ("cognito-idp", "AdminCreateUser"): Cloud.invite,
    ("cognito-idp", "AdminGetUser"): Cloud.account,
    ("cognito-idp", "ListUsersInGroup"): Cloud.members,
    ("cognito-idp", "AdminUpdateUserAttributes"): Cloud.readdress,
    ("cognito-idp", "AdminDeleteUser"): Cloud.delete_account,
    ("stepfunctions", "StartExecution"): Cloud.start,
    ("stepfunctions", "DescribeExecution"): Cloud.execution,
    ("sesv2", "SendEmail"): Cloud.send,
    ("events", "PutEvents"): Cloud.put_events,
}
