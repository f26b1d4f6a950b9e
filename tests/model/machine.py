"""Random sequences of everything that people and the workflow do, on the product and its model."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import hypothesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.faults.acts import people, renewing
from tests.functions.conftest import STAFF, Answer
from tests.invariants import violations
from tests.model.model import Lines, Model, Person
from tests.product import Product

NEW_YORK = ZoneInfo("America/New_York")
KINDS = ("therapist", "assistant", "front_office", "billing")
MEMBERS = ("dana", "eva", "ann", "bo", "cy")
ACTORS = st.sampled_from(("dana", "dana", "dana", "eva", "eva", "ann", "pat"))
NUMBERS = st.integers(0, 30)


@st.composite
def adjustment_lines(draw: st.DrawFn) -> Lines:
    """Draw one or two license types, each added to or removed from."""
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=2, unique=True))
    deltas = st.sampled_from((-3, -2, -1, -1, 1, 1, 2, 3))
    return tuple((kind, draw(deltas)) for kind in kinds)


class ClinicMachine(RuleBasedStateMachine):
    """One clinic's life, from the demo on."""

    product: ClassVar[Product]
    demo: ClassVar[Any]
    lived: ClassVar[int] = 0

    def __init__(self) -> None:
        super().__init__()
        self.product.restore(self.demo)
        self.model = Model(
            {"therapist": 5, "assistant": 2, "front_office": 2, "billing": 1},
            {
                "dana": Person("therapist", active=True, manages=True),
                "eva": Person("therapist", active=True, manages=True),
                "ann": Person("assistant", active=True),
                "bo": Person("billing"),
                "cy": Person("billing"),
            },
        )
        self.ids: list[str] = []
        self.scheduled: dict[str, tuple[Lines, datetime]] = {}
        self.sent: list[tuple[str, Lines, str, Answer, dict[str, str]]] = []

    def judge(self, answer: Answer, who: str, wanted: Any) -> bool:
        """Compare the answer with what the model says; return whether it was a success."""
        return self._judge(answer, self.model.denied(who), wanted)

    def _judge(self, answer: Answer, denied: str | None, wanted: Any) -> bool:
        expected = denied or wanted()
        told = str(answer.status) if answer.status < 300 else answer.code
        assert told == expected, f"{answer.text}\nthe model says {expected}"
        return answer.status < 300

    @rule(who=ACTORS, lines=adjustment_lines())
    def request(self, who: str, lines: Lines) -> None:
        """Ask for more or fewer licenses."""
        key = f"key-{len(self.sent)}"
        answer = self._request(who, lines, key)
        if self.judge(answer, who, lambda: self.model.adjust(lines)):
            self.ids.append(answer.body["adjustment_id"])
            self.sent.append((who, lines, key, answer, {}))

    @rule(who=ACTORS, kind=st.sampled_from(KINDS), more=st.sampled_from((0, 1)))
    def release_all(self, who: str, kind: str, more: int) -> None:
        """Ask for as many fewer as are available, or one more than that."""
        quantity = self.model.available(kind) + more
        if quantity:
            self.request(who, ((kind, -quantity),))

    @rule(who=ACTORS, lines=adjustment_lines(), days=st.sampled_from((None, 1, 1, 7, 30)))
    def schedule(self, who: str, lines: Lines, days: int | None) -> None:
        """Ask for it from a later day on, or from the next renewal."""
        today = self.product.clock.now.astimezone(NEW_YORK).date()
        day = "renewal" if days is None else (today + timedelta(days=days)).isoformat()
        key = f"key-{len(self.sent)}"
        answer = self._request(who, lines, key, effective_on=day)
        if answer.status == 409:
            # More than there will be, or too many.
            assert answer.code in ("licenses_unavailable", "too_many_scheduled")
            return
        if self.judge(answer, who, lambda: "201"):
            applies_at = datetime.fromisoformat(answer.body["applies_at"])
            self.scheduled[answer.body["adjustment_id"]] = lines, applies_at
            self.sent.append((who, lines, key, answer, {"effective_on": day}))

    @precondition(lambda self: self.scheduled)
    @rule(who=ACTORS, number=NUMBERS)
    def cancel_scheduled(self, who: str, number: int) -> None:
        """Take an adjustment back before its day."""
        chosen = sorted(self.scheduled)[number % len(self.scheduled)]
        answer = self.product.call("cancel_license_adjustment", who=who, adjustment_id=chosen)
        if self.judge(answer, who, lambda: "200"):
            del self.scheduled[chosen]

    @precondition(lambda self: self.sent)
    @rule(number=NUMBERS)
    def request_again(self, number: int) -> None:
        """Send a former request again: the same answer, whatever happened since."""
        who, lines, key, first, more = self.sent[number % len(self.sent)]
        answer = self._request(who, lines, key, **more)
        if self.model.denied(who) is None:
            assert (answer.status, answer.text) == (first.status, first.text)
        else:
            assert answer.status in (403, 404)

    @precondition(lambda self: self.ids)
    @rule(who=ACTORS, number=NUMBERS)
    def cancel(self, who: str, number: int) -> None:
        at = number % len(self.ids)
        answer = self.product.call("cancel_license_adjustment", who=who, adjustment_id=self.ids[at])
        self.judge(answer, who, lambda: self.model.cancel(at))

    @rule(who=ACTORS, name=st.sampled_from(MEMBERS), active=st.booleans())
    def switch(self, who: str, name: str, active: bool) -> None:
        """Make a user active or inactive."""
        answer = self.product.call(
            "set_user_activation",
            who=who,
            body={"active": active},
            user_id=self.product.accounts[name],
            headers={"Idempotency-Key": None},
        )
        leaving = name == who and not active
        denied = self.model.denied_to_leave(who) if leaving else self.model.denied(who)
        self._judge(answer, denied, lambda: self.model.switch(name, active))

    @rule(who=ACTORS, name=st.sampled_from(MEMBERS))
    def release(self, who: str, name: str) -> None:
        answer = self.product.call(
            "set_user_activation",
            who=who,
            body={"active": False, "release_license": {"explanation": "They left."}},
            user_id=self.product.accounts[name],
            key=f"release-{len(self.ids)}-{self.product.clock.look()}",
        )
        if self.judge(answer, who, lambda: self.model.switch(name, False, release=True)):
            self.ids.append(answer.body["adjustment"]["adjustment_id"])

    @rule(who=ACTORS, name=st.sampled_from(MEMBERS), manages=st.booleans())
    def permit(self, who: str, name: str, manages: bool) -> None:
        permissions = ["user_manager"] if manages else []
        answer = self._change(who, name, permissions=permissions)
        self.judge(answer, who, lambda: self.model.permit(name, manages))

    @rule(who=ACTORS, name=st.sampled_from(MEMBERS), kind=st.sampled_from(KINDS))
    def retype(self, who: str, name: str, kind: str) -> None:
        answer = self._change(who, name, license_type=kind)
        self.judge(answer, who, lambda: self.model.retype(name, kind))

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS)
    def invoice(self, number: int) -> None:
        """Let the delay of an adjustment be over."""
        at = number % len(self.ids)
        assert self._task("update_invoice", at) == self.model.invoice(at)

    @precondition(lambda self: self.ids)
    @rule(number=NUMBERS)
    def confirm(self, number: int) -> None:
        """Let the workflow confirm an adjustment."""
        at = number % len(self.ids)
        assert self._task("send_confirmation", at) == self.model.confirm(at)

    @rule(hours=st.sampled_from((1, 20, 24 * 5, 24 * 20, 24 * 40)))
    def wait(self, hours: int) -> None:
        """Let time pass, over renewals and scheduled days as well."""
        self.product.clock.now += timedelta(hours=hours)
        for name, (lines, day) in sorted(self.scheduled.items()):
            if day <= self.product.clock.now:
                del self.scheduled[name]
                # The clinic is billed on the first of the month.
                at_renewal = day.astimezone(NEW_YORK).day == 1
                outcome = self._run("apply_scheduled_adjustment", name)
                assert outcome == self.model.come(lines, at_renewal=at_renewal)
                if outcome == "applied":
                    self.ids.append(name)
                else:
                    assert self._run("send_confirmation", name) == "sent"

    @rule()
    def renew(self) -> None:
        """Let the nightly run bill what is due."""
        renewing(self.product, {})

    @rule(
        kind=st.sampled_from(KINDS),
        cents=st.integers(0, 20_000),
        unit=st.sampled_from(("second", "day")),
        credit=st.sampled_from(("prorated", "none")),
    )
    def terms(self, kind: str, cents: int, unit: str, credit: str) -> None:
        """Let staff change prices and rules from the next renewal on."""
        body = {
            "prices": [{"license_type": kind, "unit_price_cents": cents}],
            "proration_unit": unit,
            "release_credit": credit,
        }
        assert self.product.call("change_clinic", who="staff", body=body).status == 200

    @invariant()
    def counts_agree(self) -> None:
        """The license status says what the model says, at any time."""
        for row in self.product.status(who="staff")["licenses"]:
            kind = row["license_type"]
            counts = self.model.purchased[kind], self.model.in_use(kind)
            assert (row["purchased"], row["in_use"]) == counts, kind
            assert row["available"] == self.model.available(kind) >= 0

    def teardown(self) -> None:
        """Judge the books, also after everything was invoiced and renewed."""
        self._require_order()
        for at in range(len(self.ids)):
            self._task("update_invoice", at)
            self._task("send_confirmation", at)
        self.product.clock.now += timedelta(days=31)
        renewing(self.product, {})
        self._require_order()
        type(self).lived += 1

    def _require_order(self) -> None:
        state = self.product.state()
        said = violations(state.items, state.outbox, state.executions, staff=[STAFF])
        assert not said, said

    def _request(self, who: str, lines: Lines, key: str, **more: Any) -> Answer:
        wanted = [("add" if delta > 0 else "remove", kind, abs(delta)) for kind, delta in lines]
        why = "They left the clinic."
        return self.product.adjust(wanted, key=key, who=who, explanation=why, **more)

    def _change(self, who: str, name: str, **body: Any) -> Answer:
        user_id = self.product.accounts[name]
        return self.product.call("change_user", who=who, body=body, user_id=user_id)

    def _task(self, function: str, at: int) -> str:
        return self._run(function, self.ids[at])

    def _run(self, function: str, adjustment_id: str) -> str:
        task = {"clinic_id": "clinic-main-street", "adjustment_id": adjustment_id}
        outcome: str = self.product.invoke(function, task)["outcome"]
        return outcome


def peopled() -> Iterator[tuple[Product, Any]]:
    """Yield the product with the people of the lives, and how to come back there."""
    product = Product.open()
    with product.active():
        product.with_demo()
        people(product)
        yield product, product.snapshot()


def run_sequences(
    product: Product,
    demo: Any,
    *,
    kind: type[ClinicMachine],
    sequences: int,
    steps: int,
    seed: int,
) -> int:
    """Run so many random sequences and return how many; a failure is shrunk to its shortest."""

    class Machine(kind):  # type: ignore[misc, valid-type]
        pass

    Machine.product, Machine.demo = product, demo
    hypothesis.seed(seed)(Machine)
    run_state_machine_as_test(
        Machine,
        settings=settings(
            max_examples=sequences,
            stateful_step_count=steps,
            deadline=None,
            database=None,
            print_blob=True,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
        ),
    )
    lived: int = Machine.lived
    return lived
