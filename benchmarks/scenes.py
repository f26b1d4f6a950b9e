"""What a measured function is asked, and what DynamoDB answers it: made by the product itself."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from licensing.adapters import attributes
from licensing.domain.adjustments import Action, AdjustmentRequest, Line
from licensing.domain.keys import USER, Key, clinic_key
from licensing.domain.licenses import LicenseType
from licensing.domain.users import USER_MANAGER
from licensing.use_cases.access import Caller
from licensing.use_cases.clinics.register_clinic import (
    RegisteredLicense,
    Registration,
    register_clinic,
)
from licensing.use_cases.users.add_user import NewUser, add_user
from local.memory.store import TABLE, Store
from local.people import ask, inviting, user_id
from local.place import ROOT

CLINIC = "clinic-main-street"
IDENTITY = "id"
NOW = datetime(2026, 4, 15, 14, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Scene:
    """One request and all that its function will read."""

    name: str
    event: dict[str, Any]
    stored: Mapping[str, Any]
    """By operation one answer, or the texts of several."""

    def write(self, folder: Path) -> Path:
        """Write the scene for a child process."""
        path = folder / f"{self.name}.json"
        scene = {
            "event": json.dumps(self.event),
            "stored": {
                name: answer if isinstance(answer, list) else [json.dumps(answer)]
                for name, answer in self.stored.items()
            },
        }
        path.write_text(json.dumps(scene))
        return path


class Clinic:
    """A clinic in memory with as many users and open adjustments as asked for."""

    def __init__(
        self,
        *,
        users: int,
        open_adjustments: int,
        types: Iterable[LicenseType] = LicenseType,
        now: datetime = NOW,
    ) -> None:
        self.store = Store()
        self.now = now
        dana = NewUser(
            "Dana Reyes",
            "dana.reyes@mainstreetpt.example",
            LicenseType.FRONT_OFFICE,
            (USER_MANAGER,),
        )
        registration = Registration(
            "Main Street Physical Therapy",
            "America/New_York",
            "USD",
            1,
            tuple(RegisteredLicense(kind, 40 + users, 4900) for kind in types),
            (dana,),
        )
        staff = Caller("staff", True, "api", now)
        register_clinic(self.store, inviting(), staff, CLINIC, registration)
        self.manager = Caller(user_id(dana.email), False, "web", now)
        self.ana = user_id("ana0@mainstreetpt.example")
        for number in range(users):
            email = f"ana{number}@mainstreetpt.example"
            name, active = f"Ana Silva {number}", number > 0
            new = NewUser(name, email, LicenseType.THERAPIST, (), active=active)
            add_user(self.store, inviting(), self.manager, CLINIC, new)
        for number in range(open_adjustments):
            request = AdjustmentRequest((Line(Action.ADD, LicenseType.THERAPIST, 1),))
            manager = self.manager._replace(now=self.now + timedelta(minutes=number))
            ask(self.store, manager, CLINIC, f"key {number}", request)

    def scenes(self) -> list[Scene]:
        """Return the three requests that are measured, as the clinic's User Manager."""
        claims = {"sub": self.manager.user_id, "token_use": IDENTITY, "aud": "pageclient123"}
        scenes = []
        for function, keys, parameters, body in (
            ("get_license_status", [], {}, None),
            (
                "request_license_adjustment",
                [],
                {},
                {
                    "lines": [{"action": "remove", "license_type": "therapist", "quantity": 2}],
                    "explanation": "Two therapists left the clinic.",
                },
            ),
            (
                "set_user_activation",
                [USER.key(CLINIC, self.ana)],
                {"user_id": self.ana},
                {"active": True},
            ),
        ):
            event = json.loads((ROOT / "events" / f"{function}.json").read_text())
            event["requestContext"]["authorizer"]["claims"] |= claims
            event["pathParameters"] = {"clinic_id": CLINIC, **parameters}
            event["path"] = event["resource"].format_map(event["pathParameters"])
            event["body"] = None if body is None else json.dumps(body)
            read: list[Key[Any]] = [
                clinic_key(CLINIC),
                USER.key(CLINIC, self.manager.user_id),
                *keys,
            ]
            stored = {
                "BatchGetItem": {
                    "Responses": {TABLE: [self.item(key) for key in read]},
                    "UnprocessedKeys": {},
                },
                "TransactWriteItems": {},
            }
            scenes.append(Scene(function, event, stored))
        return scenes

    def typical_scene(self) -> Scene:
        """Return the adjustment for the reference, which lays its items out in its own way."""
        scene = next(each for each in self.scenes() if each.name == "request_license_adjustment")
        user = {"active": True, "permissions": ["user_manager"], "name": "Dana Reyes"}
        counts: dict[str, Any] = dict.fromkeys(LicenseType, 40)
        stored = {
            "GetItem USER#": {"Item": attributes_of(user)},
            "GetItem CLINIC": {"Item": attributes_of({"name": "Main Street", **counts})},
            "PutItem": {},
            "UpdateItem": {},
        }
        return Scene("typical", scene.event, stored)

    def item(self, key: Key[Any]) -> dict[str, Any]:
        """Return the item under the key."""
        return self.store.table.partitions[key.partition][key.sort]


def attributes_of(plain: dict[str, Any]) -> dict[str, Any]:
    """Return the attributes of a record as they lie in the table."""
    return {name: attributes.dump(value) for name, value in plain.items()}
