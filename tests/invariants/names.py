"""The words under which clinics are found: those of their present names, and no others."""

from collections import defaultdict
from collections.abc import Iterable, Iterator

from tests.invariants.table import Partition, Plain, plain


def found_under(items: Iterable[Plain], clinics: dict[str, Partition]) -> Iterator[str]:
    """Judge what lies beside the clinics for those who look for one of them."""
    words: dict[str, set[str]] = defaultdict(set)
    for item in items:
        if not item["pk"]["S"].startswith("NAMES#"):
            continue
        _, word, clinic_id = item["sk"]["S"].split("#")
        words[clinic_id].add(word)
        name = clinics[clinic_id].clinic["name"] if clinic_id in clinics else None
        if plain(item["name"]) != name:
            yield f"search: {clinic_id} is found as {plain(item['name'])!r} and called {name!r}"
        if item["pk"]["S"] != f"NAMES#{word[0]}":
            yield f"search: {clinic_id} is found at {word} in {item['pk']['S']}"
    for clinic_id, known in words.items():
        if clinic_id not in clinics:
            continue
        spoken = str(clinics[clinic_id].clinic["name"]).lower().split()
        missing = {word for word in (clinic_id, *spoken) if word.isascii() and word.isalnum()}
        if len(known) < 24 and not missing <= known:
            yield f"search: {clinic_id} is not found at {sorted(missing - known)}"
