"""Figures: two sides compared, a goal, and the table of all."""

import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any

HEADINGS = ("name", "ours", "reference", "ratio_min", "ratio_median", "iqr", "n", "goal", "")
PACKAGES = ("boto3", "botocore", "aws-lambda-powertools", "pydantic")


@dataclass(frozen=True)
class Figure:
    """One line of the table; where there is no reference, ``ratio_min`` is ours by itself."""

    name: str
    ours: float
    reference: float | None
    ratio_min: float
    ratio_median: float | None
    iqr: float | None
    n: int
    goal: float | None
    unit: str = ""

    @property
    def verdict(self) -> str:
        """PASS, FAIL, or nothing where no goal is set."""
        if self.goal is None:
            return ""
        return "PASS" if self.ratio_min <= self.goal else "FAIL"

    def row(self) -> list[str]:
        exact = self.reference is None and self.ours.is_integer()
        spread = self.ratio_median, self.iqr
        told = [f"{value:.3f}" if value is not None else "-" for value in spread]
        return [
            self.name,
            _with_unit(self.ours, self.unit),
            "-" if self.reference is None else _with_unit(self.reference, self.unit),
            f"{self.ratio_min:.0f}" if exact else f"{self.ratio_min:.3f}",
            *told,
            str(self.n),
            "-" if self.goal is None else f"<= {self.goal:g}",
            self.verdict,
        ]


def compared(
    name: str,
    ours: Sequence[float],
    reference: Sequence[float],
    goal: float | None,
    *,
    net_of: float = 0.0,
    unit: str = "ms",
    scale: float = 1000.0,
) -> Figure:
    """Compare two sides measured in the same rounds, less what both cost anyhow.

    Judged by the ratio of the two minima: what disturbs a measurement only adds to it.
    """
    ratios = [(a - net_of) / (b - net_of) for a, b in zip(ours, reference, strict=True)]
    quartiles = statistics.quantiles(ratios, n=4) if len(ratios) > 1 else [ratios[0]] * 3
    least, least_reference = min(ours) - net_of, min(reference) - net_of
    return Figure(
        name,
        least * scale,
        least_reference * scale,
        least / least_reference,
        statistics.median(ratios),
        quartiles[2] - quartiles[0],
        len(ratios),
        goal,
        unit,
    )


def counted(name: str, ours: float, goal: float | None, *, unit: str = "") -> Figure:
    """Return a figure that stands by itself and comes out the same each time."""
    return Figure(name, float(ours), None, float(ours), None, None, 1, goal, unit)


def table(figures: Sequence[Figure]) -> str:
    """Return the figures as an aligned table."""
    rows = [list(HEADINGS), *(figure.row() for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column == 0 else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


def surroundings() -> dict[str, Any]:
    """Return what the figures depend on: versions, processor, load."""
    return {
        "python": platform.python_version(),
        "machine": platform.machine(),
        "processors": os.cpu_count(),
        "load": [round(value, 2) for value in os.getloadavg()],
        **{name: version(name) for name in PACKAGES},
    }


def _with_unit(value: float, unit: str) -> str:
    digits = 0 if value.is_integer() or value >= 1000 else 1 if value >= 10 else 3
    return f"{value:.{digits}f}{' ' + unit if unit else ''}"
