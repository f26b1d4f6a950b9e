"""Options that all tests share."""

import os
from functools import cache
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

HERE = Path(__file__).parent

# The local cloud of the tests of the system and the page; `make faults`; a pytest for its test.
pytest_plugins = ["tests.local_cloud", "tests.campaign", "pytester"]

# What takes long to start, and so runs in one of the processes that share the tests.
TOGETHER = {
    "tests/system/": "the local cloud",
    "tests/browser/": "the local cloud",
    "tests/test_template.py": "the built layers",
    "tests/contention/": "DynamoDB Local",
    "tests/aws/": "the transformed template",
    "tests/fuzz/": "a world with something in every state",
}


# A busy machine is slow, and no verdict of a test depends on that.
settings.register_profile("busy", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy")


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist publishes no types
    """Deals tests out one by one, but those that share a server to one process."""

    def _split_scope(self, nodeid: str) -> str:
        for folder, group in TOGETHER.items():
            if nodeid.startswith(folder):
                return group
        return nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Take this way of dealing out."""
    return Scheduling(config, log)


def pytest_xdist_auto_num_workers() -> int:
    """One more than there are processors: that with the local cloud waits most of the time."""
    return (os.cpu_count() or 1) + 1


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Let what only computes wait for what is watched by a browser's clock."""
    watched = tuple(folder for folder, group in TOGETHER.items() if group == "the local cloud")
    if "PYTEST_XDIST_WORKER" in os.environ and not item.nodeid.startswith(watched):
        _step_back()


@cache
def _step_back() -> None:
    os.nice(10)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let golden cases and mail samples of others be judged by the same tests."""
    group = parser.getgroup("clinic license manager")
    group.addoption(
        "--every-fault",
        action="store_true",
        help="run every single fault of each operation (default: some)",
    )
    group.addoption(
        "--golden",
        metavar="DIR",
        type=Path,
        default=HERE / "golden",
        help="folder of the golden cases (default: the project's own)",
    )
    group.addoption(
        "--mail-samples",
        metavar="DIR",
        type=Path,
        default=HERE / "mail_samples",
        help="folder of the request mails and their expected.json (default: the project's own)",
    )
    group.addoption(
        "--mail-phrases",
        metavar="FILE",
        type=Path,
        default=None,
        help="mails and their labels, as mail_phrases/phrases.json (default: the project's own)",
    )
    group.addoption(
        "--mail-results",
        metavar="FILE",
        type=Path,
        default=None,
        help="write what became of each sample mail or phrase to this file, as JSON",
    )


@pytest.fixture(scope="session")
def mail_samples(pytestconfig: pytest.Config) -> Path:
    """The folder of the sample mails."""
    return Path(pytestconfig.getoption("--mail-samples"))


@pytest.fixture(scope="session")
def mail_results(pytestconfig: pytest.Config) -> Path | None:
    """The file that takes what was understood of each mail, if one was asked for."""
    path = pytestconfig.getoption("--mail-results")
    return Path(path) if path else None
