"""`make mutants`: let mutmut change the rules in a copy, and see that their unit tests notice.

mutmut leaves constants, and functions behind decorators such as properties, as they are.
"""

import argparse
import ast
import json
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Self

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
COPY = ROOT / ".local" / "mutants"
RULES = Path("src/licensing/domain")
NOTICED = {1, 3, 24, 36, 152, 255, -24}
"""What mutmut notes of a mutant: tests failed, could not run, or did not come to an end."""
WORDS_AROUND = 3
LEAST = 90
"""Percent of all mutants that must be killed, whatever is said of the others."""


@dataclass(frozen=True)
class Survivor:
    """A mutant that no test noticed: the function, and the words that changed among others."""

    function: str
    before: str
    after: str

    @classmethod
    def of(cls, function: str, before: list[str], after: list[str]) -> Self:
        """Make one of all words of the function, before and after."""
        start = next(at for at, pair in enumerate(zip_longest(before, after)) if pair[0] != pair[1])
        backwards = zip_longest(before[::-1], after[::-1])
        end = next(at for at, pair in enumerate(backwards) if pair[0] != pair[1])
        end = min(end, len(before) - start, len(after) - start)
        first, last = max(0, start - WORDS_AROUND), max(0, end - WORDS_AROUND)
        return cls(
            function,
            " ".join(before[first : len(before) - last]),
            " ".join(after[first : len(after) - last]),
        )


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("modules", nargs="*", help="modules of domain/; all by default")
    modules = parser.parse_args().modules
    copy()
    mutmut = Path(sys.executable).with_name("mutmut")
    subprocess.run(
        [mutmut, "run", *(f"licensing.domain.{module}.*" for module in modules)],
        cwd=COPY,
        check=True,
        # Its progress is for terminals.
        stdout=None if sys.stdout.isatty() else subprocess.DEVNULL,
    )
    sys.exit(not is_enough(modules))


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)  # noqa: T201


def copy() -> None:
    """Copy the rules and their tests, as mutmut wants them to lie."""
    shutil.rmtree(COPY, ignore_errors=True)
    shutil.copytree(ROOT / "layers/licensing/python/licensing/domain", COPY / RULES)
    for name in ("tests/unit/domain", "tests/golden"):
        shutil.copytree(ROOT / name, COPY / name)
    shutil.copy(HERE / "pyproject.toml", COPY)


def is_enough(modules: list[str]) -> bool:
    """Print the figures and every survivor that nobody has explained."""
    explained = {
        Survivor(entry["function"], entry["before"], entry["after"]): entry["why"]
        for entry in tomllib.loads((HERE / "equivalent.toml").read_text())["equivalent"]
    }
    mutants = killed = 0
    survivors: list[Survivor] = []
    for path in sorted((COPY / "mutants" / RULES).glob("*.py")):
        if modules and path.stem not in modules:
            continue
        codes = json.loads(path.with_suffix(".py.meta").read_text())["exit_code_by_key"]
        left = [name for name, code in codes.items() if code not in NOTICED]
        say(f"{path.stem:20}{len(codes):6} mutants, {len(codes) - len(left):5} killed")
        mutants, killed = mutants + len(codes), killed + len(codes) - len(left)
        survivors.extend(described(path, left))
    percent = 100 * killed / mutants
    unexplained = [one for one in survivors if one not in explained]
    for one in unexplained:
        say(f"\nSURVIVED in {one.function}\n- {one.before}\n+ {one.after}")
    stale = [] if modules else [one for one in explained if one not in survivors]
    for one in stale:
        say(f"\nNOT A SURVIVOR, but explained: {one.function}\n+ {one.after}")
    say(
        f"\n{mutants} mutants, {killed} killed ({percent:.1f} %), "
        f"{len(survivors) - len(unexplained)} equivalent, {len(unexplained)} survived"
    )
    return percent >= LEAST and not unexplained and not stale


def described(path: Path, names: list[str]) -> Iterator[Survivor]:
    """Yield what these mutants of a module change."""
    functions = {
        node.name: node
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef)
    }
    for name in names:
        mutant = name.rpartition(".")[2]
        mangled = mutant.partition("__mutmut_")[0]
        pair = functions[f"{mangled}__mutmut_orig"], functions[mutant]
        before, after = (" ".join(ast.unparse(each) for each in one.body).split() for one in pair)
        if before == after:  # A default of its parameters was changed.
            before, after = (ast.unparse(one.args).split() for one in pair)
        function = mangled.replace("xǁ", "").replace("ǁ", ".").removeprefix("x_")
        yield Survivor.of(f"{path.stem}.{function}", before, after)


if __name__ == "__main__":
    main()
