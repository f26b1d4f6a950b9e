"""I2: a transfer is whole: what one clinic gives the other one gets, or neither."""

from collections.abc import Iterable

from tests.invariants.table import Partition, Plain


def whole(clinics: dict[str, Partition]) -> Iterable[str]:
    """Both halves are there, name each other, and stand or are cancelled together."""
    for clinic_id, part in clinics.items():
        for name, half in part.adjustments.items():
            if "transfer" not in half:
                continue
            there, other_name, _ = half["transfer"]
            other = clinics[there].adjustments.get(other_name) if there in clinics else None
            if other is None or other.get("transfer", [])[:2] != [clinic_id, name]:
                yield f"I2: {name} of {clinic_id} is half of a transfer without the other half"
            elif _what(half) != _what(other, -1):
                yield f"I2: {name} of {clinic_id} gives or takes otherwise than {other_name}"


def _what(half: Plain, sign: int = 1) -> tuple[Plain, bool, Plain, str]:
    deltas = {kind: sign * delta for kind, delta in half["lines"]}
    return deltas, half["status"] == "cancelled", half["by"][0], half["explanation"]
