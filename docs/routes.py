"""The table of the API's routes. Whatever has to know them is made from it.

That is docs/openapi.json, the table in docs/api.md, and the tests of authorization, bad inputs, and
faults. A route that only the template or only this table has fails tests/test_openapi.py.
"""

import ast
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from licensing.answers.adjustments import AdjustmentAnswer, AdjustmentsPage, TransferAnswer
from licensing.answers.clinics import ClinicAnswer, MyClinicsPage, MyLicensesPage
from licensing.answers.history import HistoryPage
from licensing.answers.invoices import (
    CorrectionAnswer,
    InvoicesPage,
    InvoiceWithLinesAnswer,
    PreviewAnswer,
    TransferPreviewAnswer,
)
from licensing.answers.licenses import LicenseStatusAnswer
from licensing.answers.provisioning import (
    NewProvisioningTokenAnswer,
    ProvisioningTokenAnswer,
    ProvisioningTokensAnswer,
)
from licensing.answers.staff import (
    ClinicStateAnswer,
    MailAddressAnswer,
    OverviewAnswer,
    ReconciliationsPage,
    ReconciliationWithFindingsAnswer,
)
from licensing.answers.users import (
    ActivationAnswer,
    ListedUserAnswer,
    NoticesAnswer,
    RemovedUserAnswer,
    UserAnswer,
    UsersPage,
)
from licensing.domain.adjustments import Status
from licensing.domain.licenses import LicenseType
from licensing.http.activation_bodies import ActivationBody
from licensing.http.adjustment_bodies import LicenseAdjustmentBody, PreviewBody
from licensing.http.body import Body
from licensing.http.clinic_bodies import (
    CLINIC_ID,
    ChangeClinicBody,
    CloseClinicBody,
    RegisterClinicBody,
    SettleConfirmationBody,
)
from licensing.http.correction_bodies import CorrectionBody
from licensing.http.idempotency import KEY as KEY_PATTERN
from licensing.http.idempotency import LONGEST_KEY
from licensing.http.import_answers import ImportAnswer
from licensing.http.text import LONGEST_ADDRESS
from licensing.http.transfer_bodies import TransferBody
from licensing.http.usage_answers import UsageAnswer
from licensing.http.user_bodies import (
    AddUserBody,
    ChangeUserBody,
    CreateProvisioningTokenBody,
    NameUserManagerBody,
    NoticesBody,
)
from licensing.use_cases.licenses.get_license_usage import MOST_MONTHS, USUAL_MONTHS

ROOT = Path(__file__).parents[1]

Schema = dict[str, Any]


class Who(StrEnum):
    """Who may call a route, as the description says it."""

    ANYBODY = "anybody signed in"
    MEMBER = "a member of the clinic, or staff"
    MANAGER = "a User Manager"
    MANAGER_OF_BOTH = "a User Manager of both clinics"
    MANAGER_OR_STAFF = "a User Manager, or staff"
    STAFF = "staff"

    def short(self, method: str) -> str:
        """Return the same for docs/api.md, which says once that staff read everything."""
        said = {Who.ANYBODY: "signed in", Who.MEMBER: "member"}.get(self, self.value)
        return said.removeprefix("a ").removesuffix(", or staff" if method == "GET" else "")


_AFTER_THE_END = ("register_clinic", "settle_confirmation")
"""What is done whether the clinic has closed or not."""


@dataclass(frozen=True)
class Route:
    """One route: what its handler and its answers do not say by themselves."""

    call: str
    """Method and path, as the template has them."""
    who: Who
    what: str
    """What it does, as docs/api.md says it."""
    answers: Mapping[int, Any]
    """The type of each answer's body; None for an empty one."""
    body: type[Body] | None = None
    also_takes: Mapping[str, Any] = field(default_factory=dict)
    """The fields of the body that the example in events/ does without."""
    table: bool = False
    """Whether the body is CSV."""
    parameters: tuple[Schema, ...] = ()
    refusals: tuple[str, ...] = ()
    forms: Mapping[str, Schema] = field(default_factory=dict)
    """What a path's parameters look like, where another one is not just nowhere to be found."""

    @property
    def method(self) -> str:
        """Such as ``GET``."""
        return self.call.partition(" ")[0]

    @property
    def path(self) -> str:
        """Such as ``/clinics/{clinic_id}``."""
        return self.call.partition(" ")[2]

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The codes of its refusals with 409, of changes in a clinic that has closed, too."""
        closes = self.of_a_clinic and self.method != "GET" and self.name not in _AFTER_THE_END
        return (*self.refusals, "clinic_closed") if closes else self.refusals

    @property
    def folder(self) -> str:
        """Where the handler lies."""
        return _handlers()[self.call][0]

    @property
    def name(self) -> str:
        """The handler's function, and the ``operationId``."""
        return _handlers()[self.call][1].name

    @property
    def paged(self) -> bool:
        """Whether it gives out a list in pages."""
        return any(
            "next_cursor" in getattr(of, "__annotations__", ()) for of in self.answers.values()
        )

    @property
    def of_a_clinic(self) -> bool:
        """Whether the path names a clinic."""
        return "{clinic_id}" in self.path

    @cached_property
    def event(self) -> Schema:
        """The example in events/."""
        event: Schema = json.loads((ROOT / "events" / f"{self.folder}.json").read_text())
        return event

    @property
    def sample(self) -> Mapping[str, Any]:
        """A body that is right and names every field."""
        return {**json.loads(self.event["body"]), **self.also_takes} if self.body else {}

    @property
    def summary(self) -> str:
        """What the handler's function says of itself, in one sentence."""
        return (ast.get_docstring(_handlers()[self.call][1]) or "").splitlines()[0]


@cache
def _handlers() -> dict[str, tuple[str, ast.FunctionDef]]:
    """Return the folder and the function of each route's handler, by method and path."""
    found = {}
    for file in (ROOT / "functions").glob("*/handler.py"):
        for node in ast.walk(ast.parse(file.read_text())):
            match node:
                case ast.FunctionDef(
                    decorator_list=[
                        ast.Call(func=ast.Attribute(attr=method), args=[ast.Constant(str(path))])
                    ]
                ):
                    place = re.sub(r"<(\w+)>", r"{\1}", path)
                    found[f"{method.upper()} {place}"] = file.parent.name, node
    return found


def _header(name: str, description: str, **schema: Any) -> Schema:
    return {
        "name": name,
        "in": "header",
        "description": description,
        "schema": {"type": "string", **schema},
    }


def _choice(name: str, description: str, **schema: Any) -> Schema:
    return {"name": name, "in": "query", "description": description, "schema": schema}


KEY = _header(
    "Idempotency-Key",
    "New for each request, such as a UUID. The same key with the same body repeats "
    "the first answer for as long as the clinic exists.",
    pattern=f"^{KEY_PATTERN}$",
    minLength=1,
    maxLength=LONGEST_KEY,
)
IF_MATCH = _header("If-Match", "The ETag of the license status that the request was decided on.")
IF_MATCH_USER = _header("If-Match", "The `etag` of the user that the change was decided on.")
IF_NONE_MATCH = _header(
    "If-None-Match", "The ETag of the license status that the caller has; 304 if it still holds."
)

CLINIC = "/clinics/{clinic_id}"
ADJUSTMENTS = f"{CLINIC}/license-adjustments"
USERS = f"{CLINIC}/users"
INVOICES = f"{CLINIC}/invoices"
TOKENS = f"{CLINIC}/provisioning-tokens"
_MOVER = {"user_id": "4d7c1f2e-0000-4000-8000-000000000009"}
_TRANSFER_REFUSALS = (
    "licenses_unavailable",
    "currencies_differ",
    "user_inactive",
    "license_type_differs",
    "last_user_manager",
)

ROUTES = (
    Route(
        "GET /clinics",
        Who.ANYBODY,
        "my clinics, each page by name; for staff all, with `q` by name, id or a user's address",
        {200: MyClinicsPage},
        parameters=(
            _choice(
                "q",
                "For staff: the beginnings of words of the name, the id, or a user's address",
                type="string",
                minLength=1,
                maxLength=200,
            ),
        ),
    ),
    Route(
        "GET /licenses",
        Who.ANYBODY,
        "my clinics at a glance, each page by name: counts, idle cost, next renewal and expected "
        "total, open requests, and the sums; closed ones while they can be read; all of them as "
        "CSV with `Accept: text/csv`",
        {200: MyLicensesPage},
    ),
    Route(
        f"GET {CLINIC}/licenses",
        Who.MEMBER,
        "counts per type and in sum, idle cost, open adjustments; `ETag`, `If-None-Match` → 304",
        {200: LicenseStatusAnswer, 304: None},
        parameters=(IF_NONE_MATCH,),
    ),
    Route(
        f"POST {ADJUSTMENTS}",
        Who.MANAGER,
        "add and remove licenses, now or from `effective_on` (a day, or `renewal`); needs "
        "`Idempotency-Key`; takes `If-Match` and a preview's `priced_at`",
        {201: AdjustmentAnswer},
        body=LicenseAdjustmentBody,
        also_takes={"priced_at": "2026-04-03T15:00:00Z", "effective_on": "renewal"},
        parameters=(KEY | {"required": True}, IF_MATCH),
        refusals=("licenses_unavailable", "price_expired", "too_many_scheduled"),
    ),
    Route(
        f"POST {ADJUSTMENTS}/preview",
        Who.MANAGER,
        "what that would change and cost: prorated now, each month, the next invoice before and "
        "after; and what is scheduled that would not happen then, such as a user's first day",
        {200: PreviewAnswer},
        body=PreviewBody,
        also_takes={"explanation": "They left.", "effective_on": "renewal"},
        refusals=("licenses_unavailable", "too_many_scheduled"),
    ),
    Route(
        "POST /license-transfers",
        Who.MANAGER_OF_BOTH,
        "transfer licenses from one clinic to another, and users along with them; needs "
        "`Idempotency-Key`",
        {201: TransferAnswer},
        body=TransferBody,
        also_takes={"users": [_MOVER]},
        parameters=(KEY | {"required": True},),
        refusals=_TRANSFER_REFUSALS,
    ),
    Route(
        "POST /license-transfers/preview",
        Who.MANAGER_OF_BOTH,
        "what that would change and cost in both clinics",
        {200: TransferPreviewAnswer},
        body=TransferBody,
        also_takes={"users": [_MOVER]},
        refusals=_TRANSFER_REFUSALS,
    ),
    Route(
        f"GET {ADJUSTMENTS}",
        Who.MEMBER,
        "adjustments, newest first; all of them as CSV with `Accept: text/csv`",
        {200: AdjustmentsPage},
        parameters=(
            _choice("status", "Only adjustments that have come so far.", enum=list(Status)),
        ),
    ),
    Route(
        f"GET {ADJUSTMENTS}/{{adjustment_id}}",
        Who.MEMBER,
        "one of them",
        {200: AdjustmentAnswer},
    ),
    Route(
        f"POST {ADJUSTMENTS}/{{adjustment_id}}/cancellation",
        Who.MANAGER,
        "take one back while it is scheduled, or not on the invoice; takes `If-Match`",
        {200: AdjustmentAnswer},
        parameters=(IF_MATCH,),
        refusals=(
            "already_invoiced",
            "licenses_unavailable",
            "later_adjustment",
            "part_of_transfer",
        ),
    ),
    Route(
        f"GET {USERS}",
        Who.MEMBER,
        "users, by `active` and `license_type`; all of them as CSV with `Accept: text/csv`",
        {200: UsersPage},
        parameters=(
            _choice("active", "Only active or only inactive users.", type="boolean"),
            _choice("license_type", "Only users of this license type.", enum=list(LicenseType)),
        ),
    ),
    Route(
        f"GET {USERS}/{{user_id}}",
        Who.MEMBER,
        "one of them",
        {200: ListedUserAnswer},
    ),
    Route(
        f"POST {USERS}",
        Who.MANAGER,
        "add a user, inactive, and invite them to sign in; on `starts_on` they become active, with "
        "a license that is added if none will be left",
        {201: UserAnswer, 200: UserAnswer},
        body=AddUserBody,
        also_takes={"permissions": ["user_manager"], "starts_on": "2026-12-01"},
        refusals=("user_exists", "too_many_invitations", "too_many_scheduled"),
    ),
    Route(
        f"POST {USERS}/import",
        Who.MANAGER,
        "users by a list as CSV, which may be tried first (`dry_run`); the same list again changes "
        "nothing",
        {200: ImportAnswer},
        table=True,
        parameters=(
            _choice("dry_run", "Only tell what each row would do.", type="boolean", default=False),
            _choice(
                "on_error",
                "Leave out rows that can't be done, or do nothing if there is one. Their `code` is "
                "`validation_failed`, `licenses_unavailable`, `last_user_manager`, "
                "`license_type_in_use`, `license_type_unknown` or `address_changed`.",
                enum=["skip", "stop"],
                default="skip",
            ),
        ),
    ),
    Route(
        f"PATCH {USERS}/{{user_id}}",
        Who.MANAGER,
        "name, permissions; license type and first day (`starts_on`, `null` for none) while "
        "inactive; address while no other clinic has the user; takes the user's `etag` as "
        "`If-Match`",
        {200: UserAnswer},
        body=ChangeUserBody,
        parameters=(IF_MATCH_USER,),
        also_takes={
            "email": "flo.hart@mainstreetpt.example",
            "permissions": ["user_manager"],
            "license_type": "therapist",
            "starts_on": "2026-12-01",
        },
        refusals=("last_user_manager", "shared_account", "user_exists", "too_many_scheduled"),
    ),
    Route(
        f"DELETE {USERS}/{{user_id}}",
        Who.MANAGER,
        "remove an inactive user for good: name and address go from history too; staff do so "
        "once the clinic has closed; takes the user's `etag` as `If-Match`",
        {200: RemovedUserAnswer},
        parameters=(IF_MATCH_USER,),
        refusals=("user_active",),
    ),
    Route(
        f"POST {USERS}/{{user_id}}/invitation",
        Who.MANAGER_OR_STAFF,
        "invite again, with a new temporary password, somebody who has not signed in yet",
        {202: UserAnswer},
        refusals=("already_signed_in", "sign_in_deleted", "too_many_invitations"),
    ),
    Route(
        f"PUT {USERS}/{{user_id}}/activation",
        Who.MANAGER,
        "make active or inactive, which any member may do to leave; `release_license` releases the "
        "license in the same step, and needs `Idempotency-Key`; takes `If-Match`",
        {200: ActivationAnswer},
        body=ActivationBody,
        parameters=(KEY, IF_MATCH),
        refusals=("licenses_unavailable", "nothing_to_release", "last_user_manager"),
    ),
    Route(
        f"GET {CLINIC}/usage",
        Who.MEMBER,
        "the greatest counts of each month, what it cost, and which licenses could be released",
        {200: UsageAnswer},
        parameters=(
            _choice(
                "months",
                "How many, up to the present one.",
                type="integer",
                minimum=1,
                maximum=MOST_MONTHS,
                default=USUAL_MONTHS,
            ),
        ),
    ),
    Route(
        f"GET {CLINIC}/notices",
        Who.MANAGER,
        "which emails I get without asking",
        {200: NoticesAnswer},
    ),
    Route(
        f"PUT {CLINIC}/notices",
        Who.MANAGER,
        "choose them: few licenses left, before renewals, finalized invoices, price rises; "
        "takes `If-Match`",
        {200: NoticesAnswer},
        body=NoticesBody,
        parameters=(IF_MATCH,),
    ),
    Route(
        f"GET {INVOICES}",
        Who.MANAGER_OR_STAFF,
        "invoices, newest first; all of them as CSV with `Accept: text/csv`",
        {200: InvoicesPage},
    ),
    Route(
        f"GET {INVOICES}/{{invoice_id}}",
        Who.MANAGER_OR_STAFF,
        "one with its lines (`upcoming` is an id, with pending requests and the expected total); "
        "as CSV as well",
        {200: InvoiceWithLinesAnswer},
    ),
    Route(
        f"GET {CLINIC}/history",
        Who.MANAGER_OR_STAFF,
        "who changed what, when, by which channel, and why; all of it as CSV with "
        "`Accept: text/csv`",
        {200: HistoryPage},
    ),
    Route(
        f"POST {TOKENS}",
        Who.MANAGER,
        "a token for the clinic's identity provider, told this once",
        {201: NewProvisioningTokenAnswer},
        body=CreateProvisioningTokenBody,
        refusals=("token_exists", "too_many_tokens"),
    ),
    Route(
        f"GET {TOKENS}",
        Who.MANAGER_OR_STAFF,
        "the tokens, with their last use to the hour",
        {200: ProvisioningTokensAnswer},
    ),
    Route(
        f"DELETE {TOKENS}/{{token_id}}",
        Who.MANAGER,
        "a token is good for nothing any more",
        {200: ProvisioningTokenAnswer},
    ),
    Route(
        f"PUT {CLINIC}",
        Who.STAFF,
        "register a clinic with its licenses and User Managers",
        {201: ClinicAnswer, 200: ClinicAnswer},
        body=RegisterClinicBody,
        refusals=("clinic_exists",),
        forms={"clinic_id": {"pattern": f"^{CLINIC_ID}$"}},
    ),
    Route(
        f"PATCH {CLINIC}",
        Who.STAFF,
        "name, calendar, settings; prices and billing rules from the next renewal; adds a license "
        "type by its price; takes `If-Match`",
        {200: ClinicAnswer},
        body=ChangeClinicBody,
        parameters=(IF_MATCH,),
        also_takes={
            "name": "Main Street",
            "calendar": "office_hours",
            "proration_unit": "day",
            "release_credit": "none",
            "email_requests": True,
        },
    ),
    Route(
        f"POST {INVOICES}/{{invoice_id}}/corrections",
        Who.STAFF,
        "put an amount on the upcoming invoice (`upcoming` is its id), with the reason; needs "
        "`Idempotency-Key`",
        {201: CorrectionAnswer},
        body=CorrectionBody,
        parameters=(KEY | {"required": True},),
        forms={"invoice_id": {"examples": ["upcoming"]}},
        refusals=("invoice_finalized",),
    ),
    Route(
        f"PUT {CLINIC}/closure",
        Who.STAFF,
        "plan the clinic's end for a day, or carry it out if that is today: all licenses released, "
        "all users inactive, the last invoice final",
        {200: ClinicAnswer},
        body=CloseClinicBody,
    ),
    Route(
        f"DELETE {CLINIC}/closure",
        Who.STAFF,
        "take a planned end back before it comes",
        {200: ClinicAnswer},
    ),
    Route(
        f"POST {CLINIC}/user-managers",
        Who.STAFF,
        "name an active User Manager, in the place of one who is gone if need be",
        {201: UserAnswer, 200: UserAnswer},
        body=NameUserManagerBody,
        refusals=("licenses_unavailable",),
    ),
    Route(
        f"POST {ADJUSTMENTS}/{{adjustment_id}}/confirmation",
        Who.STAFF,
        "settle a confirmation of which nobody knows whether it went out",
        {200: AdjustmentAnswer},
        body=SettleConfirmationBody,
        refusals=("not_parked",),
    ),
    Route(
        f"GET {CLINIC}/state",
        Who.STAFF,
        "what the last night found of a clinic, and how each mail to it fared",
        {200: ClinicStateAnswer},
    ),
    Route(
        "GET /overview",
        Who.STAFF,
        "all clinics as of the last night, the last 12 months, and confirmations that wait",
        {200: OverviewAnswer},
    ),
    Route(
        "GET /reconciliations",
        Who.STAFF,
        "the nights' reports",
        {200: ReconciliationsPage},
    ),
    Route(
        "GET /reconciliations/{date}",
        Who.STAFF,
        "one with its findings",
        {200: ReconciliationWithFindingsAnswer},
    ),
    Route(
        "DELETE /suppressed-addresses/{address}",
        Who.STAFF,
        "unblock an email address after a bounce or a complaint",
        {200: MailAddressAnswer},
        forms={"address": {"format": "email", "maxLength": LONGEST_ADDRESS}},
    ),
)
