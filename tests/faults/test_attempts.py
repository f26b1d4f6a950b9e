"""How often botocore itself sends a call, counted at a socket: mail once, transactions safely."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from licensing.adapters import postbox as postbox_module
from licensing.adapters.aws import client
from licensing.adapters.postbox import Postbox
from licensing.domain.outgoing import Said
from licensing.letters import letter
from licensing.use_cases.ports import DeliveryRefusedError, DeliveryUnknownError

pytestmark = pytest.mark.faults

Behaviour = Callable[[socket.socket], None]
LETTER = letter(Said("Invoice updated", "It is.", (), "Thank you."))


class Listener:
    """A server on loopback that reads each request whole and then behaves badly."""

    def __init__(self, behave: Behaviour) -> None:
        self._behave = behave
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.requests: list[bytes] = []
        self._open: list[socket.socket] = []
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        # Closing alone does not wake a thread that waits for a connection.
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self._thread.join(timeout=5)
        for connection in self._open:
            connection.close()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            self._open.append(connection)
            request = _read(connection)
            if request:
                self.requests.append(request)
                self._behave(connection)


def _read(connection: socket.socket) -> bytes:
    connection.settimeout(2)
    data = b""
    while b"\r\n\r\n" not in data:
        chunk = connection.recv(65536)
        if not chunk:
            return data
        data += chunk
    head, _, body = data.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1])
        for line in head.split(b"\r\n")
        if line.lower().startswith(b"content-length:")
    )
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


def hangs(_: socket.socket) -> None:
    """Never answer."""


def closes(connection: socket.socket) -> None:
    """Hang up instead of answering."""
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def answers(status: str, body: str = "{}", *, kind: str = "", length: int = 0) -> Behaviour:
    """Answer so, and close."""

    def behave(connection: socket.socket) -> None:
        head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nConnection: close\r\n"
        if kind:
            head += f"x-amzn-ErrorType: {kind}\r\n"
        head += f"Content-Length: {length or len(body)}\r\n\r\n"
        connection.sendall((head + body).encode())
        closes(connection)

    return behave


@contextmanager
def listening(behave: Behaviour) -> Iterator[Listener]:
    """Listen on loopback meanwhile."""
    listener = Listener(behave)
    listener.start()
    try:
        yield listener
    finally:
        listener.stop()


@pytest.fixture(autouse=True)
def surroundings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials, a region, no proxy, and less patience than in production."""
    for name, value in {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "NO_PROXY": "*",
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(postbox_module, "_READ_SECONDS", 0.4)


def send(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    """Send one mail by the product's own postbox."""
    monkeypatch.setenv("AWS_ENDPOINT_URL_SESV2", listener.url)
    postbox = Postbox("licenses@vendor.example", "licenses")
    postbox.send(["dana@clinic.example"], LETTER, tags={"claim": "1"})


@pytest.mark.parametrize(
    "behave",
    [
        hangs,
        closes,
        answers("500 Internal Server Error"),
        answers("503 Service Unavailable"),
        answers("200 OK", '{"MessageId": "1"}', length=500),
    ],
    ids=["hangs", "closes", "500", "503", "cut short"],
)
def test_a_mail_of_unknown_fate_is_handed_over_once(
    behave: Behaviour, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mail service knows no idempotency key: a second attempt could be a second mail."""
    with listening(behave) as listener:
        with pytest.raises(DeliveryUnknownError):
            send(listener, monkeypatch)
        assert len(listener.requests) == 1


@pytest.mark.parametrize("status", ["400 Bad Request", "429 Too Many Requests"])
def test_a_refused_mail_is_handed_over_once(status: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Trying again is the workflow's affair, which waits in between."""
    refuse = answers(status, '{"message": "no"}', kind="TooManyRequestsException")
    with listening(refuse) as listener:
        with pytest.raises(DeliveryRefusedError):
            send(listener, monkeypatch)
        assert len(listener.requests) == 1


def test_nobody_there_is_unknown_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """No connection proves nothing about what a proxy in between did."""
    with listening(hangs) as listener:
        pass
    with pytest.raises(DeliveryUnknownError):
        send(listener, monkeypatch)


def test_a_transaction_sent_again_carries_the_same_token(monkeypatch: pytest.MonkeyPatch) -> None:
    """So DynamoDB knows it again, and a lost answer is no second effect."""
    with listening(answers("500 Internal Server Error")) as listener:
        monkeypatch.setenv("AWS_ENDPOINT_URL_DYNAMODB", listener.url)
        dynamodb = client("dynamodb")
        item = {"pk": {"S": "a"}, "sk": {"S": "b"}}
        with pytest.raises(dynamodb.exceptions.ClientError):
            dynamodb.transact_write_items(
                TransactItems=[{"Put": {"TableName": "licenses", "Item": item}}]
            )
    bodies = [json.loads(request.partition(b"\r\n\r\n")[2]) for request in listener.requests]
    assert len(bodies) == 3
    assert len({body["ClientRequestToken"] for body in bodies}) == 1
