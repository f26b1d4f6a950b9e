"""One measured process: loads a module, answers requests as its parent says, and ends.

Run as `child.py IMPORT_PATHS MODULE [SCENE]` with the paths joined by colons. Without a scene
(a JSON file, see scenes.py) it only loads the module. Otherwise it reads one number per line
from standard input, answers so many requests, and writes as JSON: the CPU nanoseconds that took,
and the last answer.
"""

from __future__ import annotations

import os
import sys

# Importing typing would be measured: the type checker needs the name only.
TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any


def load(paths: str, name: str) -> Any:
    """Import the module as Lambda would: from the paths, then the standard library."""
    sys.path[:0] = paths.split(":")
    return __import__(name)


def serve(handler: Callable[[Any, Any], Any], scene_file: str) -> None:
    """Answer requests until standard input ends."""
    # Not above: what only loads a module must not pay for them.
    import json  # noqa: PLC0415
    import time  # noqa: PLC0415

    with open(scene_file) as file:  # noqa: PTH123  pathlib is no part of what is measured
        scene = json.load(file)
    answer_from(scene["stored"])
    # What is logged goes where nobody reads: Lambda, too, takes it through a pipe.
    results = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    answer = None
    for line in sys.stdin:
        begun = time.process_time_ns()
        for _ in range(int(line)):
            answer = handler(json.loads(scene["event"]), Context)
        spent = time.process_time_ns() - begun
        results.write(json.dumps({"cpu_ns": spent, "answer": answer}) + "\n")
        results.flush()


class Context:
    """What Lambda tells a function about its invocation."""

    function_name = "function"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:123456789012:function:function"
    aws_request_id = "52fdfc07-2182-154f-163f-5f0f9a621d72"

    @staticmethod
    def get_remaining_time_in_millis() -> int:
        """Return a time that no measurement uses up."""
        return 20_000


def answer_from(stored: dict[str, list[str]]) -> None:
    """Let botocore's HTTP layer answer what is stored.

    An entry is for an operation, or for one whose body holds the text after a space: its answers,
    one after the other, and again from the first one.
    """
    from itertools import cycle  # noqa: PLC0415

    answers: Any = [
        (*name.partition(" ")[::2], cycle([(_status(text), Raw(text)) for text in texts]))
        for name, texts in stored.items()
    ]

    def reply(operation: str, body: str) -> tuple[int, Raw]:
        for name, part, replies in answers:
            if name == operation and part in body:
                told: tuple[int, Raw] = next(replies)
                return told
        raise LookupError(f"the scene has no answer to {operation}")

    answer_by(reply)


def answer_by(reply: Callable[[str, str], tuple[int, Raw]]) -> None:
    """Let botocore's HTTP layer answer by a function of the operation and the body."""
    from botocore.awsrequest import AWSResponse  # noqa: PLC0415
    from botocore.httpsession import URLLib3Session  # noqa: PLC0415

    headers: Any = {"Content-Type": "application/x-amz-json-1.0"}

    def send(_: Any, request: Any) -> AWSResponse:
        target = request.headers.get("X-Amz-Target")
        if target is None:
            # Of the services in question, one is read and one is written to.
            operation = "GetObject" if request.method == "GET" else "SendEmail"
        else:
            operation = target.decode().partition(".")[2]
        status, raw = reply(operation, (request.body or b"").decode())
        told: Any = raw
        return AWSResponse(request.url, status, headers, told)

    URLLib3Session.send = send  # type: ignore[assignment,method-assign]


def _status(text: str) -> int:
    return 400 if text.startswith('{"__type"') else 200


class Raw:
    """The body of an answer, as it comes off the wire."""

    def __init__(self, text: str) -> None:
        self._content = text.encode()
        self._left = self._content

    def read(self, size: int | None = None) -> bytes:
        """Return the next part of the content; behind its end, it begins anew."""
        part, self._left = self._left[:size], self._left[len(self._left[:size]) :]
        if not part:
            self._left = self._content
        return part

    def stream(self) -> tuple[bytes]:
        """Return the content in one piece."""
        return (self._content,)


if __name__ == "__main__":
    module = load(sys.argv[1], sys.argv[2])
    if len(sys.argv) > 3:
        serve(module.lambda_handler, sys.argv[3])
    # Taking the interpreter down would be measured, and Lambda never does it.
    os._exit(0)
