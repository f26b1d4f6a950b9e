"""Runs one plan of faults as it was printed, and tells each call: `make faults PLAN=...`."""

import sys
from contextlib import redirect_stdout
from io import StringIO

from tests.faults.runner import Runner, Scenario
from tests.product import Product

product = Product.open()
# The functions' metrics go to standard output.
with redirect_stdout(StringIO()), product.active():
    runner = Runner(product)
    outcome = runner.run(Scenario.parse(sys.argv[1]))
told = [f"{number:3} {call}" for number, call in enumerate(outcome.trace, start=1)]
told += [f"struck: {mode} at {call}" for call, mode in outcome.struck]
told += outcome.violations or ["no violation"]
print("\n".join(told))  # noqa: T201  talks to a person
sys.exit(bool(outcome.violations))
