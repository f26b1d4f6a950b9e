"""Two more demo clinics, which have lived for months: every view has something to show.

Their records come about as any clinic's do, by the product's own use cases at past moments, in
memory; then all of them are written at once. One confirmation of theirs has gone astray.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from local.clients import Clients
from local.demo import Clinic, Person, account_of, people
from local.load import Item, batches, reconciled, write
from local.sign_in import SignIn
from local.stack import Account as DemoAccount

# The product's code, whose place local.load names.
# isort: split
from licensing.answers.adjustments import licenses_transferred
from licensing.answers.invoices import invoice_corrected
from licensing.answers.users import activation_set
from licensing.domain.adjustments import (
    Action,
    AdjustmentRequest,
    Confirmation,
    EffectiveOn,
    Line,
    Status,
)
from licensing.domain.beside import Answer
from licensing.domain.keys import ADJUSTMENT, NOTICE, USER, clinic_key
from licensing.domain.licenses import LicenseType
from licensing.domain.transfers import TransferRequest
from licensing.domain.users import USER_MANAGER
from licensing.use_cases.access import Caller
from licensing.use_cases.billing.correct_invoice import correct_invoice
from licensing.use_cases.billing.invoices import UPCOMING
from licensing.use_cases.billing.update_invoice import update_invoice
from licensing.use_cases.clinics.register_clinic import (
    RegisteredLicense,
    Registration,
    register_clinic,
)
from licensing.use_cases.idempotency import RequestOnce
from licensing.use_cases.letters.send_confirmation import send_confirmation
from licensing.use_cases.licenses.cancel_license_adjustment import cancel_license_adjustment
from licensing.use_cases.licenses.transfer_licenses import transfer
from licensing.use_cases.renewals import renew_due
from licensing.use_cases.users.add_user import NewUser, add_user
from licensing.use_cases.users.set_user_activation import set_user_activation
from local.memory.store import Store
from local.people import LOST, MAIL, ask, inviting

SATURDAY = 5
THERAPIST, ASSISTANT, FRONT, BILLING = LicenseType
MAYA = Person("Maya Torres", "maya.torres@riversiderehab.example", FRONT)


RIVERSIDE = Clinic(
    "clinic-riverside",
    "Riverside Rehab",
    "America/New_York",
    1,
    {THERAPIST: (6, 4900), ASSISTANT: (3, 2900), FRONT: (4, 1900), BILLING: (2, 2400)},
    [MAYA, *people("riversiderehab", BILLING, "Owen Clark")],
    [
        *people(
            "riversiderehab",
            THERAPIST,
            "Nadia Rahman, Theo Baker, Iris Cohen, Marcus Webb, Elena Sato",
        ),
        *people("riversiderehab", ASSISTANT, "Hugo Lindgren, Tara Quinn, Nora Ellis"),
        *people("riversiderehab", FRONT, "Luis Romero"),
    ],
)
HILLCREST = Clinic(
    "clinic-hillcrest",
    "Hillcrest Sports Medicine",
    "America/Denver",
    15,
    {THERAPIST: (4, 4900), ASSISTANT: (3, 2900), FRONT: (2, 1900)},
    [MAYA],
    [
        *people("hillcrestsports", THERAPIST, "Anya Petrov, Cole Jensen, Mei Chang"),
        *people("hillcrestsports", ASSISTANT, "Omar Haddad"),
        *people("hillcrestsports", FRONT, "Paula Kerr"),
    ],
)
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)
_AGO = 118
"""For how many days the clinics have lived."""


def register(
    clients: Clients, table: str, sign_in: SignIn, password: str, now: datetime
) -> DemoAccount:
    """Write both clinics, make their users' accounts, and return their manager's sign-in."""
    for batch in batches(iter(items(sign_in.enroll, now))):
        write(clients.tables(), table, batch)
    sign_in.set_password(MAYA.email, password)
    return account_of(MAYA, password, RIVERSIDE.clinic_id, HILLCREST.clinic_id)


def items(enroll: Callable[[str, str], str], now: datetime) -> list[Item]:
    """Return what the table holds; ``enroll`` names the account of an address and a name."""
    life = _Life(enroll, now)
    life.begin(RIVERSIDE, _AGO)
    life.begin(HILLCREST, 111)
    life.ask(RIVERSIDE, 96, Line(Action.ADD, THERAPIST, 2))
    life.hire(RIVERSIDE, 95, *people("riversiderehab", THERAPIST, "Ruth Adeyemi"))
    life.ask(HILLCREST, 82, Line(Action.ADD, THERAPIST, 1))
    life.leave(RIVERSIDE, 61, "Nora Ellis", "Nora moved to another practice.")
    life.cancel(RIVERSIDE, 47, life.ask(RIVERSIDE, 47, Line(Action.ADD, FRONT, 3)))
    life.ask(RIVERSIDE, 40, Line(Action.REMOVE, BILLING, 1), "One is enough.", "renewal")
    life.transfer(HILLCREST, RIVERSIDE, 33, {ASSISTANT: 1}, "Riverside has the patients now.")
    # It lapses: nobody has left by then, so that no license is free.
    lapses = (now - 18 * _DAY).date()
    life.ask(HILLCREST, 26, Line(Action.REMOVE, FRONT, 1), "Paula goes on leave.", lapses)
    life.lost = life.ask(RIVERSIDE, 15, Line(Action.ADD, ASSISTANT, 1))
    life.correct(RIVERSIDE, 9, -2000, "Goodwill for the outage of the calendar.")
    life.ask(RIVERSIDE, 4, Line(Action.REMOVE, THERAPIST, 1), "A room is closed.", "renewal")
    starts = (now + 40 * _DAY).date()
    life.ask(HILLCREST, 2, Line(Action.ADD, THERAPIST, 2), "Two new hires.", starts)
    life.ask(RIVERSIDE, 0, Line(Action.ADD, FRONT, 1))
    # What was due to be told has been.
    return [item for item in life.store.table.items() if item["sk"]["S"] != NOTICE]


class _Life:
    """What the clinics' people do; in between come the updates, the mails and the nights."""

    def __init__(self, enroll: Callable[[str, str], str], now: datetime) -> None:
        self.store = Store()
        self.lost = ""
        """The adjustment whose confirmation goes astray."""
        self._now = now
        self._enroll, self._ids = enroll, dict[str, str]()
        self._inviting = inviting(self._ids.__getitem__)
        self._clinics: list[str] = []
        first = now - _AGO * _DAY
        self._night = first.replace(hour=11, minute=0, second=0, microsecond=0)

    def _maya(self, at: datetime) -> Caller:
        return Caller(self._ids[MAYA.email], False, "web", at)

    def begin(self, clinic: Clinic, ago: int) -> None:
        """Register the clinic and add its users."""
        at = self._at(ago)
        self._know(*clinic.user_managers)
        licenses = (RegisteredLicense(LicenseType(k), *v) for k, v in clinic.licenses.items())
        registration = Registration(
            clinic.name,
            clinic.time_zone,
            "USD",
            clinic.billing_day,
            tuple(licenses),
            tuple(_new(manager, USER_MANAGER) for manager in clinic.user_managers),
        )
        register_clinic(self.store, self._inviting, _staff(at), clinic.clinic_id, registration)
        self._clinics.append(clinic.clinic_id)
        self.hire(clinic, ago, *clinic.users)

    def hire(self, clinic: Clinic, ago: int, *people: Person) -> None:
        """Add active users."""
        at = self._at(ago)
        self._know(*people)
        for person in people:
            new = replace(_new(person), active=True)
            add_user(self.store, self._inviting, self._maya(at), clinic.clinic_id, new)

    def _know(self, *people: Person) -> None:
        for one in people:
            self._ids[one.email] = self._ids.get(one.email) or self._enroll(one.email, one.name)

    def leave(self, clinic: Clinic, ago: int, name: str, why: str) -> None:
        """Make a user inactive, and release the license."""
        at, of = self._at(ago), clinic.clinic_id
        (user_id,) = (user.user_id for user in self.store.all(of, USER) if user.name == name)
        set_user_activation(
            self.store,
            self._maya(at),
            of,
            user_id,
            active=False,
            release_explanation=why,
            once=_once(clinic, self._maya(at), ago, activation_set),
        )

    def ask(
        self,
        clinic: Clinic,
        ago: int,
        line: Line,
        why: str | None = None,
        when: EffectiveOn | None = None,
    ) -> str:
        """Ask for more or fewer licenses; returns the adjustment's id."""
        at = self._at(ago)
        request = AdjustmentRequest((line,), why, effective_on=when)
        key = f"{ago} days ago"
        return ask(self.store, self._maya(at), clinic.clinic_id, key, request)

    def cancel(self, clinic: Clinic, ago: int, adjustment_id: str) -> None:
        """Take an adjustment back an hour later."""
        at = self._at(ago) + _HOUR
        cancel_license_adjustment(self.store, self._maya(at), clinic.clinic_id, adjustment_id)

    def transfer(
        self, giving: Clinic, taking: Clinic, ago: int, what: dict[LicenseType, int], why: str
    ) -> None:
        """Transfer licenses from one clinic to the other."""
        at, ids = self._at(ago), (giving.clinic_id, taking.clinic_id)
        once = _once(giving, self._maya(at), ago, licenses_transferred)
        transfer(self.store, self._maya(at), *ids, TransferRequest(what, why), once=once)

    def correct(self, clinic: Clinic, ago: int, cents: int, reason: str) -> None:
        """Have staff put a correction on the upcoming invoice."""
        at = self._at(ago)
        once = _once(clinic, _staff(at), ago, invoice_corrected)
        correct_invoice(
            self.store,
            _staff(at),
            clinic.clinic_id,
            UPCOMING,
            amount_cents=cents,
            reason=reason,
            once=once,
        )

    def _at(self, ago: int) -> datetime:
        """Return a working day's moment, so many days ago, when all that was due is done."""
        at = (self._now - ago * _DAY).replace(hour=15, minute=0) if ago else self._now - _HOUR
        while ago and at.weekday() >= SATURDAY:
            at -= _DAY
        while self._night <= at:
            self._do_what_is_due(self._night)
            following = self._night + _DAY
            # The last night of each month, and the one before today.
            if following.day == 1 or following.date() == self._now.date():
                reconciled(self.store, self._night)
            self._night = following
        self._do_what_is_due(at)
        return at

    def _do_what_is_due(self, at: datetime) -> None:
        for clinic_id in self._clinics:
            waiting = [
                one
                for one in self.store.all(clinic_id, ADJUSTMENT)
                if one.status not in (Status.SCHEDULED, Status.CANCELLED)
                and one.confirmation is Confirmation.QUEUED
                and one.invoice_update_due_at <= at
            ]
            for one in sorted(waiting, key=lambda one: one.invoice_update_due_at):
                then = one.invoice_update_due_at
                mail = LOST if one.adjustment_id == self.lost else MAIL
                update_invoice(self.store, clinic_id, one.adjustment_id, now=then)
                send_confirmation(self.store, mail, clinic_id, one.adjustment_id, now=then)
            renew_due(self.store, self.store.load(clinic_key(clinic_id))[0], now=at)


def _new(person: Person, *permissions: str) -> NewUser:
    return NewUser(person.name, person.email, LicenseType(person.license_type), permissions)


def _staff(at: datetime) -> Caller:
    return Caller("demo", True, "web", at, "Sam Rivera")


def _once(
    clinic: Clinic, caller: Caller, ago: int, render: Callable[[Any], Answer]
) -> RequestOnce[Any]:
    return RequestOnce.of(clinic.clinic_id, caller, "demo", f"{ago} days ago", {}, render)
