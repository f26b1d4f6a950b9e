"""A customer base brought in by the API: resumable, and with nothing left of who did it."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from operations.bring_in import Answer, Person, StoppedError, bring_all_in, bring_in
from tests.functions.conftest import World
from tests.invariants import violations

FUNCTIONS = {
    ("PUT", 2): ("register_clinic", "/clinics/{clinic_id}"),
    ("GET", 3): ("list_users", "/clinics/{clinic_id}/users"),
    ("POST", 3): ("add_user", "/clinics/{clinic_id}/users"),
    ("PUT", 5): ("set_user_activation", "/clinics/{clinic_id}/users/{user_id}/activation"),
}
NAMING = ("name_user_manager", "/clinics/{clinic_id}/user-managers")


class Counted:
    """The API by the handlers, which can stop answering after some calls."""

    def __init__(self, world: World, most: int = 1_000) -> None:
        self.world, self.left = world, most

    def __call__(self, method: str, path: str, body: Any) -> Answer:
        """Call as staff."""
        self.left -= 1
        if self.left < 0:
            raise StoppedError("cut off")
        parts = urlsplit(path)
        _, _, clinic, *rest = parts.path.split("/")
        function, resource = FUNCTIONS.get((method, 2 + len(rest)), NAMING)
        if rest == ["user-managers"]:
            function, resource = NAMING
        ids: dict[str, Any] = {"user_id": rest[1]} if len(rest) > 1 else {}
        answer = self.world.call(
            function,
            who="staff",
            clinic=clinic,
            body=body,
            resource=resource,
            query=dict(parse_qsl(parts.query)) or None,
            headers={"Idempotency-Key": None},
            **ids,
        )
        return Answer(answer.status, answer.body)


def me(world: World) -> Person:
    return Person(world.accounts["staff"], "Sam Ortiz", "staff@vendor.example")


def clinic(number: int = 1) -> dict[str, Any]:
    """Return a line: two managers, somebody active and somebody inactive, no license free."""

    def user(name: str, kind: str, active: bool, *permissions: str) -> dict[str, Any]:
        address = f"{name.lower()}@ridge{number}.example"
        who = {"name": f"{name} Duarte", "email": address, "license_type": kind}
        return {**who, "active": active, "permissions": list(permissions)}

    return {
        "clinic_id": f"clinic-ridge-{number}",
        "name": f"Ridge View {number}",
        "time_zone": "America/Chicago",
        "currency": "USD",
        "billing_day": 1,
        "licenses": [{"license_type": "therapist", "purchased": 3, "unit_price_cents": 6500}],
        "users": [
            user("Ana", "therapist", True),
            user("Ines", "therapist", True, "user_manager"),
            user("Bo", "therapist", True, "user_manager"),
            user("Cy", "therapist", False),
        ],
    }


def standing(world: World, clinic_id: str) -> dict[str, tuple[bool, bool]]:
    """Return who is active and who manages, by name."""
    return {
        user["name"]: (user["active"], bool(user["permissions"]))
        for user in world.listed("list_users", who="staff", clinic=clinic_id)
    }


WANTED = {
    "Ana Duarte": (True, False),
    "Ines Duarte": (True, True),
    "Bo Duarte": (True, True),
    "Cy Duarte": (False, False),
    "Sam Ortiz": (False, True),
}


def test_a_clinic_is_brought_in_whole_and_handed_over(world: World) -> None:
    """Though every license is taken: the last one is handed over."""
    bring_in(Counted(world), me(world), clinic())
    assert standing(world, "clinic-ridge-1") == WANTED
    assert world.counts("therapist", "clinic-ridge-1") == (3, 3, 0)
    before = world.table()
    bring_in(Counted(world), me(world), clinic())
    assert world.table() == before
    assert violations(world.table(), staff=[world.accounts["staff"]]) == []


@pytest.mark.parametrize("calls", range(1, 8))
def test_wherever_it_is_cut_off_the_same_again_completes_it(world: World, calls: int) -> None:
    """Each step finds what was done already."""
    with pytest.raises(StoppedError, match="cut off"):
        bring_in(Counted(world, calls), me(world), clinic())
    bring_in(Counted(world), me(world), clinic())
    assert standing(world, "clinic-ridge-1") == WANTED


def test_what_is_done_is_not_done_again_and_others_go_on(world: World, tmp_path: Path) -> None:
    """One wrong line does not stop the others."""
    done = tmp_path / "done"
    wrong = clinic(2) | {"currency": "JPY"}
    lines = [clinic(1), wrong, clinic(3)]
    told = dict(bring_all_in(Counted(world), me(world), lines, done, workers=1))
    assert (told["clinic-ridge-1"], told["clinic-ridge-3"]) == ("", "")
    assert told["clinic-ridge-2"].startswith("registration: 422")
    assert done.read_text().split() == ["clinic-ridge-1", "clinic-ridge-3"]
    again = dict(bring_all_in(Counted(world), me(world), [*lines[:1], clinic(2)], done, workers=1))
    assert again == {"clinic-ridge-2": ""}


@pytest.mark.parametrize("broken", [{"users": None}, {"users": [{"active": True}]}])
def test_a_line_that_lacks_something_stops_no_other_one(
    world: World, tmp_path: Path, broken: dict[str, Any]
) -> None:
    """Else the same command would stop there each time."""
    lines = [clinic(1) | broken, clinic(2)]
    told = dict(bring_all_in(Counted(world), me(world), lines, tmp_path / "done", workers=1))
    assert [bool(why) for why in told.values()] == [True, False]


def test_a_clinic_without_a_user_manager_is_not_begun(world: World) -> None:
    line = clinic()
    line["users"] = line["users"][:1]
    with pytest.raises(StoppedError, match="User Manager"):
        bring_in(Counted(world, 0), me(world), line)
