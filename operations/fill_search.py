"""Makes every clinic be found by the words of its name, those too that have none written.

`python -m operations.fill_search TABLE`; again, it changes nothing. The region and the credentials
are those of the AWS CLI.
"""

import argparse
import sys
from pathlib import Path

# The product's code, which lies in a layer on AWS.
sys.path.insert(0, str(Path(__file__).parents[1] / "layers" / "licensing" / "python"))

from licensing.adapters.store import Store
from licensing.domain.changes import Change, Put, Unchanged
from licensing.domain.clinics import Clinic
from licensing.domain.finding import words_of
from licensing.domain.keys import clinic_key
from licensing.use_cases.committing import until_committed

_AT_A_TIME = 100


def fill_search(store: Store) -> int:
    """Write the words of all clinics, and return how many clinics there are."""
    count, cursor = 0, None
    while True:
        clinics, cursor = store.clinics(limit=_AT_A_TIME, cursor=cursor)
        for clinic in clinics:
            _fill(store, clinic)
        count += len(clinics)
        if cursor is None:
            return count


@until_committed
def _fill(store: Store, found: Clinic) -> None:
    (clinic,) = store.load(clinic_key(found.clinic_id))
    if clinic is not None:
        # Unchanged, so that no name stays that staff change at this moment.
        words: list[Change] = [Put(word) for word in words_of(clinic)]
        store.commit([*words, Unchanged(clinic)])


def arguments(given: list[str]) -> argparse.Namespace:
    """Return what the command line says."""
    parser = argparse.ArgumentParser(prog="operations.fill_search", description=__doc__)
    parser.add_argument("table", help="name of the table")
    return parser.parse_args(given)


if __name__ == "__main__":
    store = Store(arguments(sys.argv[1:]).table)
    print(f"{fill_search(store)} clinics are found by their names.")
