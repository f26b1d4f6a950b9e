"""Arrows go one way: handler → use case → domain, adapters at the edge."""

import ast
import sys
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "layers" / "licensing" / "python" / "licensing"

PURE = {"__future__", *sys.stdlib_module_names} - {
    "os",
    "socket",
    "subprocess",
    "ssl",
    "urllib",
    "http",
    "shutil",
    "tempfile",
}
PARSING = {"license_grammar.py", "filters.py"}
"""What may use the parser of grammars."""
MAY_IMPORT = {
    "domain": {"domain"},
    "mail": {"mail", "domain"},
    "scim": {"scim", "domain"},
    "answers": {"answers", "domain"},
    "letters": {"domain"},
    "events": {"domain", "answers"},
    "use_cases": {"use_cases", "domain", "mail", "letters", "events"},
    "adapters": {"adapters", "use_cases", "domain", "mail", "letters", "answers"},
    "http": {"http", "adapters", "use_cases", "domain", "scim", "answers"},
}
"""Which rooms of the package each room may know."""


@cache
def imports(path: Path) -> set[str]:
    """Return the names of all modules that a file imports, wherever it does."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path.name} imports relatively"
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def rooms() -> list[tuple[str, Path]]:
    """Return every module of the package with the room that it lies in."""
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).parts[0].removesuffix(".py")
        if room != "__init__":
            found.append((room, path))
    return found


def test_a_module_imports_only_what_its_room_may_know() -> None:
    """Domain knows only itself; nothing knows the handlers."""
    for room, path in rooms():
        for name in imports(path):
            first, _, rest = name.partition(".")
            if first == "licensing" and rest:
                assert rest.split(".")[0] in MAY_IMPORT[room], f"{room}/{path.name} imports {name}"


def test_no_two_modules_import_each_other() -> None:
    """Neither within a function nor for types only, and not by others in between."""
    paths = {f"licensing.{'.'.join(path.relative_to(PACKAGE).parts)}": path for _, path in rooms()}
    modules = {name.removesuffix(".py"): imports(path) for name, path in paths.items()}
    TopologicalSorter({name: known & {*modules} for name, known in modules.items()}).prepare()


@pytest.mark.parametrize("room", ["mail", "use_cases"])
def test_the_folders_of_a_room_know_each_other_one_way(room: str) -> None:
    """Where the words of a mail end does not hang on what they ask for, for one."""
    folders = {path.parent.name: set[str]() for path in (PACKAGE / room).glob("*/*.py")}
    for folder, known in folders.items():
        for path in (PACKAGE / room / folder).glob("*.py"):
            named = (name.removeprefix(f"licensing.{room}.") for name in imports(path))
            known.update(folders.keys() & {name.partition(".")[0] for name in named} - {folder})
    TopologicalSorter(folders).prepare()


def test_rules_know_no_library_and_no_environment() -> None:
    """Domain, mail and use cases are plain Python: no AWS, no Powertools, no os."""
    for room, path in rooms():
        allowed = {"licensing", *PURE, *(["lark"] if path.name in PARSING else [])}
        unknown = {name for name in imports(path) if name.partition(".")[0] not in allowed}
        assert not unknown or room in ("adapters", "http"), f"{room}/{path.name}: {unknown}"


def test_the_local_cloud_needs_nothing_of_the_tests() -> None:
    for path in sorted((ROOT / "local").rglob("*.py")):
        assert not {name for name in imports(path) if name.partition(".")[0] == "tests"}, path


def test_a_clinic_is_changed_in_one_way() -> None:
    """It asks whether the clinic is open, what is due first, and whom the change relies on."""
    callers = {path.name for _, path in rooms() if "replace_clinic(" in path.read_text()}
    assert callers == {"history.py", "access.py"}


def test_only_settings_reads_the_environment() -> None:
    """One module says what a function needs to be told."""
    readers = {
        path.name
        for path in [*PACKAGE.rglob("*.py"), *(ROOT / "functions").rglob("*.py")]
        if "os" in imports(path)
    }
    assert readers == {"settings.py"}


def test_a_handler_holds_no_logic() -> None:
    """A handler parses, calls one use case and answers: no try, no SDK, at most 50 lines."""
    for path in sorted((ROOT / "functions").glob("*/handler.py")):
        tree = ast.parse(path.read_text())
        assert not [node for node in ast.walk(tree) if isinstance(node, ast.Try)], path
        assert not {name.partition(".")[0] for name in imports(path)} & {"boto3", "botocore"}
        assert len(path.read_text().splitlines()) <= 50, path
