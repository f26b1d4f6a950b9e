"""`make mutants`: let mutmut change rules and use cases in a copy, and see that their tests notice.

mutmut leaves constants, and functions behind decorators such as properties, as they are.
"""

import argparse
import ast
import json
import re
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
COPIES = ROOT / ".local" / "mutants"
NOTICED = {1, 3, 24, 36, 152, 255, -24}
"""What mutmut notes of a mutant: tests failed, could not run, or did not come to an end."""
WORDS_AROUND = 3
LEAST = {"domain": 90, "use_cases": 80}
"""Percent of the mutants that must be killed, whatever is said of the others."""
TRIED = {"domain": "*", "use_cases": "*__mutmut_*7"}
"""Which mutants are tried where nothing is named: tests of use cases take a second, not a tenth."""
REPEATED = re.compile(
    r"^@(until_committed|repeated_on_conflict)\n(def (\w+)\(.*?\n)(?=\n\n[^ \n]|\Z)",
    re.MULTILINE | re.DOTALL,
)
"""A function that is decorated: mutmut would leave it as it is."""


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
    parser = argparse.ArgumentParser(prog="make mutants", description=__doc__)
    parser.add_argument("only", nargs="*", help="such as domain.books, use_cases.users.add_user")
    only = parser.parse_args().only
    layers = {name.partition(".")[0] for name in only} or LEAST
    enough = [is_enough(layer, only) for layer in LEAST if layer in layers]
    sys.exit(not all(enough))


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)  # noqa: T201


def copy(layer: str) -> Path:
    """Copy the product and its tests, as mutmut wants them to lie."""
    to = COPIES / layer
    shutil.rmtree(to, ignore_errors=True)
    shutil.copytree(ROOT / "layers/licensing/python", to / "src")
    shutil.copytree(ROOT / "tests", to / "tests")
    shutil.copy(HERE / layer / "pyproject.toml", to)
    (to / "mutants").mkdir()
    for path in ROOT.glob("[a-z]*"):
        if path.name not in ("pyproject.toml", "tests"):
            (to / "mutants" / path.name).symlink_to(path)
    for path in (to / "src/licensing" / layer).rglob("*.py"):
        path.write_text(REPEATED.sub(r"\2\n\n\3 = \1(\3)\n", path.read_text()))
    return to


def mutate(layer: str, only: list[str]) -> Path:
    """Run mutmut and return the folder of mutants, with what became of each."""
    place = copy(layer)
    names = [f"{name}.*" for name in only if name.partition(".")[0] == layer]
    subprocess.run(
        [
            Path(sys.executable).with_name("mutmut"),
            "run",
            *(f"licensing.{name}" for name in names or [f"{layer}.{TRIED[layer]}"]),
        ],
        cwd=place,
        check=True,
        # Its progress is for terminals.
        stdout=None if sys.stdout.isatty() else subprocess.DEVNULL,
    )
    return place / "mutants/src/licensing" / layer


def is_enough(layer: str, only: list[str]) -> bool:
    """Print the figures and every survivor; where some are explained, all have to be."""
    file = HERE / layer / "equivalent.toml"
    explained = [
        Survivor(entry["function"], entry["before"], entry["after"])
        for entry in (tomllib.loads(file.read_text())["equivalent"] if file.exists() else [])
    ]
    made = mutants = killed = 0
    survivors: list[Survivor] = []
    for path in sorted(mutate(layer, only).rglob("*.py")):
        noted = json.loads(path.with_suffix(".py.meta").read_text())["exit_code_by_key"]
        codes = {name: code for name, code in noted.items() if code is not None}
        left = [name for name, code in codes.items() if code not in NOTICED]
        made += len(noted)
        if codes:
            say(f"{path.stem:30}{len(codes):6} mutants, {len(codes) - len(left):5} killed")
        mutants, killed = mutants + len(codes), killed + len(codes) - len(left)
        survivors.extend(described(path, left))
    percent = 100 * killed / mutants
    unexplained = [one for one in survivors if one not in explained]
    for one in unexplained:
        say(f"\nSURVIVED in {one.function}\n- {one.before}\n+ {one.after}")
    stale = [] if only else [one for one in explained if one not in survivors]
    for one in stale:
        say(f"\nNOT A SURVIVOR, but explained: {one.function}\n+ {one.after}")
    say(
        f"\n{layer}: {mutants} of {made} mutants tried, {killed} killed ({percent:.1f} %), "
        f"{len(survivors) - len(unexplained)} equivalent, {len(unexplained)} survived"
    )
    return percent >= LEAST[layer] and not (explained and (unexplained or stale))


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
