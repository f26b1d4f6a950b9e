"""A bounded load on a local cloud of its own: `make load`.

Four workers of this process send mixed reads and writes for many clinics to the deployed system,
and at times to an empty function beside it: what that takes is the emulator's own share. Times
are of the emulator, not of AWS; what counts here is that nothing fails and all books agree.
"""

import argparse
import io
import json
import random
import socket
import statistics
import sys
import time
import uuid
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import boto3

from local import cloud, demo
from local.clients import Clients
from local.emulator import SECONDS_A_DAY
from local.failures import LocalCloudError
from local.place import REGION, ROOT, STACK_NAME, Place
from local.sign_in import SignIn
from local.stack import Stack
from tests import invariants

WORKERS = 4
"""At most so many requests at a time: the emulator starts a process for each."""
EMPTY = """
def handler(event, context):
    if event["queryStringParameters"]:
        print("{}")
    return {"statusCode": 200, "body": "{}"}
"""
# The emulator waits up to 50 ms for a line in the log: a status read writes none, changes do.
SILENT_FLOOR, FLOOR = "empty, silent", "empty, one log line"
KINDS = {SILENT_FLOOR: 1, "status": 6, FLOOR: 1, "adjustment": 3, "activation": 2}
"""How often each kind is drawn."""
_CHANCE = random.SystemRandom()


@dataclass(frozen=True)
class Call:
    """One HTTP request."""

    kind: str
    method: str
    path: str
    body: Any = None
    key: str | None = None


@dataclass
class Measured:
    """What came of the calls of one kind."""

    seconds: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def row(self, kind: str) -> dict[str, Any]:
        """Return the line of the table."""
        cuts = statistics.quantiles(self.seconds, n=100) if len(self.seconds) > 1 else [0.0] * 99
        return {
            "kind": kind,
            "n": len(self.seconds),
            "errors": len(self.errors),
            **{f"p{n}_ms": round(cuts[n - 1] * 1000, 1) for n in (50, 95, 99)},
        }


@dataclass(frozen=True)
class Worker:
    """Sends one request after the other as somebody."""

    url: str
    token: str

    def send(self, call: Call) -> tuple[int, dict[str, Any]]:
        """Return status and body."""
        place = urlsplit(self.url)
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if call.key:
            headers["Idempotency-Key"] = call.key
        if call.kind in (SILENT_FLOOR, FLOOR):
            # Under its other name the emulator answers for the product's API alone.
            headers["Host"] = f"localhost:{place.port}"
        body = None if call.body is None else json.dumps(call.body)
        with closing(HTTPConnection(place.hostname or "", place.port, timeout=60)) as connection:
            connection.request(call.method, call.path, body, headers)
            answer = connection.getresponse()
            return answer.status, json.loads(answer.read() or b"{}")


def main() -> None:
    """Start a local cloud, load it, judge the books, and stop it."""
    parser = argparse.ArgumentParser(prog="make load", description=__doc__)
    parser.add_argument("--seconds", type=int, default=40, help="of load; default: 40")
    parser.add_argument("--clinics", type=int, default=30, help="default: 30")
    given = parser.parse_args()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = Place(ROOT / ".local" / "load", probe.getsockname()[1])
    try:
        # Days as long as they are: no workflow comes due meanwhile.
        with cloud.running(place, SECONDS_A_DAY) as described:
            sys.exit(run(place, described, given.clinics, given.seconds))
    except LocalCloudError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def run(place: Place, described: Stack, clinics: int, seconds: int) -> int:
    """Load the system and print what came of it; returns 1 if anything is wrong."""
    clients = Clients(place)
    tokens = _tokens(clients, described)
    empty_path = _empty_function(place, described)
    say(f"register {clinics} clinics")
    users = _register(described["api_url"], tokens, clinics)
    say("warm the functions up")
    draw = _drawing(users, empty_path)
    _send_all(described["api_url"], tokens["manager"], _first_of_each(draw), {})
    measured = {kind: Measured() for kind in KINDS}
    begun = time.monotonic()
    _send_all(described["api_url"], tokens["manager"], _until(begun + seconds, draw), measured)
    lasted = time.monotonic() - begun
    say("judge the books")
    wrong = _wrong(clients, described)
    rows = [measured[kind].row(kind) for kind in KINDS]
    result = {
        "seconds": round(lasted, 1),
        "clinics": clinics,
        "at_a_time": WORKERS,
        "requests_per_second": round(sum(row["n"] for row in rows) / lasted, 1),
        "kinds": rows,
        "violations": wrong,
    }
    (place.folder / "results.json").write_text(json.dumps(result, indent=2) + "\n")
    _print(result, [error for one in measured.values() for error in one.errors])
    return int(bool(wrong) or any(row["errors"] for row in rows))


def say(text: str) -> None:
    """Show how far the run has come."""
    print(f"  {text}", file=sys.stderr, flush=True)


def _tokens(clients: Clients, described: Stack) -> dict[str, str]:
    sign_in = SignIn(clients, described["user_pool_id"], described["user_pool_client_id"])
    passwords = {account["email"]: account["password"] for account in described["accounts"]}
    people = {"staff": demo.STAFF, "manager": demo.DANA.email}
    return {role: sign_in.id_token(email, passwords[email]) for role, email in people.items()}


def _empty_function(place: Place, described: Stack) -> str:
    """Deploy a function that does nothing behind an API of its own, and return its path."""
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("empty.py", EMPTY)
    functions = Clients(place).functions()
    # The emulator wants a role that it knows; any will do.
    role = functions.get_function_configuration(FunctionName=f"{STACK_NAME}-get_license_status")
    arn = functions.create_function(
        FunctionName="empty",
        Runtime="python3.13",
        Role=role["Role"],
        Handler="empty.handler",
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]
    key, secret = place.keys().values()
    gateway: Any = boto3.Session(key, secret, region_name=REGION).client(
        "apigateway", endpoint_url=described["endpoint_url"]
    )
    api = gateway.create_rest_api(name="empty")["id"]
    (root,) = gateway.get_resources(restApiId=api)["items"]
    target = {"restApiId": api, "resourceId": root["id"], "httpMethod": "GET"}
    gateway.put_method(**target, authorizationType="NONE")
    gateway.put_integration(
        **target,
        type="AWS_PROXY",
        integrationHttpMethod="POST",
        uri=f"arn:aws:apigateway:{REGION}:lambda:path/2015-03-31/functions/{arn}/invocations",
    )
    gateway.create_deployment(restApiId=api, stageName="v1")
    return f"/_aws/execute-api/{api}/v1/"


def _register(url: str, tokens: dict[str, str], clinics: int) -> dict[str, str]:
    """Register clinics with one user each; returns the users by clinic."""
    staff, manager = Worker(url, tokens["staff"]), Worker(url, tokens["manager"])
    users = {}
    for number in range(clinics):
        clinic_id = f"clinic-load-{number:03}"
        body = {
            "name": f"Clinic {number}",
            "time_zone": "America/New_York",
            "currency": "USD",
            "billing_day": 1 + number % 28,
            "licenses": [
                {"license_type": "therapist", "purchased": 50, "unit_price_cents": 4900},
                {"license_type": "front_office", "purchased": 5, "unit_price_cents": 1900},
            ],
            "user_managers": [
                {
                    "name": demo.DANA.name,
                    "email": demo.DANA.email,
                    "license_type": demo.DANA.license_type,
                }
            ],
        }
        _expect(201, *staff.send(Call("register", "PUT", f"/clinics/{clinic_id}", body)))
        person = {
            "name": "Ana Silva",
            "email": f"ana{number}@clinic.example",
            "license_type": "therapist",
            "permissions": [],
        }
        path = f"/clinics/{clinic_id}/users"
        added = _expect(201, *manager.send(Call("add", "POST", path, person)))
        users[clinic_id] = added["user_id"]
    return users


def _expect(status: int, found: int, body: dict[str, Any]) -> dict[str, Any]:
    if found != status:
        raise LocalCloudError(f"a request was answered {found} instead of {status}: {body}")
    return body


def _drawing(users: dict[str, str], empty_path: str) -> Callable[[str], Call]:
    """Return what makes a call of a kind, for a clinic drawn at random."""

    def draw(kind: str) -> Call:
        clinic_id = _CHANCE.choice(list(users))
        if kind in (SILENT_FLOOR, FLOOR):
            return Call(kind, "GET", empty_path + ("?log=1" if kind == FLOOR else ""))
        if kind == "status":
            return Call(kind, "GET", f"/clinics/{clinic_id}/licenses")
        if kind == "activation":
            path = f"/clinics/{clinic_id}/users/{users[clinic_id]}/activation"
            return Call(kind, "PUT", path, {"active": _CHANCE.random() < 0.5})
        action = _CHANCE.choice(["add", "remove"])
        line = {"action": action, "license_type": "therapist", "quantity": 1}
        body = {"lines": [line], "explanation": "The load goes up and down."}
        path = f"/clinics/{clinic_id}/license-adjustments"
        return Call(kind, "POST", path, body, str(uuid.uuid4()))

    return draw


def _first_of_each(draw: Callable[[str], Call]) -> Iterator[Call]:
    for kind in KINDS:
        # So many at once that each worker of the emulator is started.
        for _ in range(WORKERS * 3):
            yield draw(kind)


def _until(end: float, draw: Callable[[str], Call]) -> Iterator[Call]:
    shown = 0.0
    while (now := time.monotonic()) < end:
        if now - shown >= 5:
            say(f"{end - now:3.0f} s of load left")
            shown = now
        yield draw(_CHANCE.choices(list(KINDS), list(KINDS.values()))[0])


def _send_all(url: str, token: str, calls: Iterator[Call], measured: dict[str, Measured]) -> None:
    """Send the calls, so many at a time; only kinds in ``measured`` are noted."""
    lock = Lock()

    def work() -> None:
        worker = Worker(url, token)
        while True:
            with lock:
                call = next(calls, None)
            if call is None:
                return
            begun = time.perf_counter()
            try:
                status, body = worker.send(call)
                error = None if status < 300 else f"{call.kind}: {status} {body.get('code')}"
            except (OSError, HTTPException, ValueError) as failure:
                error = f"{call.kind}: {type(failure).__name__}"
            seconds = time.perf_counter() - begun
            if call.kind in measured:
                measured[call.kind].seconds.append(seconds)
                measured[call.kind].errors += [error] if error else []

    with ThreadPoolExecutor(WORKERS) as pool:
        for ended in [pool.submit(work) for _ in range(WORKERS)]:
            ended.result()


def _wrong(clients: Clients, described: Stack) -> list[str]:
    """Return what must not be so: by the tests' own judge, then by the product's own night."""
    items: list[dict[str, Any]] = []
    for page in clients.tables().get_paginator("scan").paginate(TableName=described["table_name"]):
        items += page["Items"]
    staff = clients.cognito().admin_get_user(
        UserPoolId=described["user_pool_id"], Username=demo.STAFF
    )
    ids = [entry["Value"] for entry in staff["UserAttributes"] if entry["Name"] == "sub"]
    clinics = invariants.partitions(items).values()
    found = [said for part in clinics for said in invariants.of_clinic(part, ids)]
    return found + _found_by_the_night(clients)


def _found_by_the_night(clients: Clients) -> list[str]:
    workflows = clients.workflows()
    started = workflows.start_execution(
        stateMachineArn=clients.outputs()["BillingReconciliationArn"],
        input=json.dumps({"at": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "segments": 2}),
    )
    give_up = time.monotonic() + 120
    while time.monotonic() < give_up:
        execution = workflows.describe_execution(executionArn=started["executionArn"])
        if execution["status"] == "SUCCEEDED":
            report = json.loads(execution["output"])
            return [f"the night found {report['findings']}"] if report["findings"] else []
        if execution["status"] != "RUNNING":
            break
        time.sleep(0.2)
    return [f"the nightly reconciliation ended as {execution['status']}"]


def _print(result: dict[str, Any], errors: list[str]) -> None:
    print(f"{'':<20}{'n':>7}{'errors':>8}{'p50':>9}{'p95':>9}{'p99':>9}")
    for row in result["kinds"]:
        times = "".join(f"{row[name]:>6.1f} ms" for name in ("p50_ms", "p95_ms", "p99_ms"))
        print(f"{row['kind']:<20}{row['n']:>7}{row['errors']:>8}{times}")
    print(
        f"{result['requests_per_second']} requests a second, {WORKERS} at a time, over "
        f"{result['clinics']} clinics for {result['seconds']} s"
    )
    for error in sorted(set(errors)):
        print(f"error: {error}, {errors.count(error)} times")
    for said in result["violations"]:
        print(f"broken: {said}")
    print(f"invariants afterwards: {'broken' if result['violations'] else 'all hold'}")


if __name__ == "__main__":
    main()
