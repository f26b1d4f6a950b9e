"""Several calls of AWS at once."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

A = TypeVar("A")
B = TypeVar("B")

WORKERS = 8
"""Clients keep ten connections. Cognito makes 50 accounts a second, each in a tenth or two."""


def at_once(call: Callable[[A], B], values: Iterable[A]) -> list[B]:
    """Call the function with each of the values; return what it returns, in their order."""
    if WORKERS == 1:
        return [call(value) for value in values]
    with ThreadPoolExecutor(WORKERS) as pool:
        return list(pool.map(call, values))
