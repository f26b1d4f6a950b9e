"""Schemathesis on docs/openapi.json and the real handlers: all checks, all phases, all routes."""

from collections import Counter
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from typing import Any

import schemathesis
from schemathesis.auths import AuthProvider
from schemathesis.checks import CHECKS
from schemathesis.config import SchemathesisConfig
from schemathesis.engine import events, from_schema
from schemathesis.generation.case import Case
from schemathesis.hooks import HookContext
from schemathesis.wfc.auth import Header
from schemathesis.wfc.escalation import EscalatingAuthProvider
from schemathesis.wfc.providers import FixedHeaderAuthProvider

from docs.routes import ROUTES, Who
from tests.functions.conftest import STAFF as STAFF_ID
from tests.functions.conftest import description
from tests.fuzz import rules
from tests.fuzz.gateway import ADDRESS, Gateway, reached
from tests.fuzz.scene import MANAGER, PEER, STAFF, keep_in_charge, known
from tests.invariants import violations
from tests.product import Product

PHASES = {"examples", "coverage", "fuzzing", "stateful"}


class Callers(EscalatingAuthProvider):
    """Who sends what: staff everything, or each operation somebody whom it is for.

    The two managers are peers: what one has read or made, the other asks for as well, and must
    not get.
    """

    def __init__(self, *, staff_only: bool) -> None:
        names = [MANAGER, PEER, STAFF]
        tokens = [[Header("Authorization", f"Bearer {name}")] for name in names]
        providers: list[AuthProvider[Any]] = [FixedHeaderAuthProvider(of) for of in tokens]
        super().__init__(providers, names, peers=(MANAGER, PEER))
        self._of_staff = {route.call for route in ROUTES if staff_only or route.who is Who.STAFF}

    def index_for(self, label: str) -> int:
        """Return the place of the identity that calls this operation."""
        return self.names.index(STAFF if label in self._of_staff else MANAGER)

    def record(self, label: str, identity: str | None, status_code: int) -> None:
        """Stay with the caller, whatever was answered."""


@dataclass
class Outcome:
    """What came of a run."""

    cases: Counter[str] = field(default_factory=Counter)
    """How many requests were made, by phase."""

    checks: Counter[str] = field(default_factory=Counter)
    """How often each check judged an answer."""

    answered: Counter[int] = field(default_factory=Counter)
    """How often each status was answered."""

    succeeded: set[str] = field(default_factory=set)
    """Operations that did what they are for at least once."""

    failures: dict[str, str] = field(default_factory=dict)
    """One example of each way to fail."""

    def require_sound(self) -> None:
        """Assert that nothing failed and nothing was left out."""
        assert not self.failures, "\n\n".join(f"{k}\n{v}" for k, v in self.failures.items())
        assert not [status for status in self.answered if status >= 500]
        assert set(self.cases) == PHASES
        assert set(self.checks) == set(CHECKS.get_all_names())


def fuzz(product: Product, *, seed: int, examples: int, staff_only: bool) -> Outcome:
    """Send requests; ``examples`` is how many are drawn for each operation, beside fixed ones."""
    outcome = Outcome()
    gateway = Gateway(product, lambda: keep_in_charge(product))
    config = _configuration(known(product), seed, examples)
    with reached(gateway):
        schema = schemathesis.openapi.from_dict(deepcopy(description()), config=config)
        schema.auth.providers.append(Callers(staff_only=staff_only))
        schema.hook("filter_case")(_keeps_open(product.clock.now.date().isoformat()))
        for event in from_schema(schema).execute():
            _note(outcome, event)
    state = product.state()
    for said in violations(state.items, state.outbox, state.executions, staff=[STAFF_ID]):
        outcome.failures.setdefault(said, "")
    outcome.answered = gateway.answered
    return outcome


def _configuration(there: dict[str, list[str]], seed: int, examples: int) -> SchemathesisConfig:
    rules.describe_formats()
    return SchemathesisConfig.from_dict(
        {
            "seed": seed,
            "base-url": ADDRESS,
            "dictionaries": {name: {"values": values} for name, values in there.items()},
            "parameters": {
                f"path.{name}": {"dictionary": name, "probability": 0.8} for name in there
            },
            "operations": rules.operations(),
            "generation": {"max-examples": examples, "database": "none"},
            "continue-on-failure": True,
        }
    )


def _keeps_open(today: str) -> Callable[[HookContext, Case[Any]], bool]:
    """Leave out what closes the clinic at once: of it, everything else would be refused."""

    def keeps_open(_: HookContext, case: Case[Any]) -> bool:
        closes_on = case.body.get("closes_on") if isinstance(case.body, dict) else None
        return closes_on != today

    return keeps_open


def _note(outcome: Outcome, event: Any) -> None:
    if isinstance(event, events.ScenarioFinished):
        recorder = event.recorder
        outcome.cases[event.phase.value] += len(recorder.interactions)
        for case_id, interaction in recorder.interactions.items():
            if interaction.response is not None and interaction.response.status_code < 300:
                outcome.succeeded.add(recorder.cases[case_id].value.operation.label)
        for nodes in recorder.checks.values():
            for node in nodes:
                outcome.checks[node.name] += 1
                if node.failure_info is not None:
                    failure = node.failure_info.failure
                    title = f"{node.name}: {failure.operation}: {failure.title}"
                    outcome.failures.setdefault(
                        title, f"{failure.message}\n{node.failure_info.code_sample}"
                    )
    elif isinstance(event, events.NonFatalError):
        outcome.failures.setdefault(f"error: {event.label}", event.info.format())
    elif isinstance(event, events.FatalError):
        raise event.exception
