"""How far the long runs have come: kept in a file, told as they go, summed up in a table."""

import hashlib
import json
import sys
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path

from docs.template import ROOT
from tests.campaign.pieces import Part, Piece, Result

STATE = ROOT / ".local" / "faults.json"
EVERY_SECONDS = 5.0
JUDGED = (
    "layers",
    "functions",
    "events",
    "tests",
    "requirements",
    "docs/openapi.json",
    "template.yaml",
)
"""A change of any of these makes figures of before another code's."""


@dataclass
class Figures:
    """What a part has come to."""

    unit: str
    pieces: int
    done: list[str] = field(default_factory=list)
    count: int = 0
    faults: int = 0
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)

    def add(self, piece: Piece, result: Result, seconds: float) -> None:
        """Count a piece that is done."""
        self.done.append(_name(piece))
        self.count += result.count
        self.faults += result.faults
        self.violations += result.violations
        self.seconds += seconds


class Progress:
    """The figures of all parts; what is done is known again in the next run."""

    def __init__(self, *, fresh: bool) -> None:
        """Go on from the file, unless the code has changed since or ``fresh`` is asked for."""
        self._code = _digest()
        self._figures: dict[str, Figures] = {}
        self._told = 0.0
        if STATE.exists() and not fresh:
            kept = json.loads(STATE.read_text())
            if kept.get("code") == self._code:
                self._figures = {name: Figures(**of) for name, of in kept["parts"].items()}
            else:
                say("The code has changed since the last run: everything begins anew.")

    def left(self, part: Part) -> list[Piece]:
        """Return the pieces of a part that are not done yet."""
        figures = self._figures.setdefault(part.name, Figures(part.unit, len(part.pieces)))
        return [piece for piece in part.pieces if _name(piece) not in figures.done]

    def add(self, part: Part, piece: Piece, result: Result, *, seconds: float, left: float) -> None:
        """Count a piece, keep it, and tell; ``left`` are the seconds that the part still takes."""
        figures = self._figures[part.name]
        figures.add(piece, result, seconds)
        for said in result.violations:
            say(f"VIOLATION  {said}")
        self._keep()
        now = time.monotonic()
        if now - self._told < EVERY_SECONDS and len(figures.done) < figures.pieces:
            return
        self._told = now
        rate = figures.count / figures.seconds if figures.seconds else 0.0
        say(
            f"{part.name}: {figures.count:,} {figures.unit}, {rate:,.0f}/s, "
            f"{len(figures.done)} of {figures.pieces} pieces, "
            f"{len(figures.violations)} violations, about {left / 60:.1f} min left"
        )

    def table(self) -> bool:
        """Print all figures; return whether everything holds."""
        rows = ["| what | how many | failed calls | violations | time |", "|---|---|---|---|---|"]
        for name, of in self._figures.items():
            whole = "" if len(of.done) == of.pieces else f" ({len(of.done)} of {of.pieces} pieces)"
            rows.append(
                f"| {name}{whole} | {of.count:,} {of.unit} | {of.faults:,} "
                f"| {len(of.violations)} | {of.seconds / 60:.1f} min |"
            )
        say("\n".join(rows))
        if any(len(of.done) < of.pieces for of in self._figures.values()):
            say("Not complete: run it again to go on.")
        return not any(of.violations for of in self._figures.values())

    def _keep(self) -> None:
        STATE.parent.mkdir(exist_ok=True)
        figures = {name: asdict(of) for name, of in self._figures.items()}
        part = STATE.with_suffix(".part")
        part.write_text(json.dumps({"code": self._code, "parts": figures}))
        part.replace(STATE)


def say(text: str) -> None:
    """Tell the person at the terminal."""
    print(text, file=sys.__stdout__, flush=True)


def _name(piece: Piece) -> str:
    return "/".join(piece)


def _digest() -> str:
    digest = hashlib.sha256()
    for path in sorted(path for name in JUDGED for path in _files(ROOT / name)):
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _files(place: Path) -> list[Path]:
    if place.is_file():
        return [place]
    return [path for path in place.rglob("*") if path.is_file() and path.suffix != ".pyc"]
