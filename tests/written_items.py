"""Items as this release writes them: one of each kind and shape, from the operations of the tests.

Run as `python -m tests.written_items RELEASE` with the layer on the path; writes
`tests/golden/items/RELEASE.json`.
"""

import json
import sys
from pathlib import Path
from typing import Any

from tests.faults.operations import JOURNEYS, OPERATIONS
from tests.faults.runner import Habit, Runner, Scenario
from tests.product import Product

FOLDER = Path(__file__).parent / "golden" / "items"
KINDS = {
    "ADDRESS",
    "ADJUSTMENT",
    "CLINIC",
    "FINDING",
    "HISTORY",
    "INVOICE",
    "LINE",
    "MAIL",
    "REPAIR",
    "REPORT",
    "REQUEST",
    "USER",
}
Item = dict[str, Any]


def kind_of(item: Item) -> str:
    """Return what an item is."""
    sort = str(item["sk"]["S"])
    return "LINE" if "#LINE#" in sort else sort.partition("#")[0]


def shape_of(item: Item) -> tuple[str, str]:
    """Return the kind of an item, and which attributes it has, of which types and states."""
    states = {"status", "confirmation", "action", "kind", "outcome"}
    shown = {
        name: content if name in states else kind
        for name, value in item.items()
        for kind, content in value.items()
    }
    return kind_of(item), json.dumps(shown, sort_keys=True)


def written() -> list[Item]:
    """Return one item of each shape."""
    product = Product.open()
    found: dict[tuple[str, str], Item] = {}
    with product.active():
        runner = Runner(product)
        for operation in (*OPERATIONS, *JOURNEYS):
            runner.run(Scenario(operation.name, {}, Habit.RETRIES))
            for item in product.table():
                found.setdefault(shape_of(item), item)
    return [found[shape] for shape in sorted(found)]


def main() -> None:
    """Write the file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    lines = ",\n".join(json.dumps(item, sort_keys=True) for item in written())
    (FOLDER / f"{sys.argv[1]}.json").write_text(f"[\n{lines}\n]\n")


if __name__ == "__main__":
    main()
