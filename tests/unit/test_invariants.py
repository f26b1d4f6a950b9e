"""The judge sees what is wrong: a sound state, broken in one way after the other."""

import base64
import copy
import json
import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from tests.faults import acts
from tests.functions.conftest import CLINIC, OTHER_CLINIC, STAFF, Answer
from tests.inmemory.cloud import Mail
from tests.invariants import plain, violations
from tests.invariants.actors import AT_THE_END, BY_MANAGERS, BY_STAFF, BY_SYSTEM
from tests.product import Product, State

Item = dict[str, Any]


class Broken(State):
    """A state that may be changed."""

    def records(self, begins: str, clinic: str = CLINIC, **wanted: Any) -> list[Item]:
        """Return the clinic's items whose sort key begins so, with these values."""
        return [
            item
            for item in self.items
            if item["pk"]["S"] == f"CLINIC#{clinic}"
            and item["sk"]["S"].startswith(begins)
            and all(name in item and plain(item[name]) == of for name, of in wanted.items())
        ]

    def one(self, begins: str, **wanted: Any) -> Item:
        """Return the first of them."""
        return self.records(begins, **wanted)[0]

    @property
    def clinic(self) -> Item:
        return self.one("CLINIC")

    def told(self, action: str) -> Item:
        """Return the first record of history about such an action."""
        return self.one("HISTORY#", action=action)

    def row(self, kind: str) -> list[Item]:
        """Return what the clinic's own record says of a license type."""
        row: list[Item] = self.clinic["licenses"]["M"][kind]["L"]
        return row

    def judged(self) -> list[str]:
        """Return what the judge says."""
        return violations(self.items, self.outbox, self.executions, staff=[STAFF])


Corrupt = Callable[[Broken], object]


def lived() -> State:
    """Return what some weeks leave: something of every kind, in every state."""
    product = Product.open()
    with product.active():
        product.with_demo()
        acts.people(product)
        for act in (
            acts.mailing("At Main Street add 2 PT licenses. At Lakeside add 1 PTA license."),
            acts.updating(0),
            failing_to_send(0),
            acts.settling("resend"),
            acts.sending(0),
            acts.pricing(
                name="Main Street Rehab",
                prices=[{"license_type": "therapist", "unit_price_cents": 9900}],
            ),
            acts.told_bounced,
            acts.later(70),
            acts.renewing,
            acts.releasing("ann"),
            acts.starting(1),
            acts.updating(1),
            acts.sending(1),
            lambda product, _: acts.ask(product, ("remove", "billing", 1), key="k2"),
            acts.updating(2),
            failing_to_send(2),
            lambda product, _: acts.ask(product, ("add", "therapist", 1), key="k3"),
            acts.cancelling(3),
            lambda product, _: acts.ask(product, ("add", "billing", 1), key="k4"),
            acts.choosing(few_left=[{"license_type": "billing", "at": 0}]),
            acts.switching("bo", active=True, key="k5"),
            acts.telling_few_left,
            acts.naming(None, name="Gus Kane", email="gus.kane@mainstreetpt.example"),
            acts.adding(),
            acts.inviting("flo"),
            acts.removing("cy"),
            acts.changing("flo", name="Flo Hart-Lee"),
            acts.tokening(),
            acts.revoking(),
            acts.clearing,
            acts.correcting(),
            acts.closing(60),
            acts.keeping_open,
            acts.pricing(release_credit="none"),
            acts.later(9),
            acts.reconciling,
        ):
            answer = act(product, {})
            product.accounts |= {
                plain(item["name"]).split()[0].lower(): plain(item["user_id"])
                for item in product.items(CLINIC, "USER#")
            }
            assert not isinstance(answer, Answer) or answer.status < 300, answer.text
        return product.state()


def failing_to_send(number: int) -> Callable[[Product, dict[str, Any]], Any]:
    """Return the workflow's second task while the mail service answers nothing."""

    def act(product: Product, task: dict[str, Any]) -> None:
        product.cloud.mail_fails = "before"
        assert acts.sending(number)(product, task) == {"outcome": "parked"}
        product.cloud.mail_fails = ""

    return act


@pytest.fixture(scope="module")
def sound() -> State:
    """The state that nothing is wrong with."""
    return lived()


@pytest.fixture
def state(sound: State) -> Broken:
    return Broken(copy.deepcopy(sound.items), list(sound.outbox), list(sound.executions))


def add(value: Item, delta: int) -> None:
    value["N"] = str(int(value["N"]) + delta)


def billed_in_another_period(state: Broken) -> None:
    """Bill one license more in one period and one less in the next."""
    for invoice, delta in (("2026-04", 1), ("2026-05", -1)):
        line = state.one(f"INVOICE#{invoice}#LINE#RECURRING#assistant")
        header = state.one(f"INVOICE#{invoice}")
        price = int(line["price"]["N"])
        add(line["quantity"], delta)
        add(line["cents"], delta * price)
        add(header["total_cents"], delta * price)


def line_of_another_period(state: Broken) -> None:
    """Let a share end with another period than it was computed for."""
    line, other = (
        state.one(f"INVOICE#{month}#LINE#RECURRING#billing") for month in ("2026-04", "2026-05")
    )
    line["to"] = other["to"]


def by(action: str, who: str | None, channel: str) -> Corrupt:
    """Return that somebody else did it."""
    actor = {"NULL": True} if who is None else {"S": who}

    def corrupt(state: Broken) -> None:
        dana = state.one("USER#", name="Dana Reyes")["user_id"]
        named = dana if who == "dana" else actor
        state.told(action)["by"] = {"L": [named, {"S": "Somebody"}, {"S": channel}]}

    return corrupt


def told(action: str, /, **changed: Item) -> Corrupt:
    """Return that history tells an action otherwise."""
    return lambda state: state.told(action).update(copy.deepcopy(changed))


def untold(action: str, name: str) -> Corrupt:
    """Return that history does not tell something of an action."""
    return lambda state: state.told(action).pop(name)


def setting(name: str, value: Item) -> Corrupt:
    """Return that the clinic's own record says something else."""
    return lambda state: state.clinic.update({name: value})


def counting(kind: str, column: int, delta: int = 1) -> Corrupt:
    """Return that the clinic's own record counts a license type otherwise."""
    return lambda state: add(state.row(kind)[column], delta)


def idle(kind: str, since: Item) -> Corrupt:
    """Return that a license is idle since another time."""

    def corrupt(state: Broken) -> None:
        state.row(kind)[5] = since

    return corrupt


def without(begins: str, **wanted: Any) -> Corrupt:
    """Return that a record is lost."""
    return lambda state: state.items.remove(state.one(begins, **wanted))


def answers_of(state: Broken) -> list[tuple[Item, Any]]:
    """Return the stored answers that name an adjustment."""
    found = []
    for item in state.records("REQUEST#"):
        body = json.loads(zlib.decompress(base64.b64decode(item["body"]["B"])))
        if body.get("adjustment", body):
            found.append((item, body))
    return found


def unanswered(part: str) -> Corrupt:
    """Return that the answer with such a part is lost."""
    return lambda state: state.items.remove(
        next(item for item, body in answers_of(state) if part in body)
    )


def mailed(**tags: str) -> Corrupt:
    """Return that a mail has gone out that nothing wrote."""
    mail = Mail(("dana.reyes@mainstreetpt.example",), b"", tags)
    return lambda state: state.outbox.append(mail)


def confirm(state: Broken, recipients: tuple[str, ...] = (), **tags: str) -> None:
    """Let a confirmation have gone to others, or tell of something else."""
    at = next(n for n, mail in enumerate(state.outbox) if "claim" in mail.tags)
    mail = state.outbox[at]
    state.outbox[at] = replace(
        mail, recipients=recipients or mail.recipients, tags=mail.tags | tags
    )


def answers_swapped(state: Broken) -> None:
    """Give each of two requests the other's answer."""
    (one, _), (other, _), *_ = [of for of in answers_of(state) if "lines" in of[1]]
    one["body"], other["body"] = other["body"], one["body"]


def answer_names_another(state: Broken) -> None:
    """Let an answer name an adjustment that is not there."""
    item, body = next(of for of in answers_of(state) if "lines" in of[1])
    body["adjustment_id"] = "0" * 26
    item["body"]["B"] = base64.b64encode(zlib.compress(json.dumps(body).encode())).decode()


def peaking(place: int) -> Corrupt:
    """Return that more were purchased or in use in a month than ever were."""
    return lambda state: add(state.one("INVOICE#2026-04")["peaks"]["M"]["assistant"]["L"][place], 1)


def a_type_that_is_not_there(state: Broken) -> None:
    """Let an adjustment be about licenses that the clinic has not."""
    adjustment = state.one("ADJUSTMENT#", status="cancelled")
    adjustment["lines"]["L"][0]["L"][0]["S"] = "surgeon"


def open_entry_due_otherwise(state: Broken) -> None:
    """Let the clinic's record show another due time."""
    state.clinic["open"]["L"][0]["S"] += "0"


NOTHING: Item = {"M": {}}
MAIN = f"{CLINIC}: "
CORRUPTIONS: dict[str, tuple[Corrupt, str]] = {
    "names: found by another": (
        lambda state: next(
            item for item in state.items if item["pk"]["S"].startswith("NAMES#")
        ).update(name={"S": "Harbor"}),
        "search: clinic-",
    ),
    "counts: one more in use": (counting("therapist", 1), "I1: therapist says"),
    "counts: one more purchased": (counting("therapist", 0), "I2: therapist has"),
    "counts: one more invoiced": (counting("therapist", 2), "I3: therapist has"),
    "counts: more purchased in a month than ever": (peaking(0), "I1: assistant of 2026-03"),
    "counts: more in use in a month than ever": (peaking(1), "I1: assistant of 2026-03"),
    "counts: a type billed otherwise": (
        lambda state: add(state.one("INVOICE#2026-04")["billed"]["M"]["assistant"]["L"][1], 1),
        "I3: invoice 2026-04 says",
    ),
    "counts: a greater paid maximum": (counting("therapist", 3), "I3: the paid maximum of"),
    "counts: a smaller paid maximum": (counting("billing", 3, -1), "I3: the paid maximum of"),
    "counts: the maxima of another period": (
        setting("maximum_first", {"S": "2026-04-01"}),
        "I3: paid maxima are of 2026-04-01",
    ),
    "counts: billing changed at another time": (
        lambda state: add(state.clinic["billing_changed"], 1),
        "I3: the clinic's billing changed",
    ),
    "counts: another price": (counting("assistant", 4), "I6: history makes the clinic"),
    "counts: idle, though in use": (
        idle("billing", {"N": "1772550000000"}),
        "I6: history makes billing",
    ),
    "counts: not idle, though available": (
        idle("therapist", {"NULL": True}),
        "I6: history makes therapist",
    ),
    "counts: a type that the clinic lacks": (
        a_type_that_is_not_there,
        "I2: adjusted license types that the clinic lacks: ['surgeon']",
    ),
    "counts: cents that do not wait": (setting("uninvoiced_cents", {"N": "1"}), "I3: "),
    "counts: a first day that the clinic does not know": (
        lambda state: state.records("USER#")[0].update(starts={"S": "another"}),
        "I1: the clinic names as starting []",
    ),
    "open: one is lost": (
        lambda state: state.clinic["open"]["L"].pop(),
        "I6: the clinic names open adjustments",
    ),
    "open: one is due otherwise": (
        open_entry_due_otherwise,
        "I6: the clinic names open adjustments",
    ),
    "open: one more is counted": (
        lambda state: add(state.clinic["open_count"], 1),
        "I2: 2 open adjustments, counted 3",
    ),
    "billing: a license in the wrong period": (billed_in_another_period, "I3: assistant is billed"),
    "billing: a line of another period": (line_of_another_period, "I3: billing is billed"),
    "billing: another currency": (
        lambda state: state.one("INVOICE#2026-04").update(currency={"S": "EUR"}),
        "I3: invoice 2026-04 is in EUR",
    ),
    "billing: an invoice is lost": (without("INVOICE#2026-04"), "I3: lines of invoices that"),
    "mail: to another clinic": (
        lambda state: confirm(state, recipients=("pat.cole@lakesiderehab.example",)),
        "I4: a mail left its clinic",
    ),
    "mail: about another clinic": (
        lambda state: confirm(state, clinic_id=OTHER_CLINIC),
        "I4: mails about adjustments that",
    ),
    "mail: a notice that nothing caused": (
        mailed(clinic_id=CLINIC, notice="lapsed-1"),
        "I4: notices went out that",
    ),
    "mail: one that its clinic does not list": (
        lambda state: state.one("MAILED#").update(mail={"S": "another"}),
        "I4: mail another is listed by",
    ),
    "mail: about nothing": (mailed(), "I4: a mail went out that has no known cause"),
    "actors: an action that nobody may do": (
        told("adjustment_invoiced", action={"S": "adjustment_forgiven"}),
        "I5: adjustment_forgiven by nobody",
    ),
    "history: a restart from nothing": (
        told("invoice_update_restarted", before=NOTHING),
        "I6: the update of",
    ),
    "history: a new user is nothing": (told("user_added", after=NOTHING), "I6: "),
    "history: a new token is nothing": (
        told("provisioning_token_created", after={"M": {"active": {"BOOL": True}}}),
        "I6: provisioning_token_revoked of",
    ),
    "history: a token is good again": (
        lambda state: state.one("TOKEN#").pop("revoked"),
        "I6: history does not make the provisioning tokens",
    ),
    "history: other rules": (
        setting("release_credit", {"S": "none"}),
        "I6: history makes the rules",
    ),
    "history: prices that nobody made": (
        lambda state: add(state.one("INVOICE#2026-04")["terms"]["L"][0]["M"]["therapist"], 1),
        "I6: nobody made the prices and rules of invoice 2026-04",
    ),
    "history: a change of the clinic is lost": (
        without("HISTORY#", action="clinic_changed"),
        "I6: clinic_changed begins with",
    ),
    "history: another time": (
        lambda state: add(state.one("ADJUSTMENT#", status="cancelled")["cancelled"], 1),
        "I6: adjustment_cancelled of",
    ),
    "history: it ends otherwise": (
        lambda state: add(state.clinic["updated"], 1),
        "I6: history begins or ends",
    ),
    "reasons: none for a removal": (
        lambda state: [
            record.pop("why", None) for record in state.records("HISTORY#", action=RELEASED)
        ],
        "I6: licenses_adjusted of",
    ),
    "reasons: none for a confirmation that staff settle": (
        by("adjustment_confirmed", STAFF, "web"),
        "I6: adjustment_confirmed of",
    ),
    "answers: none": (unanswered("lines"), "I7: 0 stored answers name adjustment"),
    "answers: none of a release": (unanswered("user"), "I7: 0 stored answers name adjustment"),
    "answers: two": (
        lambda of: of.items.append(answers_of(of)[0][0] | {"sk": {"S": "REQUEST#another"}}),
        "I7: 2 stored answers name adjustment",
    ),
    "answers: each other's": (answers_swapped, "I7: stored answers name what is not there"),
    "answers: another thing": (answer_names_another, "I7: stored answers name what is not there"),
    "answers: unreadable": (
        lambda state: state.one("REQUEST#").update(
            body={"B": base64.b64encode(b"nothing").decode()}
        ),
        "I7: too broken to be judged",
    ),
    "records: no clinic": (without("CLINIC"), "I6: records of a clinic that is not there"),
    "records: no registration": (
        without("HISTORY#", action="clinic_registered"),
        "I6: history tells of 0 registrations",
    ),
    "records: an unknown one": (
        lambda state: state.items.append(state.clinic | {"sk": {"S": "SURPRISE#1"}}),
        "nobody knows what SURPRISE#1 is",
    ),
}
CORRUPTIONS |= {
    f"actors: {action} by {who} on {channel}": (by(action, who, channel), f"I5: {action} by")
    for action, who, channel in (
        ("clinic_changed", "dana", "web"),
        ("clinic_changed", None, "system"),
        ("confirmation_requeued", "dana", "web"),
        ("invoice_finalized", "dana", "web"),
        ("licenses_adjusted", None, "system"),
        ("licenses_adjusted", "dana", "system"),
        ("licenses_adjusted", STAFF, "web"),
        ("licenses_adjusted", "01KAQ3V7M0XQZ8E1R5T9YB2C4F", "scim"),
    )
}
CORRUPTIONS |= {
    f"history: {action} with nothing {part}": (told(action, **{part: NOTHING}), f"I6: {action} ")
    for action, part in (
        ("clinic_changed", "before"),
        ("clinic_changed", "after"),
        ("adjustment_invoiced", "before"),
        ("adjustment_invoiced", "after"),
        ("invoice_finalized", "after"),
        ("confirmation_parked", "before"),
        ("confirmation_requeued", "after"),
        ("adjustment_confirmed", "after"),
    )
}
CORRUPTIONS |= {
    f"history: another {name}": (setting(name, value), "I6: history makes the clinic")
    for name, value in (
        ("name", {"S": "Main Street"}),
        ("calendar", {"S": "office_hours"}),
        ("email_requests", {"BOOL": False}),
        ("coming_terms", {"L": []}),
    )
}
CORRUPTIONS |= {
    f"reasons: none for {action}": (untold(action, "why"), f"I6: {action} of")
    for action in ("confirmation_requeued", "confirmation_parked", "invoice_update_restarted")
}
RELEASED = "licenses_adjusted"


def test_a_sound_state_is_called_sound(state: Broken) -> None:
    """It has something of every kind, so that nothing below is found by chance."""
    assert state.judged() == []
    statuses = {plain(item["status"]) for item in state.records("ADJUSTMENT#")}
    assert statuses == {"applied", "invoiced", "confirmed", "cancelled"}
    actions = {plain(item["action"]) for item in state.records("HISTORY#")}
    elsewhere = AT_THE_END | {"licenses_transferred", "adjustment_scheduled"}
    elsewhere |= {"adjustment_lapsed", "lapse_told", "user_start_missed", "user_start_dropped"}
    assert actions == (BY_SYSTEM | BY_STAFF | BY_MANAGERS) - elsewhere


@pytest.mark.parametrize("corruption", CORRUPTIONS)
def test_what_is_wrong_is_named(state: Broken, corruption: str) -> None:
    """By its invariant, whatever else comes to light with it."""
    corrupt, sentence = CORRUPTIONS[corruption]
    corrupt(state)
    said = state.judged()
    assert [of for of in said if of.removeprefix(MAIN).startswith(sentence)], said


def test_no_record_of_a_clinic_is_lost_unseen(state: Broken) -> None:
    """But an answer without an adjustment, and the count of invitations: nothing else tells."""
    items = list(state.items)
    unseen = []
    for lost in items:
        state.items[:] = [item for item in items if item is not lost]
        if lost["pk"]["S"].startswith("CLINIC#") and not state.judged():
            unseen.append(lost["sk"]["S"].partition("#")[0])
    assert unseen == ["INVITATIONS", "REQUEST"]


def test_a_record_without_any_value_is_judged_all_the_same(state: Broken) -> None:
    """Of each kind of record, every value is taken away or emptied: nothing is raised."""
    kinds = {
        (*(item[key]["S"].partition("#")[0] for key in ("pk", "sk")), str(item.get("action"))): item
        for item in state.items
    }
    for item in kinds.values():
        for name in [name for name in item if name not in ("pk", "sk")]:
            value = item.pop(name)
            state.judged()
            item[name] = {"NULL": True}
            state.judged()
            item[name] = value
    assert state.judged() == []


@pytest.fixture(scope="module")
def moved() -> State:
    """A sound state after a transfer that took a user along."""
    product = Product.open()
    with product.active():
        product.with_demo()
        acts.people(product)
        assert acts.transferring()(product, {}).status == 201
        return product.state()


def other_half(state: Broken) -> Item:
    """Return what the other clinic got."""
    (half,) = state.records("ADJUSTMENT#", OTHER_CLINIC)
    return half


TRANSFERS: dict[str, tuple[Corrupt, str]] = {
    "one half is lost": (lambda of: of.items.remove(other_half(of)), "without the other half"),
    "one half is cancelled": (
        lambda state: other_half(state).update(status={"S": "cancelled"}),
        "gives or takes otherwise",
    ),
    "more arrives than left": (
        lambda state: add(other_half(state)["lines"]["L"][0]["L"][1], 1),
        "gives or takes otherwise",
    ),
    "history tells of another": (
        lambda state: state.told("licenses_transferred")["after"]["M"]["transfer"]["M"].update(
            adjustment_id={"S": "0" * 26}
        ),
        "is told as half of another transfer",
    ),
    "history does not tell of it": (
        without("HISTORY#", action="licenses_transferred"),
        "0 x licenses_transferred",
    ),
    "who moved is not told": (without("HISTORY#", action="user_deactivated"), "I6: "),
    "the answer is lost": (unanswered("from"), "I7: 0 stored answers name adjustment"),
}


def test_a_transfer_is_sound(moved: State) -> None:
    """Its two clinics are a state of their own."""
    assert violations(moved.items, moved.outbox, moved.executions, staff=[STAFF]) == []


@pytest.mark.parametrize("corruption", TRANSFERS)
def test_the_judge_sees_a_broken_transfer(moved: State, corruption: str) -> None:
    state = Broken(copy.deepcopy(moved.items), list(moved.outbox), list(moved.executions))
    corrupt, said = TRANSFERS[corruption]
    corrupt(state)
    assert any(said in violation for violation in state.judged())


def test_mails_stay_in_the_clinic_of_who_has_another_address_now_or_is_gone() -> None:
    """The mail went where they could be reached then."""
    product = Product.open()
    with product.active():
        product.with_demo()
        acts.people(product)
        assert acts.ask(product, ("add", "therapist", 1), key="told", who="eva").status == 201
        acts.updating(0)(product, {})
        acts.sending(0)(product, {})
        ((to,),) = [mail.recipients for mail in product.state().outbox if "claim" in mail.tags]
        assert acts.changing("eva", email="eva@mainstreetpt.example")(product, {}).status == 200
        state = product.state()
        assert to not in {plain(item["email"]) for item in state.items if "email" in item}
        assert violations(state.items, state.outbox, state.executions, staff=[STAFF]) == []
        acts.switching("eva", active=False)(product, {})
        assert acts.removing("eva")(product, {}).status == 200
        state = product.state()
        assert violations(state.items, state.outbox, state.executions, staff=[STAFF]) == []
