"""What there is to do, in pieces that can run by themselves, and the same each time."""

import warnings
from collections.abc import Callable, Iterable
from contextlib import ExitStack, redirect_stdout
from dataclasses import dataclass, field
from io import TextIOBase
from typing import Any

import hypothesis
from hypothesis import HealthCheck, given, settings
from hypothesis.strategies import SearchStrategy

from tests.billing.lives import Plan, plans
from tests.billing.test_generated_months import MONTHS_OF_A_LIFE, live_through_months
from tests.billing.test_generated_sequences import MOST_STEPS, live_step_by_step
from tests.billing.test_previews import MOST_STEPS as PREVIEWED_STEPS
from tests.billing.test_previews import live_and_preview
from tests.contention.clinic import scenes
from tests.contention.test_contention import (
    WORKERS,
    require_agreement,
    require_rate,
    require_settled,
)
from tests.contention.workers import compete
from tests.faults.acts import people
from tests.faults.operations import JOURNEYS, OPERATIONS
from tests.faults.plans import at_random, pairs, singles
from tests.faults.runner import Runner, Scenario
from tests.fuzz.runner import fuzz
from tests.fuzz.scene import prepare
from tests.model.machine import run_sequences
from tests.product import Product

LIVES = 100
MONTH_BLOCKS, STEP_BLOCKS, PREVIEW_BLOCKS = 20, 50, 100
PLANS, RANDOM_BLOCKS, DRAWS = 50, 10, 1000
MODEL_BLOCKS, MODEL_SEQUENCES, MODEL_STEPS = 100, 100, 50
# A block sends about a thousand requests that are the same in all blocks, and 4,000 of its own.
FUZZ_BLOCKS, FUZZ_EXAMPLES, FUZZ_REQUESTS = 6, 200, 4500
CONTENTION_BLOCKS, CONTENTION_ATTEMPTS = 25, 4000
HISTORY_BLOCKS, HISTORY_ATTEMPTS = 50, 1000
EVERYTHING = (*OPERATIONS, *JOURNEYS)

Piece = tuple[str, ...]
"""Its kind, and what tells it from the others of its kind."""


@dataclass(frozen=True)
class Part:
    """Pieces of one kind."""

    name: str
    unit: str
    """What is counted."""
    pieces: list[Piece]
    judged_by_dynamodb: bool = False
    """Whether it runs on DynamoDB Local, which is one for all: a piece at a time."""


@dataclass
class Result:
    """What came of a piece."""

    count: int = 0
    faults: int = 0
    violations: list[str] = field(default_factory=list)


class _Nowhere(TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


class World:
    """The product and its runner, once per process."""

    runner: Runner
    demo: Any
    scene: Any
    _kept = ExitStack()

    @classmethod
    def open(cls) -> None:
        """Open them; waits take no time from here on."""
        # The functions' metrics go to standard output, where they would bury the progress; that
        # there are none of an invocation that failed, to the other.
        cls._kept.enter_context(redirect_stdout(_Nowhere()))
        warnings.filterwarnings("ignore", "No application metrics to publish")
        product = Product.open()
        cls._kept.enter_context(product.active())
        empty = product.snapshot()
        prepare(product)
        cls.scene = product.snapshot()
        product.restore(empty)
        cls.runner = Runner(product, {of.name: of for of in EVERYTHING})
        people(product)
        cls.demo = product.snapshot()


def parts() -> list[Part]:
    """Return all that there is to do; the world is open."""
    runner = World.runner
    calls = {of.name: len(runner.run(Scenario(of.name, {})).trace) for of in EVERYTHING}
    return [
        Part("single faults", "plans", [("single", of.name) for of in EVERYTHING]),
        Part(
            "random plans of 3 to 6",
            "plans",
            [
                ("random", of.name, str(number))
                for number in range(RANDOM_BLOCKS)
                for of in EVERYTHING
            ],
        ),
        Part(
            "pairs of faults",
            "plans",
            [
                ("pairs", of.name, str(number))
                for of in OPERATIONS
                for number in range(1, calls[of.name] + 1)
            ],
        ),
        Part("lives beside the model", "sequences", _numbered("model", MODEL_BLOCKS)),
        Part("billed months", "months", _numbered("months", MONTH_BLOCKS)),
        Part("books after every step", "lives", _numbered("steps", STEP_BLOCKS)),
        Part("previewed totals", "previews", _numbered("previews", PREVIEW_BLOCKS)),
        Part(
            "fuzz by the description",
            "requests",
            [
                ("fuzz", str(number), "staff" if number % 3 == 2 else "whoever may")
                for number in range(FUZZ_BLOCKS)
            ],
        ),
        Part(
            "attempts by 40 workers",
            "attempts",
            _numbered("contention", CONTENTION_BLOCKS),
            judged_by_dynamodb=True,
        ),
        Part(
            "histories with unknowns",
            "requests",
            _numbered("history", HISTORY_BLOCKS),
            judged_by_dynamodb=True,
        ),
    ]


def _numbered(kind: str, blocks: int) -> list[Piece]:
    return [(kind, str(number)) for number in range(blocks)]


def run(piece: Piece) -> Result:
    """Run a piece in this process, whose world is open."""
    return _KINDS[piece[0]](*piece[1:])


def run_on_dynamodb(piece: Piece, endpoint: str) -> Result:
    """Run a piece on DynamoDB Local."""
    kind, number = piece
    act = _contention if kind == "contention" else _history
    return act(int(number), endpoint)


def _single(name: str) -> Result:
    return _scenarios(singles(World.runner, _operation(name)))


def _random(name: str, number: str) -> Result:
    """Draw plans until so many were struck by three faults at least; only those count."""
    operation = _operation(name)
    result = Result()
    first = int(number) * DRAWS
    for seed in range(first, first + DRAWS):
        drawn = _scenarios([at_random(World.runner, operation, seed)])
        result.violations += drawn.violations
        if drawn.faults >= 3:
            result.count += 1
            result.faults += drawn.faults
        if result.count == PLANS:
            return result
    result.violations.append(f"{name}: {DRAWS} plans, and {result.count} of them struck thrice")
    return result


def _pairs(name: str, number: str) -> Result:
    """All that begin with a fault at the call of this number."""
    operation = _operation(name)
    stems = [stem for stem in singles(World.runner, operation) if min(stem.plan) == int(number)]
    return _scenarios(plan for stem in stems for plan in pairs(World.runner, operation, stem))


def _operation(name: str) -> Any:
    return next(of for of in EVERYTHING if of.name == name)


def _scenarios(scenarios: Iterable[Scenario]) -> Result:
    result = Result()
    for scenario in scenarios:
        outcome = World.runner.run(scenario)
        result.count += 1
        result.faults += len(outcome.struck)
        result.violations += [f"{scenario}: {said}" for said in outcome.violations]
    return result


def _model(number: str) -> Result:
    def judge(result: Result) -> None:
        result.count = run_sequences(
            World.runner.product,
            World.demo,
            sequences=MODEL_SEQUENCES,
            steps=MODEL_STEPS,
            seed=int(number),
        )

    return _judged(f"model {number}", judge)


def _months(number: str) -> Result:
    drawn = plans()
    return _judged(f"months {number}", _lives(live_through_months, drawn, number, MONTHS_OF_A_LIFE))


def _steps(number: str) -> Result:
    drawn = plans(most_steps=MOST_STEPS)
    return _judged(f"steps {number}", _lives(live_step_by_step, drawn, number, 1))


def _previews(number: str) -> Result:
    drawn = plans(most_steps=PREVIEWED_STEPS)
    return _judged(f"previews {number}", _lives(live_and_preview, drawn, number, 1))


def _lives(
    live: Callable[[Plan], None], drawn: SearchStrategy[Plan], number: str, counted: int
) -> Callable[[Result], None]:
    many = settings(
        max_examples=LIVES, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )

    def judge(result: Result) -> None:
        @hypothesis.seed(int(number))
        @many
        @given(drawn)
        def every(plan: Plan) -> None:
            live(plan)
            result.count += counted

        every()

    return judge


def _fuzz(number: str, callers: str) -> Result:
    def judge(result: Result) -> None:
        product = World.runner.product
        product.restore(World.scene)
        staff = callers == "staff"
        outcome = fuzz(product, seed=int(number), examples=FUZZ_EXAMPLES, staff_only=staff)
        result.count = outcome.cases.total()
        outcome.require_sound()
        assert result.count >= FUZZ_REQUESTS

    return _judged(f"fuzz {number} {callers}", judge)


def _contention(number: int, endpoint: str) -> Result:
    def judge(result: Result) -> None:
        (place,) = scenes(endpoint, 1, users=120, purchased=20)
        said = compete([place], workers=WORKERS, attempts=CONTENTION_ATTEMPTS, turn=number)
        result.count = CONTENTION_ATTEMPTS
        require_agreement(place, said[place.clinic_id])

    return _judged(f"contention {number}", judge)


def _history(number: int, endpoint: str) -> Result:
    def judge(result: Result) -> None:
        places = scenes(endpoint, 8, users=0, purchased=5)
        rate = 0.2 if number % 2 else 0.4
        said = compete(places, workers=WORKERS, attempts=HISTORY_ATTEMPTS, faults=rate, turn=number)
        result.count = HISTORY_ATTEMPTS
        result.faults = sum(of.faults for of in said.values())
        require_rate(said.values(), rate)
        for place in places:
            require_settled(place, said[place.clinic_id])

    return _judged(f"history {number}", judge)


def _judged(piece: str, judge: Callable[[Result], None]) -> Result:
    result = Result()
    try:
        judge(result)
    except Exception as failure:  # noqa: BLE001  whatever went wrong belongs into the report
        notes = "\n".join(getattr(failure, "__notes__", ()))
        result.violations.append(f"{piece}: {failure!r}\n{notes}".rstrip())
    return result


_KINDS: dict[str, Callable[..., Result]] = {
    "single": _single,
    "random": _random,
    "pairs": _pairs,
    "model": _model,
    "months": _months,
    "steps": _steps,
    "previews": _previews,
    "fuzz": _fuzz,
}
