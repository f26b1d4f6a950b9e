"""`make faults`: tests that have a long run run it, in pieces, and one table says what came of it.

A test that is marked by ``campaign`` runs its usual pieces; with ``--campaign`` all those of the
long run, and no other test runs.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import pytest

_KEPT = "campaign"


@dataclass(frozen=True)
class Piece:
    """What can run by itself, and runs the same each time."""

    of: Any
    """What tells it from the others of its test."""
    whole: bool
    """Whether it is one of the long run."""
    figures: dict[str, Any]

    def count(self, number: int, *, faults: int = 0, violations: int = 0) -> None:
        """Add to what the part has come to."""
        self.figures["count"] += number
        self.figures["faults"] += faults
        self.figures["violations"] += violations


def campaign(
    part: str, unit: str, *, usual: Iterable[Any], whole: Iterable[Any]
) -> pytest.MarkDecorator:
    """Let a test run for each piece; the table calls it ``part``, and counts its ``unit``."""
    return pytest.mark.campaign(part, unit, usual=list(usual), whole=list(whole))


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add what `make faults` says."""
    parser.addoption("--campaign", action="store_true", help="run what the long runs consist of")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Make a test of each piece."""
    for marker in metafunc.definition.iter_markers("campaign"):
        pieces = marker.kwargs["whole" if metafunc.config.option.campaign else "usual"]
        metafunc.parametrize("piece", pieces, indirect=True, ids=_name)


def _name(piece: Any) -> str:
    return "-".join(map(str, piece)) if isinstance(piece, tuple) else str(piece)


@pytest.fixture
def piece(request: pytest.FixtureRequest) -> Piece:
    """What the test is to run."""
    (marker,) = request.node.iter_markers("campaign")
    part, unit = marker.args
    figures = {"part": part, "unit": unit, "count": 0, "faults": 0, "violations": 0}
    request.node.user_properties.append((_KEPT, figures))
    return Piece(request.param, request.config.option.campaign, figures)


def pytest_configure(config: pytest.Config) -> None:
    """Add the results up, in the one process that knows them all."""
    config.addinivalue_line("markers", "campaign(part, unit, usual, whole): has a long run")
    if config.option.campaign and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Results(config), _KEPT)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out all that is no part of a long run."""
    if config.option.campaign:
        left_out = [item for item in items if not item.get_closest_marker("campaign")]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


class Results:
    """What all pieces have come to."""

    def __init__(self, config: pytest.Config) -> None:
        self._plugins = config.pluginmanager
        self._parts: dict[str, list[Any]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what came of a piece, and tell at once what failed."""
        for name, kept in report.user_properties:
            if (report.when, name) == ("call", _KEPT):
                of: Any = kept
                of["violations"] = of["violations"] or int(report.failed)
                self._parts[of["part"]].append({**of, "seconds": report.duration})
                if report.failed:
                    crash = getattr(report.longrepr, "reprcrash", None)
                    said = crash.message if crash else report.longreprtext
                    terminal: Any = self._plugins.get_plugin("terminalreporter")
                    terminal.write_line(f"\n{report.nodeid}: {said}")

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table."""
        terminalreporter.section("what came of it")
        terminalreporter.line("| what | how many | failed calls | violations | time |")
        terminalreporter.line("|---|---|---|---|---|")
        for part, done in self._parts.items():
            count, faults, violations, seconds = (
                sum(of[name] for of in done)
                for name in ("count", "faults", "violations", "seconds")
            )
            terminalreporter.line(
                f"| {part} | {count:,} {done[0]['unit']} | {faults:,} | {violations} "
                f"| {seconds / 60:.1f} min |"
            )
