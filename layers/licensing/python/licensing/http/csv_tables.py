"""Lists as CSV, made for spreadsheets.

Those take some texts for formulas, and bytes without a mark for letters of another country.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import TypedDict, TypeVar

from aws_lambda_powertools.event_handler import Response

from licensing.http.app import SECURITY_HEADERS, Api, answer


class _Page(TypedDict):
    next_cursor: str | None


A = TypeVar("A")
P = TypeVar("P", bound=_Page)

BYTE_ORDER_MARK = "\ufeff"
MOST_ROWS = 5_000
"""An answer that has more ends with the page that it is in, and names the next one."""
MOST_BYTES = 3_500_000
"""The same: Lambda hands on at most six megabytes, and a page comes on top."""
_PAGE = 200
# With the letters of full width that spreadsheets take for the same.
_FORMULA = r"=+\-@\uff1d\uff0b\uff0d\uff20"
# Where semicolons separate cells, as in most of Europe, quotes amid a line mean nothing: a cell
# begins behind each semicolon, and a row in each new line. A text's own apostrophe is guarded too.
_BEGINS = rf"^(?=[ ']*[{_FORMULA}\t\r\n])|(?<=[;\t\r\n])(?=[ ']*[{_FORMULA}])"
_UNGUARDED = re.compile(_BEGINS)
_GUARD = re.compile(_BEGINS.replace("(?=", "'(?="))

Rows = Iterable[Mapping[str, object]]
"""Each with a value for every column at least. Texts are guarded, numbers are not."""


def wants_csv(app: Api) -> bool:
    """Return whether Accept prefers CSV to JSON."""
    preference = {"text/csv": 0.0, "application/json": 0.0}
    for entry in (app.header("accept") or "").split(","):
        media, *parameters = (part.strip().lower() for part in entry.split(";"))
        if media in preference:
            preference[media] = _quality(parameters)
    return preference["text/csv"] > preference["application/json"]


def csv_answer(name: str, columns: Sequence[str], rows: Rows) -> Response[str]:
    """Return a table as a file to download."""
    return _answer(name, _head(columns) + _table(columns, rows), {})


def list_answer(
    app: Api,
    read: Callable[..., A],
    render: Callable[[A], P],
    name: str,
    columns: Sequence[str],
    rows: Callable[[P], Rows],
) -> Response[str]:
    """Return a page as JSON, or as CSV the whole list from there on; with ``limit``, the page.

    ``read`` takes so many entries from a cursor on, of which ``render`` makes a page and ``rows``
    the rows of it. What does not fit into one answer is named by the Link header.
    """
    query = app.query
    if not wants_csv(app):
        return answer(200, render(read(limit=query.limit, cursor=query.cursor)))
    parts, size, count = [_head(columns)], 0, 0
    cursor = query.cursor
    while True:
        limit = query.limit if query.has("limit") else _PAGE
        found = render(read(limit=limit, cursor=cursor))
        part, cursor = list(rows(found)), found["next_cursor"]
        parts.append(_table(columns, part))
        size, count = size + len(parts[-1].encode()), count + len(part)
        if cursor is None or query.has("limit") or size > MOST_BYTES or count >= MOST_ROWS:
            break
    more = {} if cursor is None else {"Link": f'<{query.next_page(cursor)}>; rel="next"'}
    return _answer(name, "".join(parts), more)


def amount(cents: int) -> Decimal:
    """Return whole cents as units of the currency."""
    return Decimal(cents).scaleb(-2)


def guarded(text: str) -> str:
    """Return the text so that no spreadsheet takes it, or a part of it, for a formula."""
    return _UNGUARDED.sub("'", text)


def unguarded(text: str) -> str:
    """Return the text as it was before it was guarded."""
    before = _GUARD.sub("", text)
    return before if guarded(before) == text else text


def _quality(parameters: Sequence[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            digits = value.strip().replace(".", "", 1)
            return float(value) if digits.isascii() and digits.isdigit() else 0.0
    return 1.0


def _head(columns: Sequence[str]) -> str:
    return ",".join(columns) + "\r\n"


def _table(columns: Sequence[str], rows: Rows) -> str:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_cell(row[name]) for name in columns] for row in rows)
    return text.getvalue()


def _cell(value: object) -> object:
    if isinstance(value, bool):
        return "true" if value else "false"
    return guarded(value) if isinstance(value, str) else value


def _answer(name: str, text: str, headers: Mapping[str, str]) -> Response[str]:
    return Response(
        status_code=200,
        content_type="text/csv; charset=utf-8",
        body=BYTE_ORDER_MARK + text,
        headers={
            **SECURITY_HEADERS,
            "Content-Disposition": f'attachment; filename="{name}.csv"',
            "Vary": "Accept",
            **headers,
        },
    )
