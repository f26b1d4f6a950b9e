"""Which plans there are: single faults, pairs of them, and random ones of three to six."""

import random
from collections.abc import Iterator

from tests.faults.operations import Operation
from tests.faults.runner import Habit, Runner, Scenario
from tests.faults.seam import Call

RIVAL = "rival:"
_SOME = 25
# Who gives up is rarely struck three times; pairs show what becomes of them.
_HABITS = (*[Habit.RETRIES, Habit.REPEATS] * 3, Habit.GIVES_UP)


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


def some_singles(runner: Runner, operation: Operation) -> list[Scenario]:
    """Return every fifth single fault, fewer of a long trace.

    A call can go wrong in sixteen ways or so, and an odd step meets others at the next one.
    """
    every = list(singles(runner, operation))
    step = max(5, len(every) // _SOME)
    return every[:: step | 1]


def pairs(runner: Runner, operation: Operation, stem: Scenario) -> Iterator[Scenario]:
    """Yield the single fault with every second one after it, in the calls that then come."""
    ((first, mode),) = stem.plan.items()
    trace = runner.run(stem).trace
    for number in range(first + 1, len(trace) + 1):
        for second in _possible(runner, operation, trace[number - 1]):
            yield Scenario(operation.name, {first: mode, number: second}, stem.habit)


def some_pairs(runner: Runner, operation: Operation, most: int) -> Iterator[Scenario]:
    """Yield about as many pairs, spread evenly over the first faults and over the second ones."""
    stems = list(singles(runner, operation))
    for place, stem in enumerate(stems):
        every = list(pairs(runner, operation, stem))
        step = max(1, len(every) * len(stems) // most) | 1
        yield from every[place % step :: step]


def at_random(runner: Runner, operation: Operation, seed: int) -> Scenario:
    """Return a plan of three to six faults; the same for the same seed.

    Those behind the last call that comes do not strike: the outcome tells how many did.
    """
    chance = random.Random(f"{operation.name}/{seed}")  # noqa: S311
    trace = runner.run(Scenario(operation.name, {})).trace
    modes = sorted({mode for call in trace for mode in _possible(runner, operation, call)})
    plan: dict[int, str] = {}
    number = 0
    for _ in range(chance.randint(3, 6)):
        number += chance.randint(1, max(1, len(trace) // 4))
        plan[number] = chance.choice(modes)
    return Scenario(operation.name, plan, chance.choice(_HABITS))


def _possible(runner: Runner, operation: Operation, call: Call) -> list[str]:
    return [mode for mode in runner.modes(operation.name) if call.takes(mode)]
