"""I7: a request by web or API is answered once, and its answer is kept for its repetition."""

from collections import Counter
from collections.abc import Iterable

from tests.invariants.table import Partition


def kept(part: Partition) -> Iterable[str]:
    """Each adjustment that came with a key has one stored answer that names it."""
    named: Counter[tuple[str, int]] = Counter()
    corrections: set[str] = set()
    for answer, body in part.told:
        if "correction_id" in body:
            corrections.add(body["correction_id"])
            continue
        # That of an activation tells whether there was a release, and which.
        adjustment = body["adjustment"] if "user" in body else body.get("from", body)
        if adjustment is not None:
            named[adjustment["adjustment_id"], answer["at"]] += 1
    with_users = {of["at"] for of in part.history.values() if "starts_on" in of["after"]}
    for name, adjustment in part.adjustments.items():
        if "applies" in adjustment and adjustment["requested"] in with_users:
            # The license of a user who starts on that day: adding the user is known by its content.
            continue
        times = named.pop((name, adjustment["requested"]), 0)
        channel = adjustment["by"][2]
        # The answer to a transfer is kept with the clinic that gives.
        taken = "transfer" in adjustment and adjustment["lines"][0][1] > 0
        if times != (channel not in ("email", "system") and not taken):
            yield f"I7: {times} stored answers name adjustment {name}, by {channel}"
    lines = (name for on_it in part.lines.values() for name in on_it)
    if corrections != {
        name.removeprefix("CORRECTION#") for name in lines if name.startswith("CORRECTION#")
    }:
        yield f"I7: the stored answers name the corrections {sorted(corrections)}"
    if named:
        yield f"I7: stored answers name what is not there: {sorted(named)}"
