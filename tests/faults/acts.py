"""What callers do: every action of clients, stream, workflow and nightly run, as a function."""

import json
from collections.abc import Callable
from datetime import timedelta
from email import message_from_bytes
from typing import Any
from zoneinfo import ZoneInfo

from docs.routes import Route, Who
from licensing.adapters.store import Store
from licensing.domain.changes import Insert
from licensing.domain.clinics import Clinic
from licensing.domain.keys import clinic_key
from licensing.domain.notices import Kind, Notice, news
from licensing.domain.outgoing import Said
from licensing.use_cases.access import Caller
from licensing.use_cases.renewals import renew_due
from licensing.use_cases.users import remove_user
from tests.functions.conftest import CLINIC, OTHER_CLINIC, Answer, load_event, requested
from tests.functions.mailing import DANA, REQUESTS, arrive, plain_mail
from tests.functions.scim import Provider
from tests.product import START, Product

Task = dict[str, Any]
Act = Callable[[Product, Task], Any]

NEW_CLINIC = "clinic-riverside"
FLO = {"name": "Flo Hart", "email": "flo.hart@mainstreetpt.example", "license_type": "therapist"}
ADD = ("add", "therapist", 2), ("add", "billing", 1)
RELEASE = (("remove", "billing", 1),)


class NothingToDoError(Exception):
    """What a step works on did not come about; nobody would call it."""


def people(product: Product) -> None:
    """Give the clinic a second User Manager, an assistant, and two who share one license."""
    product.add_manager("Eva Holm")
    product.add_user("Ann Lee", "assistant", active=True)
    product.add_user("Bo Lind", "billing")
    product.add_user("Cy Young", "billing")


def ask(product: Product, *lines: tuple[str, str, int], key: str = "k1", **more: Any) -> Answer:
    return product.adjust(lines, key=key, **more)


def asking(*lines: tuple[str, str, int], **more: Any) -> Act:
    return lambda product, task: ask(product, *lines, **more, **task.get("asked", {}))


def switching(user: str, active: bool, *, who: str = "dana", key: str | None = None) -> Act:
    headers = {"Idempotency-Key": key}
    return lambda product, _: product.activate(
        product.accounts[user], active, who=who, headers=headers
    )


def releasing(user: str, *, who: str = "dana") -> Act:
    body = {"active": False, "release_license": {"explanation": "She moved away."}}
    return lambda product, _: product.call(
        "set_user_activation", who=who, body=body, user_id=product.accounts[user], key="release"
    )


def changing(user: str, *, who: str = "dana", **body: Any) -> Act:
    return lambda product, _: product.call(
        "change_user", who=who, body=body, user_id=product.accounts[user]
    )


def pricing(**body: Any) -> Act:
    """Return a change of the clinic by staff."""
    return lambda product, _: product.call("change_clinic", who="staff", body=body)


def bringing(cents: int) -> Act:
    """Return the addition of billing licenses, by their price, to the clinic without any."""
    body = {"prices": [{"license_type": "billing", "unit_price_cents": cents}]}
    return lambda product, _: product.call(
        "change_clinic", who="staff", clinic=NEW_CLINIC, body=body
    )


def adding(*, who: str = "dana", **changed: Any) -> Act:
    body = {**FLO, "permissions": [], **changed}
    return lambda product, _: product.call("add_user", who=who, body=body)


def naming(replaces: str | None = "dana", **changed: Any) -> Act:
    """Return the naming of a User Manager by staff."""

    def act(product: Product, _: Task) -> Answer:
        gone = {} if replaces is None else {"replaces": product.accounts[replaces]}
        body = {**FLO, "reason": "Dana left the clinic.", **gone, **changed}
        return product.call("name_user_manager", who="staff", body=body)

    return act


def tokening(*, who: str = "dana") -> Act:
    """Return the creation of a provisioning token; whoever lost the answer finds it in the list."""
    body = {"name": "Okta", "default_license_type": "therapist"}

    def act(product: Product, _: Task) -> Answer:
        answer = product.call("create_provisioning_token", who=who, body=body)
        if (answer.status, answer.body.get("code")) == (409, "token_exists"):
            return product.call("list_provisioning_tokens", who=who)
        return answer

    return act


def revoking(*, who: str = "dana") -> Act:
    """Return the revocation of the clinic's first provisioning token."""
    return lambda product, _: product.call(
        "revoke_provisioning_token", who=who, token_id=_token(product)
    )


def _token(product: Product) -> str:
    sort: str = product.items(CLINIC, "TOKEN#")[0]["sk"]["S"]
    return sort.removeprefix("TOKEN#")


def signing_in(product: Product, _: Task) -> None:
    """Let everybody choose a password who has an account by now."""
    product.cloud.signed_in |= product.cloud.accounts.keys()


def removing(user: str, *, who: str = "dana") -> Act:
    return lambda product, _: product.call("remove_user", who=who, user_id=product.accounts[user])


def inviting(user: str, *, who: str = "dana") -> Act:
    return lambda product, _: product.call(
        "send_invitation", who=who, user_id=product.accounts[user]
    )


class Provided(Answer):
    """What an identity provider gets, which says in SCIM's form what is to be tried again."""

    @property
    def code(self) -> str:
        """What the status of a SCIM error stands for."""
        assert self.body["status"] == str(self.status)
        return {503: "try_again"}.get(self.status, "refused")


def providing(used: bool = True) -> Callable[[Product], Task]:
    """Return the preparation of a world in which the clinic has an identity provider."""

    def prepare(product: Product) -> Task:
        people(product)
        token = tokening()(product, {}).body["token"]
        task = {"token": token}
        if used:
            asking_scim("GET", "/Users")(product, task)
        return task

    return prepare


def asking_scim(method: str, url: str, body: Any = None, user: str = "") -> Act:
    """Return a request of the clinic's identity provider, about one of its users or none."""

    def act(product: Product, task: Task) -> Answer:
        path = f"{url}/{product.accounts[user]}" if user else url
        answer = Provider(product, task["token"]).send(method, path, body)
        return Provided(answer.status, answer.headers, answer.text)

    return act


def creating(email: str = "flo.hart@mainstreetpt.example") -> Act:
    """Return the creation of a user by a provider, which looks for who is there already."""
    create = asking_scim("POST", "/Users", {"userName": email, "displayName": "Flo Hart"})
    find = asking_scim("GET", f'/Users?filter=userName eq "{email}"')

    def act(product: Product, task: Task) -> Answer:
        answer: Answer = create(product, task)
        if answer.status == 409 and answer.body.get("scimType") == "uniqueness":
            answer = find(product, task)
            if answer.status == 200:
                text = json.dumps(answer.body["Resources"][0])
                return Provided(answer.status, answer.headers, text)
        return answer

    return act


def deleting(user: str) -> Act:
    """Return the deletion of a user by a provider, which is content if they are gone already."""
    delete = asking_scim("DELETE", "/Users", user=user)

    def act(product: Product, task: Task) -> Answer:
        answer: Answer = delete(product, task)
        gone = Provided(204, answer.headers, "")
        return gone if answer.status == 404 else answer

    return act


def provided_active(user: str, active: bool) -> Act:
    """Return the activation or deactivation of a user by a provider."""
    operation = {"op": "Replace", "path": "active", "value": str(active)}
    return asking_scim("PATCH", "/Users", {"Operations": [operation]}, user)


def importing(**query: str) -> Act:
    """Return the import of two who come, one of another clinic, one who leaves, and a change."""
    rows = (
        "name,email,license_type,active,permissions",
        "Flo Hart,flo.hart@mainstreetpt.example,therapist,true,",
        "Ann Lee,ann.lee@mainstreetpt.example,assistant,false,",
        "Bo Park,bo.park@mainstreetpt.example,billing,,user_manager",
        "Pat Cole,pat.cole@lakesiderehab.example,billing,,",
    )
    return lambda product, _: product.call(
        "import_users", raw_body="\r\n".join(rows), query=query or None
    )


def closing(days: int = 0) -> Act:
    """Return the plan to close the clinic in some days, as staff make it."""

    def act(product: Product, _: Task) -> Answer:
        # The clinic's day is the day before until the afternoon: New York is behind UTC.
        day = product.clock.now.astimezone(ZoneInfo("America/New_York")) + timedelta(days=days)
        return product.close(f"{day:%Y-%m-%d}")

    return act


def keeping_open(product: Product, _: Task) -> Answer:
    """Take the plan to close the clinic back."""
    return product.call("close_clinic", who="staff", method="DELETE")


def correcting(cents: int = -2500, key: str = "c1") -> Act:
    body = {"amount_cents": cents, "reason": "September was billed twice."}
    return lambda product, _: product.call(
        "correct_invoice", who="staff", body=body, key=key, invoice_id="upcoming"
    )


def provided_named(user: str, address: str) -> Act:
    """Return the change of a user's name for the provider, which is their address."""
    operation = {"op": "Replace", "path": "userName", "value": address}
    return asking_scim("PATCH", "/Users", {"Operations": [operation]}, user)


def registering(**changed: Any) -> Act:
    """Return the registration of a third clinic."""
    body = {
        "name": "Riverside Therapy",
        "time_zone": "America/Chicago",
        "currency": "USD",
        "billing_day": 31,
        "licenses": [{"license_type": "therapist", "purchased": 3, "unit_price_cents": 9900}],
        "user_managers": [
            {"name": "Gil Ross", "email": "gil.ross@riverside.example", "license_type": "therapist"}
        ],
    }
    return lambda product, _: product.call(
        "register_clinic", who="staff", clinic=NEW_CLINIC, body=body | changed
    )


def applied(product: Product, number: int = 0) -> dict[str, str]:
    """Return the task of the adjustment with this number, the oldest being 0."""
    found = [task for task in product.adjustments() if task["clinic_id"] == CLINIC]
    if len(found) <= number:
        raise NothingToDoError
    return found[number]


def cancelling(number: int = 0, *, who: str = "dana") -> Act:
    return lambda product, _: product.call(
        "cancel_license_adjustment",
        who=who,
        adjustment_id=applied(product, number)["adjustment_id"],
    )


def transferring(user: str | None = "ann") -> Act:
    """Return the transfer of an assistant license to the other clinic, with its user or without."""
    return lambda product, _: product.call(
        "transfer_licenses", key="t1", body=transfer_body(product, user)
    )


def transfer_body(product: Product, user: str | None = None) -> dict[str, Any]:
    moved = {} if user is None else {"users": [{"user_id": product.accounts[user]}]}
    return {
        "from_clinic_id": CLINIC,
        "to_clinic_id": OTHER_CLINIC,
        "lines": [{"license_type": "assistant", "quantity": 1}],
        "explanation": "One assistant fewer here, one more there.",
        **moved,
    }


def previewing_transfer(product: Product, _: Task) -> Answer:
    return product.call("preview_license_transfer", body=transfer_body(product, "ann"))


def asking_there(product: Product, _: Task) -> Answer:
    """Request an adjustment in the other clinic, as its other User Manager."""
    return product.adjust([("add", "therapist", 1)], key="k2", who="pat", clinic=OTHER_CLINIC)


def demoting_there(product: Product, _: Task) -> Answer:
    """Take Dana's permission in the other clinic."""
    body: dict[str, Any] = {"permissions": []}
    user_id = product.accounts["dana"]
    return product.call("change_user", who="pat", clinic=OTHER_CLINIC, user_id=user_id, body=body)


def scheduling(
    *lines: tuple[str, str, int], on: str = "renewal", key: str = "later", who: str = "dana"
) -> Act:
    return lambda product, _: ask(product, *lines, key=key, who=who, effective_on=on)


def applying(number: int = 0) -> Act:
    """Return the first task of a scheduled adjustment's workflow."""
    return lambda product, _: product.invoke("apply_scheduled_adjustment", applied(product, number))


def hired(product: Product) -> Task:
    """Prepare a user who starts with the license that is there, on a day that is past by now."""
    tomorrow = (START + timedelta(days=1)).date().isoformat()
    after(adding(starts_on=tomorrow, license_type="billing"), later(2))(product)
    (clinic,) = [item for item in product.items() if item["sk"]["S"] == "CLINIC"]
    return {"day": clinic["scheduled"]["L"][0]["L"][0]["S"]}


def beginning(product: Product, task: Task) -> Any:
    """Let the day come on which a user starts."""
    given = {"clinic_id": CLINIC, "adjustment_id": task["day"]}
    return product.invoke("apply_scheduled_adjustment", given)


def starting(number: int = 0) -> Act:
    """Return the stream's delivery of an adjustment."""
    return lambda product, _: product.deliver(applied(product, number))


def telling(product: Product) -> Task:
    """Prepare a notice, with a second User Manager to be told."""
    after()(product)
    notice = news(CLINIC, "lapsed-1", Said("A release lapsed", "It found nothing free."), now=START)
    store: Store = product.handler("send_notice").store
    store.commit([Insert(notice)])
    return {}


def stopped_halfway(product: Product) -> Task:
    """Prepare the removal of a user that has only begun, and a notice that failed all its tries."""
    switched = (switching("bo", active=of == "on", key=of) for of in ("on", "off"))
    after(asking(*ADD), *switched)(product)
    store: Store = product.handler("remove_user").app.store
    caller = Caller(product.accounts["dana"], False, "api", product.clock.now)
    remove_user._begin(store, caller, CLINIC, product.accounts["bo"])
    store.commit([Insert(Notice(CLINIC, "unsent", Kind.PRICE_RISE, START - timedelta(days=1)))])
    return {}


def choosing(*, who: str = "dana", **body: Any) -> Act:
    """Return the choice of what somebody is told unasked."""
    wanted = {
        "few_left": [{"license_type": "billing", "at": 0}, {"license_type": "therapist", "at": 3}],
        "before_renewal": True,
        "invoice_finalized": True,
        "price_rise": True,
    }
    return lambda product, _: product.call("set_notices", who=who, body=wanted | body)


def few_left(*acts: Act) -> Callable[[Product], Task]:
    """Return the preparation of a clinic with as few billing licenses left as two want to know."""

    def prepare(product: Product) -> Task:
        after(choosing(), choosing(who="eva"), switching("bo", active=True), *acts)(product)
        assert any("few_due" in item for item in product.items())
        return {}

    return prepare


def telling_few_left(product: Product, _: Task) -> Any:
    """Have the day's notice of few licenses left written, as the workflow does."""
    return product.invoke("send_notice", {"clinic_id": CLINIC, "cause": "few_left"})


def noticing(function: str = "") -> Act:
    """Return the stream's delivery of the first notice, or the sending of it by the function."""

    def act(product: Product, _: Task) -> Any:
        notice = product.notices()[0]
        return product.invoke(function, notice) if function else product.deliver(notice)

    return act


def publishing(product: Product, _: Task) -> int:
    """Let the stream deliver everything that was ever written."""
    return product.publish()


def updating(number: int = 0) -> Act:
    """Return the workflow's first task."""
    return lambda product, _: product.invoke("update_invoice", applied(product, number))


def sending(number: int = 0) -> Act:
    """Return the workflow's second task."""
    return lambda product, _: product.invoke("send_confirmation", applied(product, number))


def settling(outcome: str) -> Act:
    """Return the decision of staff about a confirmation."""
    return lambda product, _: product.call(
        "settle_confirmation",
        who="staff",
        body={"outcome": outcome, "reason": "Asked the clinic."},
        adjustment_id=applied(product)["adjustment_id"],
    )


def renewing(product: Product, _: Task) -> str:
    """Bill every period that has begun, as the nightly run does."""
    store = product.handler("update_invoice").store
    (found,) = store.load(clinic_key(CLINIC))
    assert isinstance(found, Clinic)
    return renew_due(store, found, now=product.clock.look()).next_renewal.isoformat()


def renewed_since_years(product: Product, task: Task) -> None:
    """Let 26 periods be billed while an update is late: its lines fill several transactions."""
    later(800)(product, task)
    renewing(product, task)


def later(days: int) -> Act:
    """Return the passing of days."""

    def act(product: Product, _: Task) -> None:
        product.clock.now += timedelta(days=days)

    return act


def reading(function: str, *, who: str = "dana", **more: Any) -> Act:
    return lambda product, _: product.call(function, who=who, **more)


def looking(route: Route) -> Act:
    """Return a read of what there is to be read on the route."""
    return lambda product, _: product.call(
        route.folder,
        who="staff" if route.who is Who.STAFF else "dana",
        resource=route.path,
        user_id=product.accounts["bo"],
        adjustment_id=applied(product)["adjustment_id"],
        invoice_id="upcoming",
        date=f"{START:%Y-%m-%d}",
        token_id=_token(product),
    )


def previewing(product: Product, _: Task) -> Answer:
    lines = [requested("add", "therapist", 2)]
    return product.call("preview_license_adjustment", body={"lines": lines})


def after(*acts: Act) -> Callable[[Product], Task]:
    """Return the preparation of a world in which people are there and this has happened."""

    def prepare(product: Product) -> Task:
        people(product)
        for act in acts:
            answer = act(product, {})
            assert not isinstance(answer, Answer) or answer.status < 300, answer.text
        return {}

    return prepare


def priced(product: Product) -> Task:
    """Prepare a request at previewed prices."""
    people(product)
    return {"asked": {"priced_at": previewing(product, {}).body["priced_at"]}}


def versioned(product: Product) -> Task:
    """Prepare a request upon the version that was read."""
    people(product)
    etag = product.call("get_license_status").headers["ETag"]
    return {"asked": {"headers": {"If-Match": etag}}}


def parked(product: Product, fails: str = "before") -> Task:
    """Prepare a confirmation of which nobody knows, though it did not go out."""
    after(asking(*ADD), updating())(product)
    product.cloud.mail_fails = fails
    assert sending()(product, {}) == {"outcome": "parked"}
    product.cloud.mail_fails = ""
    return {}


def parked_though_sent(product: Product) -> Task:
    """Prepare a confirmation of which nobody knows, though it went out."""
    parked(product, "after")
    return {"tags": dict(product.cloud.outbox[-1].tags)}


def told_sent(product: Product, task: Task) -> Any:
    """Deliver the mail service's event that the first confirmation went out."""
    event = load_event("record_mail_event")
    detail = event["detail"]
    detail["eventType"] = "Send"
    detail["mail"]["tags"] |= {name: [value] for name, value in task["tags"].items()}
    del detail["bounce"]
    return product.invoke("record_mail_event", event)


def told_bounced(product: Product, _: Task) -> Any:
    """Deliver the mail service's event that Dana's address bounced."""
    return product.bounce(DANA)


def came_back(product: Product, _: Task) -> Any:
    """Deliver the mail service's event that the first confirmation to Dana bounced."""
    sent = next(mail for mail in product.cloud.outbox if "claim" in mail.tags)
    tags = {name: [value] for name, value in sent.tags.items()}
    return product.bounce(sent.recipients[0], "Permanent", **tags)


def told_complained(product: Product, _: Task) -> Any:
    """Deliver the mail service's event that Dana called a mail unwanted."""
    event = load_event("record_mail_event")
    detail = event["detail"]
    bounce = detail.pop("bounce")
    recipients = [{"emailAddress": of["emailAddress"]} for of in bounce["bouncedRecipients"]]
    detail |= {"eventType": "Complaint", "complaint": {"complainedRecipients": recipients}}
    return product.invoke("record_mail_event", event)


def clearing(product: Product, _: Task) -> Answer:
    """Let mail go to Dana's address again."""
    return product.call("clear_mail_address", who="staff", address=DANA)


def mailing(
    text: str, *, number: int = 1, sender: str = DANA, spam: str = "PASS", to: str = REQUESTS
) -> Act:
    """Return the arrival of a mail: SES stores it, then calls the function.

    What may be spam is proposed instead of done.
    """

    def act(product: Product, _: Task) -> Any:
        now = START + timedelta(seconds=number)
        message_id, found = f"<{number}@mail.example>", f"X-Local-Verdicts: spam={spam}\r\n"
        raw = plain_mail(text, sender=sender, to=to, date=now, message_id=message_id, headers=found)
        return arrive(product, raw, sender=sender, to=to, at=now)

    return act


def replying(text: str, *, number: int = 2, sender: str = DANA) -> Act:
    """Return the reply to the first answer that went out."""

    def act(product: Product, task: Task) -> Any:
        sent = [message_from_bytes(mail.raw)["Reply-To"] or "" for mail in product.cloud.outbox]
        to = next(address for address in sent if "+" in address)
        return mailing(text, number=number, sender=sender, to=to)(product, task)

    return act


def reconciling(product: Product, _: Task, segments: int = 1) -> Any:
    return product.reconcile(product.clock.now, segments)
