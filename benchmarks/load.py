"""A bounded load on a local cloud of its own: `make load`.

Four workers send mixed reads and writes for many clinics to the deployed system. Times are of the
emulator, not of AWS; what counts here is that nothing fails and all books agree.
"""

import random
import socket
import statistics
import sys
import time
import uuid
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPException
from typing import Any

from local import cloud, demo
from local.api import call
from local.clients import Clients
from local.demo import Clinic, Person
from local.emulator import SECONDS_A_DAY
from local.failures import LocalCloudError
from local.night import reconcile
from local.place import ROOT, Place
from local.sign_in import SignIn
from local.stack import Stack
from tests import invariants

WORKERS = 4
"""At most so many requests at a time: the emulator starts a process for each."""
KINDS = {"status": 6, "adjustment": 3, "activation": 2}
"""How often each kind is drawn."""
CLINICS, SECONDS = 30, 40
_CHANCE = random.SystemRandom()


@dataclass(frozen=True)
class Load:
    """The clinics, each with the one user who is switched, and what came of the calls."""

    url: str
    token: str
    users: dict[str, str]
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    errors: list[str] = field(default_factory=list)

    def put_on(self, end: float) -> None:
        """Send one request after the other until the end."""
        while time.monotonic() < end:
            kind = _CHANCE.choices(list(KINDS), list(KINDS.values()))[0]
            begun = time.perf_counter()
            try:
                self.send(kind)
            except (LocalCloudError, OSError, HTTPException, ValueError) as error:
                self.errors.append(f"{kind}: {error}")
            self.seconds[kind].append(time.perf_counter() - begun)

    def send(self, kind: str) -> None:
        """Send one request for a clinic drawn at random."""
        clinic_id, user_id = _CHANCE.choice(list(self.users.items()))
        clinic = f"{self.url}/clinics/{clinic_id}"
        if kind == "status":
            call("GET", f"{clinic}/licenses", self.token)
        elif kind == "activation":
            body = {"active": _CHANCE.random() < 0.5}
            call("PUT", f"{clinic}/users/{user_id}/activation", self.token, body)
        else:
            action = _CHANCE.choice(["add", "remove"])
            line = {"action": action, "license_type": "therapist", "quantity": 1}
            request = {"lines": [line], "explanation": "The load goes up and down."}
            key = {"Idempotency-Key": str(uuid.uuid4())}
            call("POST", f"{clinic}/license-adjustments", self.token, request, key)


def main() -> None:
    """Start a local cloud, load it, judge the books, and stop it."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        place = Place(ROOT / ".local" / "load", probe.getsockname()[1])
    try:
        # Days as long as they are: no workflow comes due meanwhile.
        with cloud.running(place, SECONDS_A_DAY) as described:
            sys.exit(run(Clients(place), described))
    except LocalCloudError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)


def run(clients: Clients, described: Stack) -> int:
    """Load the system and print what came of it; returns 1 if anything is wrong."""
    url = described["api_url"]
    sign_in = SignIn(clients, described["user_pool_id"], described["user_pool_client_id"])
    password = described["accounts"][0]["password"]
    staff, manager = (sign_in.id_token(of, password) for of in (demo.STAFF, demo.DANA.email))
    print(f"  register {CLINICS} clinics", flush=True)
    load = Load(url, manager, dict(_registered(url, staff, manager, n) for n in range(CLINICS)))
    print(f"  load for {SECONDS} s", flush=True)
    end = time.monotonic() + SECONDS
    with ThreadPoolExecutor(WORKERS) as pool:
        list(pool.map(load.put_on, [end] * WORKERS))
    print("  judge the books", flush=True)
    wrong = _wrong(clients, described)
    _print(load)
    for said in [*(f"error: {error}" for error in sorted({*load.errors})), *wrong]:
        print(said)
    print(f"invariants afterwards: {'broken' if wrong else 'all hold'}")
    return int(bool(wrong or load.errors))


def _registered(url: str, staff: str, manager: str, number: int) -> tuple[str, str]:
    """Register a clinic with one user; returns both ids."""
    user = Person("Ana Silva", f"ana{number}@clinic.example", "therapist", active=False)
    clinic = Clinic(
        f"clinic-load-{number:03}",
        f"Clinic {number}",
        "America/New_York",
        1 + number % 28,
        {"therapist": (50, 4900), "front_office": (5, 1900)},
        [demo.DANA],
        [user],
    )
    demo.register_clinic(url, staff, clinic)
    return clinic.clinic_id, demo.add_user(url, manager, clinic, user)


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
    found = [f"broken: {said}" for part in clinics for said in invariants.of_clinic(part, ids)]
    findings = reconcile(clients, datetime.now(UTC))["findings"]
    return [*found, *([f"broken: the night found {findings}"] if findings else [])]


def _print(load: Load) -> None:
    print(f"{'':<12}{'n':>7}{'p50':>9}{'p95':>9}{'p99':>9}")
    for kind, seconds in load.seconds.items():
        cuts = statistics.quantiles(seconds, n=100) if len(seconds) > 1 else seconds * 99
        times = "".join(f"{cuts[n - 1] * 1000:>6.1f} ms" for n in (50, 95, 99))
        print(f"{kind:<12}{len(seconds):>7}{times}")


if __name__ == "__main__":
    main()
