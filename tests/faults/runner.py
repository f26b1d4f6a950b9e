"""Running one operation under one plan of faults, and judging all that it leaves."""

import json
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from tests.faults.acts import NothingToDoError, Task, renewing
from tests.faults.operations import JOURNEYS, OPERATIONS, Operation, Step
from tests.faults.seam import Call, Mode, Plan, ProcessKilledError
from tests.functions.conftest import STAFF, Answer
from tests.invariants import between, mails, of_clinic, partitions, plain, record_of
from tests.product import Product, State

MONTH = timedelta(days=31)
_REMEMBERED = 20_000
"""Records, until those of former scenarios are forgotten."""


class Habit(StrEnum):
    """What a caller does who got no answer, or has got one."""

    RETRIES = "retries"
    """Tries again until it comes through: a client with the same key, Lambda, Step Functions."""
    REPEATS = "repeats"
    """The same, and once more after it came through: redelivery, a second execution."""
    GIVES_UP = "gives-up"
    """Never tries again."""


@dataclass(frozen=True)
class Scenario:
    """An operation, what goes wrong when, and what its caller does about it."""

    operation: str
    plan: Plan
    habit: Habit = Habit.RETRIES

    def __str__(self) -> str:
        faults = ",".join(f"{number}={self.plan[number]}" for number in sorted(self.plan))
        return f"{self.operation}/{self.habit}/{faults or 'none'}"

    @classmethod
    def parse(cls, text: str) -> "Scenario":
        """Return the scenario that prints so."""
        operation, habit, faults = text.split("/")
        plan = {}
        for fault in faults.split(",") if faults != "none" else ():
            number, _, mode = fault.partition("=")
            plan[int(number)] = mode
        return cls(operation, plan, Habit(habit))


@dataclass
class Outcome:
    """What came of a scenario."""

    violations: list[str] = field(default_factory=list)
    trace: list[Call] = field(default_factory=list)
    struck: list[tuple[Call, str]] = field(default_factory=list)


class Runner:
    """Runs scenarios in one product; the prepared world of each operation is made once."""

    def __init__(self, product: Product) -> None:
        self.product = product
        self._operations = {of.name: of for of in (*OPERATIONS, *JOURNEYS)}
        self._prepared: dict[str, tuple[Any, Task]] = {}
        self._judgement = Judgement()
        product.with_demo()
        self._demo = product.snapshot()

    def run(self, scenario: Scenario) -> Outcome:
        """Run the scenario, then let everything come to its end, and judge."""
        operation = self._operations[scenario.operation]
        snapshot, task = self._world(operation)
        self.product.restore(snapshot)
        run = _Run(self.product, operation, scenario, task, self._judgement)
        try:
            run.everything()
        except Exception:  # noqa: BLE001  what nobody expected is a violation of this plan
            run.found.append(traceback.format_exc())
        return Outcome(run.found, run.trace, run.struck)

    def operation(self, name: str) -> Operation:
        return self._operations[name]

    def modes(self, operation: str) -> tuple[str, ...]:
        """Return all that can happen at a call of the operation."""
        rivals = {
            f"rival:{name}" for step in self._operations[operation].steps for name in step.rivals
        }
        return (*Mode, *sorted(rivals))

    def _world(self, operation: Operation) -> tuple[Any, Task]:
        if operation.name not in self._prepared:
            self.product.restore(self._demo)
            task = operation.prepare(self.product)
            self._prepared[operation.name] = self.product.snapshot(), task
        return self._prepared[operation.name]


class Judgement:
    """The invariants; what has been judged already is not judged again.

    Items are never changed in place, so most of a world is the same objects each time.
    """

    def __init__(self) -> None:
        self._records: dict[int, tuple[Any, Any]] = {}
        self._clinics: dict[str, tuple[list[Any], list[str]]] = {}

    def __call__(self, state: State) -> list[str]:
        """Return all violations in the state."""
        if len(self._records) > _REMEMBERED:
            self._records.clear()
        clinics = partitions(state.items, self._record)
        found: list[str] = []
        for clinic_id, part in clinics.items():
            items = [item for item in state.items if item["pk"]["S"] == f"CLINIC#{clinic_id}"]
            before, said = self._clinics.get(clinic_id, ([], []))
            if items != before:
                said = of_clinic(part, [STAFF])
                self._clinics[clinic_id] = items, said
            found += said
        return (
            found
            + between(clinics, state.outbox, state.executions)
            + mails(state.items, state.outbox)
        )

    def _record(self, item: Any) -> Any:
        # The item is kept with its record, so that no other object gets its identity.
        known = self._records.get(id(item))
        if known is None:
            known = item, record_of(item)
            self._records[id(item)] = known
        return known[1]


class _Run:
    """One scenario under way."""

    def __init__(
        self,
        product: Product,
        operation: Operation,
        scenario: Scenario,
        task: Task,
        judgement: Judgement,
    ) -> None:
        self._product, self._operation, self._task = product, operation, task
        self._judgement = judgement
        self._habit = scenario.habit
        self._plan = scenario.plan
        self._step = operation.steps[0]
        self._answers: list[Any] = []
        self._foreign_changes = 0
        self.found: list[str] = []
        rivals = {name: act for step in operation.steps for name, act in step.rivals.items()}
        self._others: dict[str, Callable[[], object]] = {
            Mode.TWIN.value: self._twin,
            **{f"rival:{name}": partial(self._rival, act) for name, act in rivals.items()},
        }

    @property
    def trace(self) -> list[Call]:
        """The AWS calls of the operation."""
        return self._product.seam.trace

    @property
    def struck(self) -> list[tuple[Call, str]]:
        """What went wrong, and where."""
        return self._product.seam.struck

    @property
    def _rivals_came(self) -> bool:
        return any(mode.startswith("rival:") for _, mode in self.struck)

    def everything(self) -> None:
        """Run each step, then all that follows from them."""
        before = self._product.state()
        self._product.seam.arm(self._plan, self._others)
        for step in self._operation.steps:
            self._one(step)
        self._product.seam.disarm()
        self._judge("at once")
        if self._plan and self._product.state() == before:
            # Nothing happened: what follows from here was judged without faults.
            return
        self._come_to_an_end()
        self._judge("in the end")
        self._product.clock.now += MONTH
        renewing(self._product, {})
        self._judge("a month later")

    def _one(self, step: Step) -> None:
        self._step, self._answers, self._foreign_changes = step, [], 0
        before = self._versions()
        came_through = False
        for _ in range(len(self._plan) + 2):
            try:
                came_through = self._attempt()
            except NothingToDoError:
                return
            if came_through or self._habit is Habit.GIVES_UP:
                break
        if not came_through and self._habit is not Habit.GIVES_UP:
            self.found.append(f"it never came through: {self._answers[-1:]}")
        if came_through and self._habit is Habit.REPEATS:
            self._repeat()
        changes = self._versions() - before - self._foreign_changes
        least, most = step.within
        if not came_through or self._rivals_came or _refused(self._answers[-1]):
            least = 0
        if self._rivals_came and not step.remembered:
            most *= len(self._answers) + 1 + len(self._plan)
        if not least <= changes <= most:
            self.found.append(f"it made {changes} changes, not {least} to {most}")
        self._compare_answers()
        if came_through:
            self._require_letters()

    def _require_letters(self) -> None:
        """Demand that nothing waits to be sent that nobody will send."""
        for item in self._product.table():
            if item["pk"]["S"].startswith("MAIL#"):
                for *_, delivery in plain(item["letters"]):
                    if delivery == "queued":
                        self.found.append("a letter stays queued, and its sender is content")

    def _attempt(self) -> bool:
        """Return whether the caller has an answer that ends the matter."""
        try:
            answer = self._step.act(self._product, self._task)
        except ProcessKilledError:
            return False
        except NothingToDoError:
            raise
        except Exception as error:  # noqa: BLE001  whatever a function raises, its caller retries
            self._answers.append(error)
            return False
        self._answers.append(answer)
        if isinstance(answer, Answer) and answer.status >= 500:
            if (answer.status, answer.code, answer.headers.get("Retry-After")) != (
                503,
                "try_again",
                "1",
            ):
                self.found.append(f"answered {answer.status} {answer.text}")
            return False
        if _refused(answer) and not self._rivals_came:
            self.found.append(f"answered {answer.status} {answer.text}")
        return True

    def _repeat(self) -> None:
        with self._product.seam.paused():
            before = self._product.state()
            self._attempt()
            if not self._rivals_came and self._product.state() != before:
                self.found.append("a repetition had a second effect")

    def _twin(self) -> None:
        if not self._attempt():
            self.found.append("the twin did not come through")

    def _rival(self, act: Any) -> None:
        before = self._versions()
        try:
            act(self._product, {})
        except NothingToDoError:
            return
        finally:
            self._foreign_changes += self._versions() - before

    def _versions(self) -> int:
        return sum(
            int(item["version"]["N"])
            for item in self._product.table()
            if item["sk"]["S"] == "CLINIC"
        )

    def _compare_answers(self) -> None:
        good = [
            json.dumps(self._step.answers(answer))
            for answer in self._answers
            if not isinstance(answer, Exception) and not _refused(answer) and not _failed(answer)
        ]
        if not self._rivals_came and len(set(good)) > 1:
            self.found.append(f"the same was answered differently: {sorted(set(good))}")

    def _come_to_an_end(self) -> None:
        """Let the stream, the workflow and the nightly sweep do what is still to be done."""
        product = self._product
        names = {name for name, _ in product.started()}
        for task in product.adjustments():
            if not any(name.endswith(task["adjustment_id"]) for name in names):
                product.deliver(task)
        product.deliver_few_left()
        for _, given in product.started():
            if given.get("cause") == "few_left":
                product.invoke("send_notice", given)
        tasks = [given for _, given in product.started()]
        for task in product.notices():
            if task not in tasks:
                product.deliver(task)
        self._pass_scheduled_days()
        for arn, given in product.started():
            task = {name: given[name] for name in ("clinic_id", "adjustment_id") if name in given}
            if "cause" in given:
                product.invoke("send_notice", given)
            elif product.invoke("update_invoice", task) == {"outcome": "invoiced"}:
                product.invoke("send_confirmation", task)
            execution = product.cloud.executions[arn]
            product.cloud.executions[arn] = replace(execution, running=False)
        self._require_ends()

    def _pass_scheduled_days(self) -> None:
        """Let what is scheduled be applied; what then waits for its invoice is started."""
        product = self._product
        days = [one for one in product.started() if "applies_at" in one[1]]
        for arn, given in sorted(days, key=lambda one: one[1]["applies_at"]):
            product.clock.pass_to(datetime.fromisoformat(given["applies_at"]))
            task = {name: given[name] for name in ("clinic_id", "adjustment_id")}
            match product.invoke("apply_scheduled_adjustment", task)["outcome"]:
                case "lapsed":
                    product.invoke("send_confirmation", task)
                case "applied":
                    product.deliver(task)
            execution = product.cloud.executions[arn]
            product.cloud.executions[arn] = replace(execution, running=False)

    def _require_ends(self) -> None:
        ends = {("cancelled", "queued"), ("confirmed", "sent"), ("lapsed", "sent")}
        if self._operation.may_park:
            ends |= {("invoiced", "unknown"), ("lapsed", "unknown")}
        for item in self._product.table():
            if item["sk"]["S"].startswith("ADJUSTMENT#"):
                end = item["status"]["S"], item["confirmation"]["S"]
                if end not in ends:
                    self.found.append(f"an adjustment ends {' '.join(end)}")
            if item["sk"]["S"] == "NOTICE":
                letters = plain(item["letters"]) if "letters" in item else ()
                if "letters" not in item or any(letter[5] == "queued" for letter in letters):
                    self.found.append("a notice stays unsent")

    def _judge(self, when: str) -> None:
        self.found += [f"{when}: {said}" for said in self._judgement(self._product.state())]


def _failed(answer: Any) -> bool:
    return isinstance(answer, Answer) and answer.status >= 500


def _refused(answer: Any) -> bool:
    return isinstance(answer, Answer) and 400 <= answer.status < 500
