"""Whatever goes wrong at whatever AWS call: every invariant holds, and callers come through."""

import json

import pytest

from tests.faults.operations import JOURNEYS, OPERATIONS, Operation
from tests.faults.plans import at_random, pairs, singles, some_singles
from tests.faults.runner import Habit, Runner, Scenario
from tests.faults.seam import Mode
from tests.functions.conftest import ROOT

pytestmark = pytest.mark.faults

EVERY = pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
JOURNEY = pytest.mark.parametrize("operation", JOURNEYS, ids=lambda operation: operation.name)
PAGE_ONLY = {"show_user_manager", "write_invitation"}
"""Functions that make no AWS call."""


def require(runner: Runner, scenarios: list[Scenario]) -> None:
    """Fail with each scenario that violates something, as `make faults` would print it."""
    bad = {str(of): said for of in scenarios if (said := runner.run(of).violations)}
    report = "\n".join(f"{plan}: {'; '.join(said)}" for plan, said in bad.items())
    assert not bad, f"{len(bad)} of {len(scenarios)} plans\n{report}"


@EVERY
def test_a_single_fault_leaves_every_invariant_whole(
    runner: Runner, operation: Operation, pytestconfig: pytest.Config
) -> None:
    """Some of all calls, ways to fail and habits; `make faults` runs every one."""
    require(runner, [Scenario(operation.name, {}, habit) for habit in Habit])
    every = pytestconfig.getoption("--every-fault")
    require(runner, list((singles if every else some_singles)(runner, operation)))


@JOURNEY
def test_a_journey_survives_faults_anywhere(runner: Runner, operation: Operation) -> None:
    """From the request to the mail, with three to six faults; `make faults` runs many more."""
    require(runner, [Scenario(operation.name, {}, habit) for habit in Habit])
    require(runner, [at_random(runner, operation, seed) for seed in range(25)])


def test_a_plan_runs_the_same_each_time(runner: Runner) -> None:
    """What `make faults` prints can be run again to the same end."""
    scenario = Scenario.parse("adding_to_the_mail/retries/2=timeout,9=twin,14=lost")
    ends = []
    for _ in range(2):
        outcome = runner.run(scenario)
        state = runner.product.state()
        mails = [mail.tags for mail in state.outbox]
        ends.append((outcome.trace, outcome.struck, state.items, state.executions, mails))
    assert ends[0] == ends[1]
    assert [str(mode) for _, mode in ends[0][1]] == ["timeout", "twin", "lost"]
    assert Scenario.parse(str(scenario)) == scenario


@pytest.mark.parametrize(
    "plan",
    [
        # The reading for the second attempt failed, and there was no third.
        "scim_deactivate/repeats/1=timeout,2=conflict,3=conflict,4=throttled,5=throttled,6=conflict",
        # A second worker looked a user up in the middle of the first one's request.
        "scim_create_user/repeats/1=twin,2=unreached,3=timeout,4=twin,5=rival:added_by_a_manager",
    ],
)
def test_a_plan_that_found_something_finds_it_no_more(runner: Runner, plan: str) -> None:
    assert not runner.run(Scenario.parse(plan)).violations


def test_pairs_of_faults_reach_the_calls_of_the_second_try(runner: Runner) -> None:
    """A caller who tries again makes calls that the trace without faults does not have."""
    operation = next(of for of in OPERATIONS if of.name == "request_add")
    stem = Scenario(operation.name, {2: Mode.LOST}, Habit.RETRIES)
    numbers = {max(of.plan) for of in pairs(runner, operation, stem)}
    assert numbers == {3}


def test_every_function_and_route_has_an_operation(runner: Runner) -> None:
    """A new one is put under faults by listing it; forgetting it fails here."""
    runner.product.invoked.clear()
    runner.product.routes.clear()
    for operation in OPERATIONS:
        runner.run(Scenario(operation.name, {}))
    functions = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}
    assert functions - PAGE_ONLY == runner.product.invoked - PAGE_ONLY
    described = json.loads((ROOT / "docs" / "openapi.json").read_text())["paths"]
    routes = {f"{method.upper()} {path}" for path, of in described.items() for method in of}
    assert routes <= runner.product.routes


def test_a_judge_that_fails_is_a_violation_of_its_plan(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a state that it does not expect would end a long run, without saying which plan."""
    monkeypatch.setattr(runner, "_judgement", lambda state: state["nothing"])
    (said,) = runner.run(Scenario("request_add", {})).violations
    assert "TypeError" in said
