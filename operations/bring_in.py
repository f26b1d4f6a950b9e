"""Brings clinics with their users in by the API, from a file with one clinic in each line.

`python -m operations.bring_in --api URL --clinics FILE --done FILE` with the ID token of a member
of the staff in the environment variable ID_TOKEN. What is done is noted in the second file, so that
the same command goes on after a stop; what was cut off halfway is found and completed. A line is

    {"clinic_id": "clinic-ridge-view", "name": "Ridge View Therapy",
     "time_zone": "America/Chicago", "currency": "USD", "billing_day": 1,
     "licenses": [{"license_type": "therapist", "purchased": 3, "unit_price_cents": 6500}],
     "users": [{"name": "Ines Duarte", "email": "ines@ridgeview.example",
                "license_type": "therapist", "active": true, "permissions": ["user_manager"]}]}

Only a clinic's User Managers add users. So whoever runs this is the clinic's first User Manager, on
the license of the first of its own, who takes their place in the end.
"""

import argparse
import base64
import http.client
import json
import os
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

Line = dict[str, Any]
Call = Callable[[str, str, Any], "Answer"]
"""Method, path and body to what comes back."""

MANAGER = "user_manager"
_REASON = "Brought in from the system before."
_TRIES, _BUSY = 6, {429, 503}


class StoppedError(Exception):
    """A clinic that is not brought in, or not whole, and why."""


@dataclass(frozen=True)
class Answer:
    """What the API says."""

    status: int
    body: Any

    def required(self, what: str) -> Any:
        """Return the body; raises StoppedError for a refusal."""
        if self.status >= 400:
            detail = self.body.get("detail", "") if isinstance(self.body, dict) else ""
            raise StoppedError(f"{what}: {self.status} {detail}")
        return self.body


@dataclass(frozen=True)
class Person:
    """Who runs this, as their token says."""

    user_id: str
    name: str
    email: str

    @classmethod
    def of(cls, token: str) -> "Person":
        """Read a token, which the API is going to check."""
        part = token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
        return cls(claims["sub"], claims.get("name", ""), claims["email"])


def bring_in(call: Call, me: Person, clinic: Line) -> None:
    """Register one clinic, add its users, and hand it over; raises StoppedError."""
    path = f"/clinics/{clinic['clinic_id']}"
    first = next((user for user in clinic["users"] if _manages(user)), None)
    if first is None:
        raise StoppedError("no active user is a User Manager")
    if _is_handed_over(call, path, me):
        return
    mine = {"name": me.name, "email": me.email, "license_type": first["license_type"]}
    names = ("name", "time_zone", "currency", "billing_day", "licenses")
    registration = {name: clinic[name] for name in names} | {"user_managers": [mine]}
    call("PUT", path, registration).required("registration")
    for user in clinic["users"]:
        if user is not first:
            _add(call, path, user)
    who = {name: first[name] for name in ("name", "email", "license_type")}
    body = {**who, "reason": _REASON, "replaces": me.user_id}
    call("POST", f"{path}/user-managers", body).required(first["email"])


def _manages(user: Line) -> bool:
    return bool(user["active"]) and MANAGER in user["permissions"]


def _add(call: Call, path: str, user: Line) -> None:
    body = {name: user[name] for name in ("name", "email", "license_type", "permissions")}
    added = call("POST", f"{path}/users", body).required(user["email"])
    if user["active"]:
        active = call("PUT", f"{path}/users/{added['user_id']}/activation", {"active": True})
        active.required(user["email"])


def _is_handed_over(call: Call, path: str, me: Person) -> bool:
    """Return whether the clinic is there and its first User Manager is no longer one."""
    found = call("GET", f"{path}/users?active=false&limit=100", None)
    while found.status != 404:
        page = found.required("users")
        if any(user["user_id"] == me.user_id for user in page["users"]):
            return True
        if page["next_cursor"] is None:
            break
        found = call(
            "GET", f"{path}/users?active=false&limit=100&cursor={page['next_cursor']}", None
        )
    return False


def bring_all_in(
    call: Call, me: Person, clinics: Iterable[Line], done: Path, *, workers: int
) -> Iterator[tuple[str, str]]:
    """Bring those in that are not done; yield each one's id, and why not if so."""
    known = set(done.read_text().split()) if done.exists() else set()
    waiting = [clinic for clinic in clinics if clinic["clinic_id"] not in known]

    def one(clinic: Line) -> tuple[str, str]:
        try:
            bring_in(call, me, clinic)
        except StoppedError as stopped:
            return clinic["clinic_id"], str(stopped)
        except (LookupError, TypeError, ValueError) as wrong:
            # A line that lacks something, or an answer that is not the API's own.
            return clinic["clinic_id"], repr(wrong)
        return clinic["clinic_id"], ""

    with ThreadPoolExecutor(workers) as pool, done.open("a") as noted:
        for clinic_id, why in pool.map(one, waiting):
            if not why:
                print(clinic_id, file=noted, flush=True)
            yield clinic_id, why


class Api:
    """The API over HTTP, on a connection for each thread."""

    def __init__(self, url: str, token: str) -> None:
        self._url = urlsplit(url)
        self._headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        self._mine = threading.local()

    def __call__(self, method: str, path: str, body: Any) -> Answer:
        """Call, and again while the API is busy; all of these calls may be repeated."""
        for attempt in range(_TRIES):
            try:
                answer = self._once(method, path, body)
            except (http.client.HTTPException, OSError):
                self._mine.connection = None
                answer = Answer(503, {"detail": "The API cannot be reached."})
            if answer.status not in _BUSY:
                return answer
            time.sleep(2**attempt / 4)
        return answer

    def _once(self, method: str, path: str, body: Any) -> Answer:
        connection = getattr(self._mine, "connection", None)
        if connection is None:
            local = self._url.scheme == "http"
            kind = http.client.HTTPConnection if local else http.client.HTTPSConnection
            self._mine.connection = connection = kind(self._url.netloc, timeout=60)
        text = None if body is None else json.dumps(body)
        connection.request(method, self._url.path.rstrip("/") + path, text, self._headers)
        response = connection.getresponse()
        read = response.read()
        return Answer(response.status, json.loads(read) if read else None)


def arguments(given: list[str]) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(
        prog="operations.bring_in",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--api", required=True, help="address of the API")
    parser.add_argument("--clinics", required=True, type=Path, help="one clinic in each line")
    parser.add_argument("--done", required=True, type=Path, help="where what is done is noted")
    parser.add_argument("--workers", type=int, default=8, help="clinics at a time")
    return parser.parse_args(given)


def main() -> int:
    """Bring the file's clinics in and tell how it went."""
    given = arguments(sys.argv[1:])
    token = os.environ.get("ID_TOKEN", "")
    if not token:
        print("Set ID_TOKEN to the ID token of a member of the staff.", file=sys.stderr)
        return 2
    me = Person.of(token)
    if not me.name:
        print("The token has no name: the account or the scope 'profile' lacks.", file=sys.stderr)
        return 2
    lines = given.clinics.read_text().splitlines()
    clinics = [json.loads(line) for line in lines if line.strip()]
    done = failed = 0
    call = Api(given.api, token)
    for clinic_id, why in bring_all_in(call, me, clinics, given.done, workers=given.workers):
        done, failed = done + (not why), failed + bool(why)
        if why:
            print(f"{clinic_id}: {why}", file=sys.stderr)
    print(f"{done} clinics brought in, {failed} not; run it again after correcting those.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
