"""`make defects`: seed each defect in a copy of the repository and run the test that must fail."""

import argparse
import os
import shutil
import subprocess
import sys
import time

from docs.template import ROOT
from tests.defects.seeded import DEFECTS, Defect

COPY = ROOT / ".local" / "defects"
PATIENCE = 10
"""How many times as long as without a defect a test may take: a busy machine is slow at both."""


def main() -> None:
    parser = argparse.ArgumentParser(prog="make defects", description=__doc__)
    parser.add_argument("--only", default="", help="defects whose description contains this")
    given = parser.parse_args()
    chosen = [defect for defect in DEFECTS if given.only in defect.what]
    _copy()
    longest: dict[str, float] = {}
    for test in sorted({defect.test for defect in chosen}):
        begun = time.monotonic()
        if _run(test, None):
            sys.exit(f"{test} fails without any defect")
        longest[test] = PATIENCE * (time.monotonic() - begun)
    wrong = 0
    say("| defect | in | noticed by | |")
    say("|---|---|---|---|")
    for defect in chosen:
        begun = time.monotonic()
        failed = _fails(defect, longest[defect.test])
        as_said = failed != bool(defect.equivalent)
        wrong += not as_said
        result = "caught" if failed else f"equivalent: {defect.equivalent}"
        if not as_said:
            result = "NOT CAUGHT" if not failed else "CAUGHT, though called equivalent"
        say(
            f"| {defect.what} | {defect.file} | {defect.test.rpartition('/')[2]} "
            f"| {result}, {time.monotonic() - begun:.0f} s |"
        )
    shutil.rmtree(COPY)
    equivalent = sum(bool(defect.equivalent) for defect in chosen)
    say(f"{len(chosen)} defects, {equivalent} equivalent, {wrong} not as they should be")
    sys.exit(bool(wrong))


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, flush=True)  # noqa: T201


def _copy() -> None:
    shutil.rmtree(COPY, ignore_errors=True)
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (COPY / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, COPY / name)


def _fails(defect: Defect, longest: float) -> bool:
    """Return whether the test fails with the defect in place; the copy is whole afterwards."""
    path = COPY / defect.path
    whole = path.read_text()
    if whole.count(defect.before) != 1:
        sys.exit(f"{defect.what}: its place in {defect.file} is not there any more")
    path.write_text(whole.replace(defect.before, defect.after))
    try:
        return _run(defect.test, longest)
    finally:
        path.write_text(whole)


def _run(test: str, longest: float | None) -> bool:
    command = [sys.executable, "-m", "pytest", "-qx", "-pno:cacheprovider", "--every-fault", test]
    done = subprocess.run(
        command,
        cwd=COPY,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": ""},
        capture_output=True,
        text=True,
        timeout=longest,
        check=False,
    )
    # 1: tests failed. Anything else but 0 is a mistake of ours, such as a test that is gone.
    if done.returncode not in (0, 1):
        sys.exit(f"{test} could not run:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return done.returncode == 1


if __name__ == "__main__":
    main()
