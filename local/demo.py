"""Demo data: two clinics, registered through the API like any other."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from local.api import call
from local.sign_in import SignIn
from local.stack import Account

STAFF = "sam.rivera@clinicapp.example"
MAIN_STREET = "clinic-main-street"
LAKESIDE = "clinic-lakeside"


class Person(NamedTuple):
    """A user of a clinic."""

    name: str
    email: str
    license_type: str
    active: bool = True


@dataclass(frozen=True)
class Clinic:
    """A clinic with its licenses, its User Managers and its other users."""

    clinic_id: str
    name: str
    time_zone: str
    billing_day: int
    licenses: dict[str, tuple[int, int]]  # type: (purchased, cents a month)
    user_managers: Sequence[Person]
    users: Sequence[Person]


def people(clinic: str, kind: str, names: str, *, active: bool = True) -> list[Person]:
    """Return people of a clinic, each with an address of their name there."""
    return [
        Person(name, f"{name.lower().replace(' ', '.')}@{clinic}.example", kind, active)
        for name in names.split(", ")
    ]


DANA = Person("Dana Reyes", "dana.reyes@mainstreetpt.example", "front_office")
PAT = Person("Pat Cole", "pat.cole@lakesiderehab.example", "front_office")
MEMBER = Person("Jordan Blake", "jordan.blake@mainstreetpt.example", "therapist")

CLINICS = (
    Clinic(
        MAIN_STREET,
        "Main Street Physical Therapy",
        "America/New_York",
        1,
        {
            "therapist": (8, 4900),
            "assistant": (4, 2900),
            "front_office": (3, 1900),
            "billing": (2, 2400),
        },
        [DANA],
        [
            MEMBER,
            *people("mainstreetpt", "therapist", "Alex Kim, Casey Nguyen, Morgan Diaz, Riley Shah"),
            *people("mainstreetpt", "therapist", "Taylor Brooks", active=False),
            *people("mainstreetpt", "assistant", "Jamie Ortiz, Avery Stone"),
            *people("mainstreetpt", "assistant", "Quinn Foster", active=False),
            *people("mainstreetpt", "front_office", "Robin Hayes"),
            *people("mainstreetpt", "billing", "Drew Patel"),
        ],
    ),
    Clinic(
        LAKESIDE,
        "Lakeside Rehab",
        "America/Chicago",
        15,
        {
            "therapist": (5, 4900),
            "assistant": (3, 2900),
            "front_office": (4, 1900),
            "billing": (2, 2400),
        },
        [DANA, PAT],
        [
            *people("lakesiderehab", "therapist", "Sasha Lind, Noel Park"),
            *people("lakesiderehab", "therapist", "Kit Moreno", active=False),
            *people("lakesiderehab", "assistant", "Lee Turner"),
            *people("lakesiderehab", "billing", "Jesse Wolfe"),
        ],
    ),
)


def register(api_url: str, sign_in: SignIn, password: str) -> list[Account]:
    """Register both clinics with their users, and return the demo sign-ins.

    Staff register a clinic, its User Manager adds the users and makes them active.
    """
    sign_in.make_staff(STAFF, password, "Sam Rivera")
    staff = sign_in.id_token(STAFF, password)
    for clinic in CLINICS:
        register_clinic(api_url, staff, clinic)
        for person in clinic.user_managers:
            sign_in.set_password(person.email, password)
        manager = sign_in.id_token(clinic.user_managers[0].email, password)
        for person in clinic.users:
            add_user(api_url, manager, clinic, person)
    sign_in.set_password(MEMBER.email, password)
    return [
        account_of(DANA, password, MAIN_STREET, LAKESIDE),
        account_of(PAT, password, LAKESIDE),
        {"email": MEMBER.email, "password": password, "role": "member", "clinics": [MAIN_STREET]},
        {"email": STAFF, "password": password, "role": "staff", "clinics": []},
    ]


def account_of(manager: Person, password: str, *clinics: str) -> Account:
    """Return the sign-in of a User Manager."""
    return {
        "email": manager.email,
        "password": password,
        "role": "user_manager",
        "clinics": list(clinics),
    }


def register_clinic(api_url: str, staff: str, clinic: Clinic) -> None:
    """Register a clinic without its other users."""
    body = {
        "name": clinic.name,
        "time_zone": clinic.time_zone,
        "currency": "USD",
        "billing_day": clinic.billing_day,
        "licenses": [
            {"license_type": name, "purchased": purchased, "unit_price_cents": cents}
            for name, (purchased, cents) in clinic.licenses.items()
        ],
        "user_managers": [
            {"name": person.name, "email": person.email, "license_type": person.license_type}
            for person in clinic.user_managers
        ],
    }
    call("PUT", f"{api_url}/clinics/{clinic.clinic_id}", staff, body)


def add_user(api_url: str, manager: str, clinic: Clinic, person: Person) -> str:
    """Add a user, make them active if they are to be, and return their id."""
    url = f"{api_url}/clinics/{clinic.clinic_id}/users"
    body = {
        "name": person.name,
        "email": person.email,
        "license_type": person.license_type,
        "permissions": [],
    }
    user_id: str = call("POST", url, manager, body)["user_id"]
    if person.active:
        call("PUT", f"{url}/{user_id}/activation", manager, {"active": True})
    return user_id
