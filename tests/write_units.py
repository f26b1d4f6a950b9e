"""What DynamoDB charges for a transaction.

https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
"""

from typing import Any

from local.memory.tables import item_size


def write_units(transaction: dict[str, Any]) -> int:
    """Return the units: two per started kilobyte of each item, mere checks included."""
    return sum(2 * -(-max(1, _size(each)) // 1024) for each in transaction["TransactItems"])


def _size(operation: dict[str, Any]) -> int:
    ((_, content),) = operation.items()
    return item_size(content.get("Item") or content["Key"])
