"""Query strings: the few parameters that lists take, each checked."""

import re
from collections.abc import Collection, Mapping
from urllib.parse import urlencode

from licensing.domain.errors import FieldError, InvalidRequestError

LONGEST_PAGE, USUAL_PAGE = 100, 50
CURSOR = r"[A-Za-z0-9_-]{1,1000}"
"""What every cursor that a list gives out looks like."""


class Query:
    """The query string of the present request."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values

    def require_known(self, parameters: Collection[str]) -> None:
        """Raise InvalidRequestError for a parameter beyond these: it would do nothing."""
        for name in self._values:
            if name not in parameters:
                known = (
                    f"Use {', '.join(parameters)}." if parameters else "This address takes none."
                )
                raise _wrong(name, f"This query parameter is not known. {known}")

    @property
    def limit(self) -> int:
        """How many entries a page may have."""
        return self.number("limit", most=LONGEST_PAGE, usual=USUAL_PAGE)

    def number(self, name: str, *, most: int, usual: int) -> int:
        """Return the parameter, which is a whole number from 1 on if it is there."""
        text = self._values.get(name)
        if text is None:
            return usual
        whole = text.isascii() and text.isdigit() and len(text) < 5
        if not whole or not 1 <= int(text) <= most:
            raise _wrong(name, f"This must be a whole number from 1 to {most}.")
        return int(text)

    @property
    def cursor(self) -> str | None:
        """Where the page begins, as the page before said."""
        text = self._values.get("cursor")
        if text is not None and not re.fullmatch(CURSOR, text):
            raise InvalidRequestError.at_cursor()
        return text

    def has(self, name: str) -> bool:
        """Return whether the parameter was sent."""
        return name in self._values

    def next_page(self, cursor: str) -> str:
        """Return the same query with this cursor, relative to the address that was called."""
        return "?" + urlencode({**self._values, "cursor": cursor})

    def text(self, name: str, longest: int) -> str | None:
        """Return the parameter, which is some words if it is there."""
        value = self._values.get(name)
        if value is not None and not 0 < len(value.strip()) <= longest:
            raise _wrong(name, f"Enter 1 to {longest} characters.")
        return value

    def one_of(self, name: str, choices: Collection[str]) -> str | None:
        """Return the parameter, which is one of the choices if it is there."""
        value = self._values.get(name)
        if value is not None and value not in choices:
            raise _wrong(name, f"Use one of {', '.join(choices)}.")
        return value


def _wrong(name: str, message: str) -> InvalidRequestError:
    return InvalidRequestError(f"{name}: {message}", (FieldError(name, message),))
