"""`make faults`: the long runs, with progress, resumable, and one table of figures in the end."""

import argparse
import json
import multiprocessing
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, redirect_stdout, suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from io import TextIOBase
from typing import Any

from tests.contention import dynamodb_local
from tests.contention.clinic import scenes
from tests.contention.test_contention import WORKERS, require_agreement, require_settled
from tests.contention.workers import compete
from tests.faults.acts import people
from tests.faults.operations import JOURNEYS, OPERATIONS
from tests.faults.plans import at_random, pairs, singles
from tests.faults.runner import Runner, Scenario
from tests.fuzz.runner import fuzz
from tests.fuzz.scene import prepare
from tests.model.machine import run_sequences
from tests.product import Product
from tests.template import ROOT

STATE = ROOT / ".local" / "faults.json"
BLOCK, RANDOM_BLOCKS = 50, 12
CONTENTION_BLOCKS, CONTENTION_ATTEMPTS = 25, 4000
HISTORY_BLOCKS, HISTORY_ATTEMPTS = 50, 1000
MODEL_BLOCKS, MODEL_SEQUENCES, MODEL_STEPS = 100, 100, 50
# A block sends about a thousand requests that are the same in all blocks, and 4,000 of its own.
FUZZ_BLOCKS, FUZZ_EXAMPLES, FUZZ_REQUESTS = 6, 200, 4000
EVERY_SECONDS = 5.0
EVERYTHING = (*OPERATIONS, *JOURNEYS)

Piece = tuple[str, ...]


@dataclass
class Figures:
    """What a part has come to."""

    unit: str
    pieces: int
    done: list[str] = field(default_factory=list)
    count: int = 0
    faults: int = 0
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)

    def add(self, piece: Piece, result: "Result", seconds: float) -> None:
        """Count a piece that is done."""
        self.done.append("/".join(piece))
        self.count += result.count
        self.faults += result.faults
        self.violations += result.violations
        self.seconds += seconds


@dataclass
class Result:
    """What came of a piece."""

    count: int = 0
    faults: int = 0
    violations: list[str] = field(default_factory=list)


class _Nowhere(TextIOBase):
    def write(self, text: str) -> int:
        return len(text)


class _Opened:
    """The product and its runner, once per process."""

    runner: Runner
    demo: Any
    scene: Any
    _kept = ExitStack()

    @classmethod
    def open(cls) -> None:
        """Open them; waits take no time from here on."""
        # The functions' metrics go to standard output, where they would bury the progress.
        cls._kept.enter_context(redirect_stdout(_Nowhere()))
        product = Product.open()
        cls._kept.enter_context(product.active())
        empty = product.snapshot()
        prepare(product)
        cls.scene = product.snapshot()
        product.restore(empty)
        cls.runner = Runner(product, {of.name: of for of in EVERYTHING})
        people(product)
        cls.demo = product.snapshot()


def run_scenarios(scenarios: Iterator[Scenario]) -> Result:
    """Run all of them."""
    result = Result()
    for scenario in scenarios:
        outcome = _Opened.runner.run(scenario)
        result.count += 1
        result.faults += len(outcome.struck)
        result.violations += [f"{scenario}: {said}" for said in outcome.violations]
    return result


def run_faults(piece: Piece) -> Result:
    """Run the single faults, the pairs from one call on, or a block of random plans."""
    kind, name, number = piece
    runner = _Opened.runner
    operation = next(of for of in EVERYTHING if of.name == name)
    if kind == "single":
        return run_scenarios(singles(runner, operation))
    if kind == "random":
        first = int(number) * BLOCK
        return run_scenarios(
            at_random(runner, operation, seed) for seed in range(first, first + BLOCK)
        )
    stems = [stem for stem in singles(runner, operation) if min(stem.plan) == int(number)]
    return run_scenarios(plan for stem in stems for plan in pairs(runner, operation, stem))


def run_model(piece: Piece) -> Result:
    """Run a block of sequences."""
    product = _Opened.runner.product
    result = Result(MODEL_SEQUENCES)
    try:
        run_sequences(
            product,
            _Opened.demo,
            sequences=MODEL_SEQUENCES,
            steps=MODEL_STEPS,
            seed=int(piece[1]),
        )
    except BaseException as failure:  # noqa: BLE001  hypothesis says how to repeat it
        notes = "\n".join(getattr(failure, "__notes__", ()))
        result.violations.append(f"model {piece[1]}: {failure}\n{notes}")
    return result


def run_fuzz(piece: Piece) -> Result:
    """Send a block of requests, by staff alone or by whoever may."""
    _, number, callers = piece
    product = _Opened.runner.product
    product.restore(_Opened.scene)
    outcome = fuzz(product, seed=int(number), examples=FUZZ_EXAMPLES, staff_only=callers == "staff")

    def judge() -> None:
        outcome.require_sound()
        assert outcome.cases.total() >= FUZZ_REQUESTS

    return _judged(piece, outcome.cases.total(), 0, judge)


def run_contention(piece: Piece, endpoint: str) -> Result:
    """Let forty workers compete once more."""
    (place,) = scenes(endpoint, 1, users=120, purchased=20)
    said = compete([place], workers=WORKERS, attempts=CONTENTION_ATTEMPTS, turn=int(piece[1]))
    return _judged(
        piece, CONTENTION_ATTEMPTS, 0, lambda: require_agreement(place, said[place.clinic_id])
    )


def run_history(piece: Piece, endpoint: str) -> Result:
    """Check one history with unknown outcomes."""
    number = int(piece[1])
    places = scenes(endpoint, 8, users=0, purchased=5)
    rate = 0.2 if number % 2 else 0.4
    said = compete(places, workers=WORKERS, attempts=HISTORY_ATTEMPTS, faults=rate, turn=number)

    def judge() -> None:
        for place in places:
            require_settled(place, said[place.clinic_id])

    return _judged(piece, HISTORY_ATTEMPTS, sum(of.faults for of in said.values()), judge)


def _judged(piece: Piece, count: int, faults: int, judge: Callable[[], None]) -> Result:
    result = Result(count, faults)
    try:
        judge()
    except AssertionError as failure:
        result.violations.append(f"{' '.join(piece)}: {failure}")
    return result


def fault_pieces() -> dict[str, list[Piece]]:
    """Return what there is to do under faults, by part."""
    runner = _Opened.runner
    calls = {of.name: len(runner.run(Scenario(of.name, {})).trace) for of in EVERYTHING}
    return {
        "single faults": [("single", of.name, "") for of in EVERYTHING],
        "random plans of 3 to 6": [
            ("random", of.name, str(number)) for number in range(RANDOM_BLOCKS) for of in EVERYTHING
        ],
        "pairs of faults": [
            ("pairs", of.name, str(number))
            for of in OPERATIONS
            for number in range(1, calls[of.name] + 1)
        ],
    }


Work = Callable[[list[tuple[Piece, float]]], Iterable[tuple[Piece, Result | None]]]


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, file=sys.__stdout__, flush=True)


def _in_turn(
    act: Callable[[Piece, str], Result], endpoint: str, tasks: list[tuple[Piece, float]]
) -> Iterator[tuple[Piece, Result | None]]:
    for piece, until in tasks:
        yield piece, act(piece, endpoint) if time.time() < until else None


class Campaign:
    """All parts, what is done of them, and until when."""

    def __init__(self, minutes: float, jobs: int, only: str, fresh: bool) -> None:
        self._until = time.time() + minutes * 60 if minutes else float("inf")
        self._jobs, self._only = jobs, only
        self._figures: dict[str, Figures] = {}
        self._before: dict[str, Any] = {}
        if STATE.exists() and not fresh:
            self._before = json.loads(STATE.read_text())
        self._shown = 0.0

    def run(self) -> int:
        """Run what is not done yet; return the process's exit status."""
        _Opened.open()
        parts = fault_pieces()
        lives: list[Piece] = [("model", str(number)) for number in range(MODEL_BLOCKS)]
        blocks: list[Piece] = [
            ("fuzz", str(number), "staff" if number % 3 == 2 else "whoever may")
            for number in range(FUZZ_BLOCKS)
        ]
        with multiprocessing.get_context("spawn").Pool(self._jobs, _Opened.open) as pool:
            for name, pieces in parts.items():
                self._part(name, "plans", pieces, partial(pool.imap_unordered, _faults))
            name = "lives beside the model"
            self._part(name, "sequences", lives, partial(pool.imap_unordered, _model))
            name = "fuzz by the description"
            self._part(name, "requests", blocks, partial(pool.imap_unordered, _fuzz))
        self._against_dynamodb_local()
        self._table()
        return int(any(figures.violations for figures in self._figures.values()))

    def _against_dynamodb_local(self) -> None:
        parts: dict[str, tuple[str, str, int, Callable[[Piece, str], Result]]] = {
            "attempts by 40 workers": ("contention", "attempts", CONTENTION_BLOCKS, run_contention),
            "histories with unknowns": ("history", "requests", HISTORY_BLOCKS, run_history),
        }
        if not any(self._only in name for name in parts):
            return
        try:
            dynamodb_local.require_tools()
        except dynamodb_local.MissingToolError as missing:
            say(f"Without contention: {missing}")
            return
        with dynamodb_local.running() as endpoint:
            for name, (kind, unit, blocks, act) in parts.items():
                pieces: list[Piece] = [(kind, str(number)) for number in range(blocks)]
                self._part(name, unit, pieces, partial(_in_turn, act, endpoint))

    def _part(self, name: str, unit: str, pieces: list[Piece], work: Work) -> None:
        if self._only not in name:
            return
        figures = Figures(**self._before.get(name, {"unit": unit, "pieces": len(pieces)}))
        self._figures[name] = figures
        todo = [piece for piece in pieces if "/".join(piece) not in figures.done]
        begun = last = time.monotonic()
        for number, (piece, result) in enumerate(
            work([(piece, self._until) for piece in todo]), start=1
        ):
            if result is None:
                continue
            now = time.monotonic()
            figures.add(piece, result, now - last)
            last = now
            for said in result.violations:
                say(f"VIOLATION  {said}")
            self._save()
            self._show(name, figures, (now - begun) / number * (len(todo) - number))

    def _show(self, name: str, figures: Figures, left: float) -> None:
        now = time.time()
        if now - self._shown < EVERY_SECONDS and len(figures.done) < figures.pieces:
            return
        self._shown = now
        left = min(left, max(0.0, self._until - now))
        rate = figures.count / figures.seconds if figures.seconds else 0.0
        say(
            f"{name}: {figures.count:,} {figures.unit}, {rate:,.0f}/s, "
            f"{len(figures.done)} of {figures.pieces} pieces, "
            f"{len(figures.violations)} violations, about {left / 60:.1f} min left"
        )

    def _save(self) -> None:
        STATE.parent.mkdir(exist_ok=True)
        figures = {name: asdict(of) for name, of in self._figures.items()}
        part = STATE.with_suffix(".part")
        part.write_text(json.dumps(self._before | figures))
        part.replace(STATE)

    def _table(self) -> None:
        rows = ["| what | how many | failed calls | violations | time |", "|---|---|---|---|---|"]
        for name, of in self._figures.items():
            whole = "" if len(of.done) == of.pieces else f" ({len(of.done)} of {of.pieces} pieces)"
            rows.append(
                f"| {name}{whole} | {of.count:,} {of.unit} | {of.faults:,} "
                f"| {len(of.violations)} | {of.seconds / 60:.1f} min |"
            )
        say("\n".join(rows))


def _faults(task: tuple[Piece, float]) -> tuple[Piece, Result | None]:
    return task[0], run_faults(task[0]) if time.time() < task[1] else None


def _model(task: tuple[Piece, float]) -> tuple[Piece, Result | None]:
    return task[0], run_model(task[0]) if time.time() < task[1] else None


def _fuzz(task: tuple[Piece, float]) -> tuple[Piece, Result | None]:
    return task[0], run_fuzz(task[0]) if time.time() < task[1] else None


def replay(text: str) -> int:
    """Run one plan as it was printed, and say what came of it."""
    _Opened.open()
    outcome = _Opened.runner.run(Scenario.parse(text))
    for number, call in enumerate(outcome.trace, start=1):
        say(f"{number:3} {call}")
    for call, mode in outcome.struck:
        say(f"struck: {mode} at {call}")
    for said in outcome.violations or ["no violation"]:
        say(said)
    return int(bool(outcome.violations))


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.0, help="stop then (default: never)")
    parser.add_argument("--jobs", type=int, default=2, help="processes (default: 2)")
    parser.add_argument("--only", default="", help="parts whose names contain this")
    parser.add_argument("--fresh", action="store_true", help="forget what is done already")
    parser.add_argument("--replay", metavar="PLAN", help="run one plan as it was printed")
    given = parser.parse_args()
    with suppress(KeyboardInterrupt):
        if given.replay:
            sys.exit(replay(given.replay))
        sys.exit(Campaign(given.minutes, given.jobs, given.only, given.fresh).run())


if __name__ == "__main__":
    main()
