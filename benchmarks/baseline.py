"""What instruction counts were when somebody last accepted them: `make gate` allows 3 % more.

Kept as ratios to `plain`, which is counted in the same run and pays for the machine and for the
packages, too; and for each minor version of Python, since what an import executes differs.
"""

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.figures import Figure

FILE = Path(__file__).parent / "baseline.json"
SLACK = 1.03
VERSION = f"{sys.version_info.major}.{sys.version_info.minor}"


def accept(figures: Sequence[Figure]) -> None:
    """Take what was counted for what should be."""
    every = _read()
    every[VERSION] = {name: round(ratio, 4) for name, ratio in _ratios(figures).items()}
    FILE.write_text(json.dumps(every, indent=2, sort_keys=True) + "\n")


def grown(figures: Sequence[Figure]) -> list[str]:
    """Return a sentence for each figure that is above what was accepted."""
    accepted = _read().get(VERSION, {})
    return [
        f"{name}: {ratio:.3f}, accepted was {accepted[name]:.3f}. Find out what made it grow; "
        "if that is worth it, run `make gate ACCEPT=1` and commit the file."
        for name, ratio in _ratios(figures).items()
        if name in accepted and ratio > accepted[name] * SLACK
    ]


def missing(figures: Sequence[Figure]) -> str | None:
    """Return why some of the figures could not be judged, if so."""
    unknown = [name for name in _ratios(figures) if name not in _read().get(VERSION, {})]
    if not unknown:
        return None
    return f"no baseline of {len(unknown)} instruction counts on Python {VERSION}"


def _ratios(figures: Sequence[Figure]) -> dict[str, float]:
    return {figure.name: figure.ratio_min for figure in figures if "instructions" in figure.name}


def _read() -> dict[str, dict[str, float]]:
    every: dict[str, dict[str, float]] = json.loads(FILE.read_text())
    return every
