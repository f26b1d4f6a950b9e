"""The command line: `python -m benchmarks`."""

import argparse
import sys
import time
from collections.abc import Callable, Iterable

from benchmarks import artifact, baseline, figures, measures
from benchmarks.figures import Figure
from local.place import ROOT

Measure = Callable[[measures.Bench], Iterable[Figure]]
MEASURES: dict[str, Measure] = {
    "size": measures.layer_size,
    "cold": measures.cold_starts,
    "warm": measures.warm_requests,
    "mails": measures.costliest_mail,
    "night": measures.reconciliation,
    "instructions": measures.instructions,
}
# What comes out the same each time, so that a gate may be built on it.
EXACT = ("size", "instructions")
FOLDER = ROOT / ".local" / "bench"


def main() -> None:
    """Measure what the command line names, and print one table."""
    arguments = _parser().parse_args()
    begun = time.monotonic()

    def progress(text: str) -> None:
        print(f"{time.monotonic() - begun:4.0f} s  {text}", file=sys.stderr, flush=True)

    progress("build and unpack the artifact")
    bench = measures.Bench.prepare(artifact.prepare(FOLDER), FOLDER / "scenes", progress)
    found: list[Figure] = []
    skipped: list[str] = []
    for name in EXACT if arguments.gate or arguments.accept else arguments.only or MEASURES:
        reason = measures.no_valgrind() if name == "instructions" else None
        if reason is not None:
            skipped.append(reason)
            continue
        found += MEASURES[name](bench)
    unjudged = baseline.missing(found) if arguments.gate else None
    if unjudged is not None:
        skipped.append(unjudged)
    print(figures.table(found))
    print(", ".join(f"{name} {value}" for name, value in figures.surroundings().items()))
    for reason in skipped:
        print(f"skipped: {reason}")
    print(f"{time.monotonic() - begun:.0f} s")
    if arguments.accept:
        baseline.accept(found)
    wrong = [f"{figure.name}: over its goal" for figure in found if figure.verdict == "FAIL"]
    if arguments.gate:
        wrong += baseline.grown(found)
    for sentence in wrong:
        print(sentence)
    sys.exit(bool(wrong))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--only", nargs="+", choices=MEASURES, metavar="PART", help=", ".join(MEASURES)
    )
    parser.add_argument(
        "--gate",
        action="store_true",
        help="measure only what comes out the same each time, and compare it with baseline.json",
    )
    parser.add_argument(
        "--accept", action="store_true", help="write baseline.json from what is counted now"
    )
    return parser


if __name__ == "__main__":
    main()
