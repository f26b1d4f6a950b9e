"""`make faults`: tests that have a long run run it, in pieces, and one table says what came of it.

A test that is marked by ``campaign`` runs its usual pieces; with ``--campaign`` all those of the
long run, and no other test runs. What has passed is not run again until the code changes.
"""

import hashlib
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
JUDGED = ("layers", "functions", "events", "tests", "requirements", "docs/*.json", "template.yaml")
"""A change of any of these makes figures of before another code's."""

_KEPT = "campaign"
_BEGUN = time.monotonic()


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
    group = parser.getgroup("long runs")
    group.addoption("--campaign", action="store_true", help="run what the long runs consist of")
    group.addoption("--minutes", type=float, default=0.0, help="... and begin no piece after that")


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
    whole, minutes = (request.config.getoption(name) for name in ("campaign", "minutes"))
    figures = {"part": part, "unit": unit, "pieces": len(marker.kwargs["whole"])}
    figures |= dict.fromkeys(("count", "faults", "violations"), 0)
    request.node.user_properties.append((_KEPT, figures))
    if minutes and time.monotonic() - _BEGUN > minutes * 60:
        pytest.skip("the time is over: run it again to go on")
    return Piece(request.param, whole, figures)


def pytest_configure(config: pytest.Config) -> None:
    """Add the results up, in the one process that knows them all."""
    config.addinivalue_line("markers", "campaign(part, unit, usual, whole): has a long run")
    if config.option.campaign and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Results(config), _KEPT)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what has passed, and all that is no part of a long run."""
    if config.option.campaign:
        results = config.pluginmanager.get_plugin(_KEPT)
        done = results.done if results else config.workerinput[_KEPT]  # type: ignore[attr-defined]
        left_out = [
            item for item in items if item.nodeid in done or not item.get_closest_marker("campaign")
        ]
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


class Results:
    """What all pieces have come to, in this run and those before."""

    def __init__(self, config: pytest.Config) -> None:
        self._plugins = config.pluginmanager
        self._cache, self._code = config.cache, digest(ROOT, JUDGED)
        assert self._cache is not None
        kept = self._cache.get(_KEPT, {})
        self._figures = kept["figures"] if kept.get("code") == self._code else {}
        self.done = [name for name, of in self._figures.items() if of["passed"]]

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Tell a process what is done: all must leave out the same."""
        node.workerinput[_KEPT] = self.done

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Keep what came of a piece, and tell at once what failed."""
        for name, figures in report.user_properties:
            if (report.when, name) == ("call", _KEPT) and not report.skipped:
                of = {**figures, "passed": report.passed, "seconds": report.duration}  # type: ignore[dict-item]
                of["violations"] = of["violations"] or int(report.failed)
                self._figures[report.nodeid] = of
                assert self._cache is not None
                self._cache.set(_KEPT, {"code": self._code, "figures": self._figures})
                if report.failed:
                    crash = getattr(report.longrepr, "reprcrash", None)
                    said = crash.message if crash else report.longreprtext
                    terminal: Any = self._plugins.get_plugin("terminalreporter")
                    terminal.write_line(f"\n{report.nodeid}: {said}")

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Call it no failure that nothing was left to do."""
        if session.exitstatus == pytest.ExitCode.NO_TESTS_COLLECTED and self.done:
            session.exitstatus = pytest.ExitCode.OK

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """Print the table."""
        terminalreporter.section("what all runs of this code have come to")
        parts: dict[str, list[dict[str, Any]]] = {}
        for of in self._figures.values():
            parts.setdefault(of["part"], []).append(of)
        terminalreporter.line("| what | how many | failed calls | violations | time |")
        terminalreporter.line("|---|---|---|---|---|")
        for part, done in parts.items():
            pieces, unit = done[0]["pieces"], done[0]["unit"]
            left = "" if len(done) == pieces else f" ({len(done)} of {pieces} pieces)"
            count, faults, violations, seconds = (
                sum(of[name] for of in done)
                for name in ("count", "faults", "violations", "seconds")
            )
            terminalreporter.line(
                f"| {part}{left} | {count:,} {unit} | {faults:,} | {violations} "
                f"| {seconds / 60:.1f} min |"
            )


def digest(root: Path, patterns: Sequence[str]) -> str:
    """Return what tells the code from any other."""
    found = hashlib.sha256()
    places = [place for pattern in patterns for place in root.glob(pattern)]
    files = [path for place in places for path in (place, *place.rglob("*")) if path.is_file()]
    for path in sorted(files):
        if path.suffix != ".pyc":
            found.update(f"{path.relative_to(root)}\0".encode())
            found.update(path.read_bytes())
    return found.hexdigest()
