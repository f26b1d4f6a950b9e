"""Load, decide, commit; and again after a conflict, or once what is due has been applied."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from itertools import chain
from typing import ParamSpec, TypeVar

from licensing.use_cases.access import DueFirstError
from licensing.use_cases.conflicts import repeated_on_conflict

Given = ParamSpec("Given")
Result = TypeVar("Result")


def readings(known: Result, read: Callable[[], Result]) -> Iterator[Result]:
    """Yield what was read already, for a first attempt, and for each further one what is then.

    Not a generator: that would be at its end once a reading has failed.
    """
    return chain((known,), iter(read, object()))


def until_committed(attempt: Callable[Given, Result]) -> Callable[Given, Result]:
    """Repeat on conflicts; apply what is scheduled and was found to be due before the next attempt.

    So the changes of a clinic follow each other in the order of their times, whoever finds them.
    """

    @wraps(attempt)
    def attempt_up_to_date(*args: Given.args, **given: Given.kwargs) -> Result:
        try:
            return attempt(*args, **given)
        except DueFirstError as due:
            # Imported here: it is rarely due, and billing costs each function's start.
            from licensing.use_cases.renewals import apply_due  # noqa: PLC0415

            apply_due(due.store, due.clinic_id, now=due.now)
            raise

    return repeated_on_conflict(attempt_up_to_date)
