"""Whatever goes wrong at whatever AWS call: every invariant holds, and callers come through."""

from collections.abc import Iterable
from itertools import takewhile

import pytest

from docs.routes import ROUTES
from docs.template import functions
from tests.campaign import Piece, campaign
from tests.faults.operations import JOURNEYS, OPERATIONS
from tests.faults.plans import at_random, singles, some_pairs, some_singles
from tests.faults.runner import Habit, Runner, Scenario

pytestmark = pytest.mark.faults

EVERYTHING = [of.name for of in (*OPERATIONS, *JOURNEYS)]
DRAWS = 1000
PAGE_ONLY = {"show_user_manager", "write_invitation"}
"""Functions that make no AWS call."""


def require(runner: Runner, piece: Piece, scenarios: Iterable[Scenario], least: int = 0) -> None:
    """Fail with each plan that violates something; those that so many faults struck count."""
    bad = []
    for scenario in scenarios:
        outcome = runner.run(scenario)
        if outcome.violations:
            bad.append(f"{scenario}: {'; '.join(outcome.violations)}")
        if len(outcome.struck) >= least:
            piece.count(1, faults=len(outcome.struck), violations=bool(outcome.violations))
    assert not bad, "\n".join(bad)


def without_faults(name: str) -> list[Scenario]:
    """Return what every other plan is compared with."""
    return [Scenario(name, {}, habit) for habit in Habit]


@campaign("single faults", "plans", usual=[of.name for of in OPERATIONS], whole=EVERYTHING)
def test_a_single_fault_leaves_every_invariant_whole(
    runner: Runner, piece: Piece, pytestconfig: pytest.Config
) -> None:
    """Some of all calls, ways to fail and habits; `make faults` runs every one."""
    every = piece.whole or pytestconfig.getoption("--every-fault")
    require(runner, piece, without_faults(piece.of), least=1)
    require(runner, piece, (singles if every else some_singles)(runner, runner.operation(piece.of)))


@campaign(
    "random plans of 3 to 6",
    "plans",
    usual=[of.name for of in JOURNEYS],
    whole=EVERYTHING,
)
def test_a_journey_survives_faults_anywhere(runner: Runner, piece: Piece) -> None:
    """From the request to the mail, through three faults or more; `make faults` runs many more."""
    name = piece.of
    plans = (at_random(runner, runner.operation(name), seed) for seed in range(DRAWS))
    enough = 50 if piece.whole else 15
    require(runner, piece, without_faults(name), least=1)
    require(runner, piece, takewhile(lambda _: piece.figures["count"] < enough, plans), least=3)
    assert piece.figures["count"] == enough


@campaign("pairs of faults", "plans", usual=["request_add"], whole=[of.name for of in OPERATIONS])
def test_pairs_of_faults_leave_every_invariant_whole(runner: Runner, piece: Piece) -> None:
    """Some of all pairs, which would take a day for all operations."""
    operation = runner.operation(piece.of)
    require(runner, piece, some_pairs(runner, operation, 300))


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


def test_every_function_and_route_has_an_operation(runner: Runner) -> None:
    """A new one is put under faults by listing it; forgetting it fails here."""
    runner.product.invoked.clear()
    runner.product.routes.clear()
    for operation in OPERATIONS:
        runner.run(Scenario(operation.name, {}))
    assert {one.name for one in functions()} - PAGE_ONLY == runner.product.invoked - PAGE_ONLY
    assert {route.call for route in ROUTES} <= runner.product.routes


def test_a_judge_that_fails_is_a_violation_of_its_plan(
    runner: Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else a state that it does not expect would end a long run, without saying which plan."""
    monkeypatch.setattr(runner, "_judgement", lambda state: state["nothing"])
    (said,) = runner.run(Scenario("request_add", {})).violations
    assert "TypeError" in said
