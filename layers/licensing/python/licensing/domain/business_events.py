"""What other systems are told."""

from collections.abc import Mapping
from typing import Any, NamedTuple


class BusinessEvent(NamedTuple):
    """One event for the bus: what kind it is of, and its content as plain data."""

    kind: str
    detail: Mapping[str, Any]
