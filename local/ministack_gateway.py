"""MiniStack behind a guard, and doing what it leaves undone.

It keeps API Gateway's MinimumCompressionSize but does nothing about it, and takes the `~1` of media
types as it stands. It answers whoever reaches its port: a page of any website that the developer
opens, by the browser, as well as anybody on the machine. Its threads make two accounts of one
address, or fail to sign somebody in while an account is made. What falls due together gets a
process a call, and each process unpacks the layers for itself, 2,000 files. A page of an index, or
of what begins alike, makes it go through all there is.
"""

import gzip
import hashlib
import io
import os
import tempfile
import time
import zipfile
from collections.abc import Awaitable, Callable, MutableMapping
from functools import cache, lru_cache
from types import FunctionType
from typing import Any

from ministack import app as ministack
from ministack.core import concurrency, iam_evaluator, lambda_runtime
from ministack.services import apigateway_v1, cognito, dynamodb, lambda_svc, sts

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
Receive = Callable[[], Awaitable[Message]]

_answer = ministack.app

_TOOLS = tuple(f"/_ministack/{name}" for name in ("config", "reset", "ses/", "sns/", "sqs/"))
"""What changes the emulator itself, or shows what it holds, and asks for no key."""


async def guarded(scope: Message, receive: Receive, send: Send) -> None:
    """Refuse what comes from a foreign page, by a name that is not ours, or without our key."""
    headers = dict(scope.get("headers", []))
    if scope["type"] == "http" and not (is_ours(headers) and may_call(scope["path"], headers)):
        start = {"status": 403, "headers": [(b"content-type", b"text/plain")]}
        await send({"type": "http.response.start", **start})
        await send({"type": "http.response.body", "body": b"The local cloud is for its own page."})
        return
    await compressing(scope, receive, send)


def is_ours(headers: dict[bytes, bytes]) -> bool:
    """Return whether a request calls us by our own name, and comes from no page but ours.

    Browsers say by `Origin` which page it is, also to whom they refuse the answer, and by `Host`
    what name a page made them look up.
    """
    origin = headers.get(b"origin")
    return _is_local(headers.get(b"host", b"").decode("latin-1")) and (
        origin is None or _is_local(origin.decode("latin-1").partition("://")[2])
    )


def may_call(path: str, headers: dict[bytes, bytes]) -> bool:
    """Return whether a request has the secret of this start, or calls what is open to others.

    Others on this machine can read neither the file that has it nor, so, anybody's mails.
    """
    own = os.environ["AWS_SECRET_ACCESS_KEY"].encode()
    return not path.startswith(_TOOLS) or headers.get(b"local-key") == own


def _is_local(name: str) -> bool:
    host, _, port = name.rpartition(":")
    own = port == os.environ.get("GATEWAY_PORT", port)
    return own and (host in ("localhost", "127.0.0.1") or host.endswith(".localhost"))


async def compressing(scope: Message, receive: Receive, send: Send) -> None:
    """Answer as MiniStack does; what an API says is compressed for callers that take it so."""
    headers = dict(scope.get("headers", []))
    host = headers.get(b"host", b"").decode().partition(":")[0]
    takes = b"gzip" in headers.get(b"accept-encoding", b"")
    # AWS services are at `localhost`; the API has the domain's name, or one below it.
    if scope["type"] != "http" or host == "localhost" or not takes:
        await _answer(scope, receive, send)
        return
    held: list[Message] = []

    async def hold(message: Message) -> None:
        held.append(message)

    await _answer(scope, receive, hold)
    for message in _compressed(held):
        await send(message)


def _compressed(messages: list[Message]) -> list[Message]:
    body = b"".join(message.get("body", b"") for message in messages[1:])
    if not messages or len(body) < _minimum():
        return messages
    start = messages[0]
    body = gzip.compress(body, mtime=0)
    kept = [pair for pair in start["headers"] if pair[0].lower() != b"content-length"]
    added = [(b"content-encoding", b"gzip"), (b"content-length", str(len(body)).encode())]
    return [
        {**start, "headers": kept + added},
        {"type": "http.response.body", "body": body, "more_body": False},
    ]


def _minimum() -> float:
    """Return the least size that a deployed API compresses."""
    sizes = (api.get("minimumCompressionSize") for api in apigateway_v1._rest_apis.values())  # noqa: SLF001
    return min((int(size) for size in sizes if size is not None), default=float("inf"))


_matches = apigateway_v1._media_type_matches  # noqa: SLF001


def is_binary(media_type: str | None, configured: list[str]) -> bool:
    """Return whether a body is handed over as it came; CloudFormation writes `/` as `~1`."""
    return bool(_matches(media_type, [name.replace("~1", "/") for name in configured]))


def is_our_key(access_key_id: str) -> bool:
    """Return whether this is the key of this start, which may do everything.

    MiniStack would take `test`, the number of an account, and with S3 no key at all for it, too.
    """
    return access_key_id == os.environ["AWS_ACCESS_KEY_ID"]


_judged = iam_evaluator.enforce


def enforce(access_key_id: str, iam_action: str, service: str, *more: Any, **named: Any) -> Any:
    """Let everybody do what AWS lets everybody do, such as sign in; judge the rest by its key."""
    if not access_key_id and iam_evaluator._served_unsigned(service, iam_action):  # noqa: SLF001
        return None
    return _judged(access_key_id, iam_action, service, *more, **named)


_account = cognito._admin_create_user  # noqa: SLF001 - there is no other way in


def one_account(data: dict[str, Any]) -> Any:
    """Make an account while nobody else makes one of its address, as Cognito itself does.

    MiniStack looks for the address, runs the trigger that writes the invitation, and only then adds
    the account: of two invitations at once each finds none, and the sign-in is one of two.
    """
    with concurrency.resource_lock("AdminCreateUser", str(data.get("Username")).lower()):
        return _account(data)


class Growing(dict[str, Any]):
    """Accounts or tokens, to be walked through while other threads add some.

    A loop over a view of a dict that grows meanwhile ends with an error.
    """

    def values(self) -> Any:
        """Return those of this moment."""
        return list(super().values())

    def items(self) -> Any:
        """Return those of this moment."""
        return list(super().items())


_pool = cognito._create_user_pool  # noqa: SLF001


def growing_pool(data: dict[str, Any]) -> Any:
    """Make a pool in which people can sign in while accounts are made."""
    answer = _pool(data)
    for pool in cognito._user_pools.values():  # noqa: SLF001
        pool["_users"] = Growing(pool["_users"])
    return answer


_derived = lambda_runtime.execution_credentials


def execution_credentials(config: dict[str, Any]) -> dict[str, str]:
    """Return what a function signs by: MiniStack derives its secret from names that are known."""
    given: dict[str, str] = _derived(config)
    own = os.environ["AWS_SECRET_ACCESS_KEY"] + given["AWS_SECRET_ACCESS_KEY"]
    secret = hashlib.sha256(own.encode()).hexdigest()
    sts._sessions[given["AWS_ACCESS_KEY_ID"]]["SecretAccessKey"] = secret  # noqa: SLF001
    return given | {"AWS_SECRET_ACCESS_KEY": secret}


_worker = lambda_svc.acquire_worker
AT_ONCE = 8
"""Processes of one function; hundreds would take a machine's memory, and each a start."""


def patient_worker(*about: Any, **named: Any) -> tuple[Any, str]:
    """Wait until one of a function's processes is free, as calls do that AWS lets wait.

    Each call has a thread of its own, and none of our functions calls itself.
    """
    while True:
        worker, how = _worker(*about, **named, max_concurrency=AT_ONCE)
        if worker is not None:
            return worker, how
        time.sleep(0.02)


_spawn = lambda_runtime.Worker._spawn  # noqa: SLF001


def spawn(worker: lambda_runtime.Worker) -> None:
    """Start a function's process with its layers as they were unpacked for the first one."""
    config = worker.config
    layers = os.pathsep.join(_unpacked(layer["Arn"]) for layer in config["Layers"])
    variables = {**config["Environment"]["Variables"], "_LAMBDA_LAYERS_DIRS": layers}
    worker.config = {**config, "Layers": [], "Environment": {"Variables": variables}}
    _spawn(worker)
    worker.config = config


@cache
def _unpacked(layer: str) -> str:
    folder = tempfile.mkdtemp(prefix="layer-")
    with zipfile.ZipFile(io.BytesIO(lambda_svc._resolve_layer_zip(layer))) as packed:  # noqa: SLF001
        packed.extractall(folder)
    return folder


_BEGIN_ALIKE = "pk = :pk AND begins_with(sk, :sk)"
"""How the product asks for a list."""


def seeking(operation: FunctionType) -> Callable[[dict[str, Any]], Any]:
    """Let a query or a scan see only what its keys lead to, as DynamoDB finds it.

    For one page MiniStack compares all of a partition, or sorts the whole table for an index.
    """

    def seek(data: dict[str, Any]) -> Any:
        name = data.get("TableName")
        table = dynamodb._tables.get(name)  # noqa: SLF001
        sought = table and _sought(table, data)
        if sought is None:
            return operation(data)
        seen = {"_tables": {name: {**table, "items": sought}}}
        return FunctionType(operation.__code__, {**operation.__globals__, **seen})(data)

    return seek


def _sought(table: dict[str, Any], data: dict[str, Any]) -> dict[str, dict[str, Any]] | None:
    """Return by partition what a request may find for its page, if that can be told."""
    items = table["items"]
    members = dynamodb._index_members(table).get(data.get("IndexName"))  # noqa: SLF001
    if data.get("KeyConditionExpression") == _BEGIN_ALIKE:
        own, begins = (data["ExpressionAttributeValues"][name]["S"] for name in (":pk", ":sk"))
        keys = [(own, sort) for sort in items.get(own, {}) if sort.startswith(begins)]
    elif members is not None and "KeyConditionExpression" not in data:
        # Those of our indexes are in the order of the table's own.
        keys = [key for some in members.values() for key in some]
    else:
        return None
    forward = data.get("ScanIndexForward", True)
    keys.sort(reverse=not forward)
    if start := data.get("ExclusiveStartKey"):
        behind = (start["pk"]["S"], start["sk"]["S"])
        keys = [key for key in keys if (key > behind if forward else key < behind)]
    sought: dict[str, dict[str, Any]] = {}
    for own, sort in keys[: data.get("Limit")]:
        sought.setdefault(own, {})[sort] = items[own][sort]
    return sought


if __name__ == "__main__":
    # Each item is compared by the same few expressions.
    dynamodb._tokenize = lru_cache(dynamodb._tokenize)  # noqa: SLF001
    dynamodb._condition_syntax_error = lru_cache(dynamodb._condition_syntax_error)  # noqa: SLF001
    dynamodb._query, dynamodb._scan = map(seeking, (dynamodb._query, dynamodb._scan))  # noqa: SLF001
    apigateway_v1._media_type_matches = is_binary  # noqa: SLF001
    cognito._admin_create_user = one_account  # noqa: SLF001
    lambda_svc.acquire_worker = patient_worker
    lambda_runtime.Worker._spawn = spawn  # noqa: SLF001
    cognito._create_user_pool = growing_pool  # noqa: SLF001
    cognito._refresh_tokens = Growing()  # noqa: SLF001
    lambda_svc.execution_credentials = execution_credentials
    lambda_runtime.execution_credentials = execution_credentials
    iam_evaluator.is_root_access_key = is_our_key
    iam_evaluator.enforce = enforce
    ministack.app = guarded
    ministack.main()
