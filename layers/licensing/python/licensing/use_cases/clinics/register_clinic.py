"""Registering a clinic: its licenses, its first User Managers, its first invoice."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from licensing.domain import limits
from licensing.domain.billing import first_invoice, registration_lines
from licensing.domain.business_time import Calendar
from licensing.domain.changes import Insert, Put
from licensing.domain.clinics import Clinic
from licensing.domain.errors import FieldError, InvalidRequestError, RefusedError
from licensing.domain.finding import clinic_words
from licensing.domain.history import Event, history_of
from licensing.domain.invoices import StoredLine
from licensing.domain.keys import clinic_key
from licensing.domain.licenses import License, LicenseType
from licensing.domain.periods import BillingCalendar
from licensing.domain.users import USER_MANAGER, User
from licensing.use_cases.access import Caller, require_staff, staff_actor
from licensing.use_cases.committing import until_committed
from licensing.use_cases.idempotency import digest
from licensing.use_cases.ports import Store
from licensing.use_cases.users.add_user import NewUser
from licensing.use_cases.users.invitations import Inviting, tell_added


@dataclass(frozen=True, slots=True)
class RegisteredLicense:
    """One license type that the clinic starts with."""

    license_type: LicenseType
    purchased: int
    unit_price_cents: int


@dataclass(frozen=True, slots=True)
class Registration:
    """What staff enter about a new clinic."""

    name: str
    time_zone: str
    currency: str
    billing_day: int
    licenses: tuple[RegisteredLicense, ...]
    user_managers: tuple[NewUser, ...]

    @property
    def digest(self) -> str:
        """Stands for this registration, so that the same one is known again."""
        return digest(
            [
                [self.name, self.time_zone, self.currency, self.billing_day],
                sorted(
                    [entry.license_type, entry.purchased, entry.unit_price_cents]
                    for entry in self.licenses
                ),
                sorted(manager.digest for manager in self.user_managers),
            ]
        )


def register_clinic(
    store: Store, inviting: Inviting, caller: Caller, clinic_id: str, registration: Registration
) -> tuple[Clinic, bool]:
    """Return the clinic and whether this request registered it.

    The managers start active. Raises InvalidRequestError, or RefusedError ``clinic_exists``.
    """
    require_staff(caller)
    _require_sense(registration)
    existing = _existing(store, clinic_id, registration)
    if existing is not None:
        return existing, False
    invitation = inviting.to_clinic(clinic_id, registration.name, inviting.vendor)
    accounts = [
        inviting.directory.invite(manager.email, manager.name, invitation)
        for manager in registration.user_managers
    ]
    clinic, users = _register(
        store,
        caller,
        clinic_id,
        registration,
        [account.user_id for account in accounts],
    )
    for user, account in zip(users, accounts, strict=False):
        if account.signed_in:
            tell_added(store, inviting, user, invitation)
    return clinic, bool(users)


@until_committed
def _register(
    store: Store, caller: Caller, clinic_id: str, registration: Registration, ids: list[str]
) -> tuple[Clinic, list[User]]:
    """Return the clinic, and its users if it was registered now."""
    existing = _existing(store, clinic_id, registration)
    if existing is not None:
        return existing, []
    clinic = _new_clinic(clinic_id, registration, caller.now)
    lines = registration_lines(clinic)
    invoice = first_invoice(clinic, lines)
    users = [
        manager.in_clinic(clinic_id, user_id, clinic.registered_at, active=True)
        for manager, user_id in zip(registration.user_managers, ids, strict=True)
    ]
    purchased = {kind: license.purchased for kind, license in clinic.licenses.items()}
    event = Event(
        "clinic_registered", clinic_id, after={"name": clinic.name, "licenses": purchased}
    )
    store.commit(
        [
            Insert(clinic),
            *(Insert(user) for user in users),
            *(Put(word) for word in clinic_words(clinic)),
            Insert(invoice),
            *(Insert(StoredLine(clinic_id, invoice.invoice_id, line)) for line in lines),
            Insert(history_of(clinic, event, staff_actor(caller))),
        ]
    )
    return clinic, users


def _existing(store: Store, clinic_id: str, registration: Registration) -> Clinic | None:
    (clinic,) = store.load(clinic_key(clinic_id))
    if clinic is not None and clinic.registration_digest != registration.digest:
        raise RefusedError(
            "clinic_exists",
            "Another clinic has this ID. Choose another ID, or change that clinic instead.",
        )
    return clinic


def _require_sense(registration: Registration) -> None:
    errors: list[FieldError] = []
    purchased = Counter[LicenseType]()
    for index, entry in enumerate(registration.licenses):
        if entry.license_type in purchased:
            errors.append(
                FieldError(f"licenses[{index}].license_type", "List each license type once.")
            )
        purchased[entry.license_type] += entry.purchased
    addresses: set[str] = set()
    for index, manager in enumerate(registration.user_managers):
        field = f"user_managers[{index}]"
        if manager.email in addresses:
            errors.append(FieldError(f"{field}.email", "List each address once."))
        addresses.add(manager.email)
        purchased[manager.license_type] -= 1
        if purchased[manager.license_type] < 0:
            errors.append(
                FieldError(
                    f"{field}.license_type",
                    f"User Managers start active, and there are too few "
                    f"{manager.license_type.label} licenses for them.",
                )
            )
    if errors:
        raise InvalidRequestError(errors[0].message, tuple(errors))


def _new_clinic(clinic_id: str, registration: Registration, now: datetime) -> Clinic:
    moment = now.replace(microsecond=now.microsecond // 1000 * 1000)
    in_use = Counter(manager.license_type for manager in registration.user_managers)
    calendar = BillingCalendar(registration.billing_day, ZoneInfo(registration.time_zone))
    period = calendar.period_at(moment)
    by_type = {entry.license_type: entry for entry in registration.licenses}
    return Clinic(
        clinic_id=clinic_id,
        name=registration.name,
        time_zone=registration.time_zone,
        currency=registration.currency,
        billing_day=registration.billing_day,
        calendar=Calendar.BUSINESS_DAYS,
        proration_unit=limits.FIRST_UNIT,
        release_credit=limits.FIRST_CREDIT,
        email_requests=True,
        licenses={
            kind: License(
                purchased=by_type[kind].purchased,
                in_use=in_use[kind],
                invoiced=by_type[kind].purchased,
                paid_maximum=by_type[kind].purchased,
                unit_price_cents=by_type[kind].unit_price_cents,
                idle_since=moment if by_type[kind].purchased > in_use[kind] else None,
            )
            for kind in LicenseType
            if kind in by_type
        },
        active_managers=sum(
            USER_MANAGER in manager.permissions for manager in registration.user_managers
        ),
        registered_at=moment,
        updated_at=moment,
        billing_changed_at=moment,
        next_renewal=period.until,
        maximum_first=period.first,
        registration_digest=registration.digest,
    )
