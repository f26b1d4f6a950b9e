"""Which plans there are: every single fault, every pair, and random ones of three to six."""

import random
from collections.abc import Iterator

from tests.faults.operations import Operation
from tests.faults.runner import Habit, Runner, Scenario
from tests.faults.seam import Call

RIVAL = "rival:"


def singles(runner: Runner, operation: Operation) -> Iterator[Scenario]:
    """Yield every fault at every call of the operation's trace without faults.

    A repetition must change nothing at all, so trying again without repeating is another
    case only where a rival came between.
    """
    trace = runner.run(Scenario(operation.name, {})).trace
    for number, call in enumerate(trace, start=1):
        for mode in _possible(runner, operation, call):
            for habit in Habit:
                if habit is not Habit.RETRIES or mode.startswith(RIVAL):
                    yield Scenario(operation.name, {number: mode}, habit)


def pairs(runner: Runner, operation: Operation, stem: Scenario) -> Iterator[Scenario]:
    """Yield the single fault with every second one after it, in the calls that then come."""
    ((first, mode),) = stem.plan.items()
    trace = runner.run(stem).trace
    for number in range(first + 1, len(trace) + 1):
        for second in _possible(runner, operation, trace[number - 1]):
            yield Scenario(operation.name, {first: mode, number: second}, stem.habit)


def at_random(runner: Runner, operation: Operation, seed: int) -> Scenario:
    """Return a plan of three to six faults; the same for the same seed."""
    chance = random.Random(f"{operation.name}/{seed}")  # noqa: S311
    calls = len(runner.run(Scenario(operation.name, {})).trace)
    # Callers that try again make more calls than the trace without faults has.
    reach = max(7, calls * 2)
    numbers = chance.sample(range(1, reach + 1), chance.randint(3, 6))
    modes = runner.modes(operation.name)
    plan = {number: chance.choice(modes) for number in sorted(numbers)}
    return Scenario(operation.name, plan, chance.choice(list(Habit)))


def _possible(runner: Runner, operation: Operation, call: Call) -> list[str]:
    return [mode for mode in runner.modes(operation.name) if call.takes(mode)]
