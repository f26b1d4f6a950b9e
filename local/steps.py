"""Shows each step with its duration."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

WIDTH = 34


@contextmanager
def step(title: str) -> Iterator[None]:
    """Show a step while it runs, and then how long it took."""
    print(f"  {title + ' ':.<{WIDTH}} ", end="", flush=True)
    begun = time.monotonic()
    try:
        yield
    except BaseException:
        print("failed", flush=True)
        raise
    print(f"{time.monotonic() - begun:5.1f} s", flush=True)
