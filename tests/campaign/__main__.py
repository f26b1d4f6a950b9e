"""The command line of `make faults`."""

import argparse
import os
import signal
import sys
from contextlib import suppress

from tests.campaign.pieces import World
from tests.campaign.progress import Progress, say
from tests.campaign.running import campaign
from tests.faults.runner import Scenario


def replay(text: str) -> bool:
    """Run one plan as it was printed, and say what came of it; return whether all is well."""
    World.open()
    outcome = World.runner.run(Scenario.parse(text))
    for number, call in enumerate(outcome.trace, start=1):
        say(f"{number:3} {call}")
    for call, mode in outcome.struck:
        say(f"struck: {mode} at {call}")
    for said in outcome.violations or ["no violation"]:
        say(said)
    return not outcome.violations


def main() -> None:
    """Run the command line."""
    parser = argparse.ArgumentParser(prog="make faults", description=__doc__)
    parser.add_argument("--minutes", type=float, default=0.0, help="stop then (default: never)")
    parser.add_argument(
        "--jobs", type=int, default=os.cpu_count(), help="processes (default: one per core)"
    )
    parser.add_argument("--only", default="", help="parts whose names contain this")
    parser.add_argument("--fresh", action="store_true", help="forget what is done already")
    parser.add_argument("--replay", metavar="PLAN", help="run one plan as it was printed")
    given = parser.parse_args()
    if given.replay:
        sys.exit(not replay(given.replay))
    # Whoever ends it otherwise than by Ctrl-C gets the table as well, and leaves no worker behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    progress = Progress(fresh=given.fresh)
    with suppress(KeyboardInterrupt):
        campaign(progress, minutes=given.minutes, jobs=given.jobs, only=given.only)
    sys.exit(not progress.table())


if __name__ == "__main__":
    main()
