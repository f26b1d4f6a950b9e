"""The command line: `python -m benchmarks`."""

import argparse
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from benchmarks import artifact, figures, measures
from benchmarks.figures import Figure
from local.place import ROOT

Measure = Callable[[measures.Bench], Iterable[Figure]]
MEASURES: dict[str, Measure] = {
    "wire": measures.requests_to_dynamodb,
    "size": measures.layer_size,
    "cold": measures.cold_starts,
    "warm": measures.warm_requests,
    "night": measures.reconciliation,
    "instructions": measures.instructions,
}


def main() -> None:
    """Measure what the command line names, and print one table."""
    arguments = _parser().parse_args()
    begun = time.monotonic()

    def progress(text: str) -> None:
        print(f"{time.monotonic() - begun:4.0f} s  {text}", file=sys.stderr, flush=True)

    progress("build and unpack the artifact")
    folder: Path = arguments.folder
    built = artifact.prepare(folder)
    bench = measures.Bench.prepare(built, folder / "scenes", arguments.rounds, progress)
    found: list[Figure] = []
    skipped: list[str] = []
    for name in arguments.only or MEASURES:
        reason = measures.no_valgrind() if name == "instructions" else None
        if reason is not None:
            skipped.append(reason)
            continue
        found += MEASURES[name](bench)
    print(figures.table(found))
    print(", ".join(f"{name} {value}" for name, value in figures.surroundings().items()))
    for reason in skipped:
        print(f"skipped: {reason}")
    figures.write(folder / "results.json", found, skipped)
    print(f"{time.monotonic() - begun:.0f} s; as JSON: {folder / 'results.json'}")
    if any(figure.verdict == "FAIL" for figure in found):
        sys.exit(1)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--rounds", type=int, default=21, help="default: 21")
    parser.add_argument(
        "--only", nargs="+", choices=MEASURES, metavar="PART", help=", ".join(MEASURES)
    )
    parser.add_argument(
        "--folder",
        type=lambda text: Path(text).resolve(),
        default=ROOT / ".local" / "bench",
        help="where the artifact and the results lie (default: .local/bench)",
    )
    return parser


if __name__ == "__main__":
    main()
