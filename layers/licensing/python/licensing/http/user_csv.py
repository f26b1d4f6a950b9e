"""A list of users as CSV, in the forms that spreadsheets save it in."""

import base64
import binascii
import csv
import io
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, get_args

from licensing.domain.errors import FieldError
from licensing.domain.licenses import LicenseType
from licensing.domain.user_imports import MOST_ROWS, Row
from licensing.domain.users import USER_MANAGER
from licensing.http.app import Api
from licensing.http.body import UTF_8, declared
from licensing.http.csv_tables import BYTE_ORDER_MARK, unguarded
from licensing.http.errors import (
    MalformedRequestError,
    PayloadTooLargeError,
    UnsupportedMediaTypeError,
    wrong_fields,
)
from licensing.http.fields import NO_CHOICE, EmailAddress, Name
from licensing.http.list_csv import USERS

LARGEST_FILE = 256 * 1024
NEEDED = ("name", "email", "license_type")
COLUMNS = (*NEEDED, "active", "permissions")
_CHARSETS = (*UTF_8, "us-ascii", "windows-1252", "cp1252", "iso-8859-1")
"""Those that are told apart by the letters themselves, whichever of them is declared."""
_SEPARATORS = ",;\t"
_ACTIVE = {
    **dict.fromkeys(("true", "yes", "1", "active"), True),
    **dict.fromkeys(("false", "no", "0", "inactive"), False),
    "": None,
}


class WrongRow(NamedTuple):
    """A row that asks for nothing that could be done, and what is wrong with it."""

    number: int
    email: str
    errors: tuple[FieldError, ...]


def read_users(app: Api) -> list[Row | WrongRow]:
    """Return the rows of the request's body, numbered as a spreadsheet numbers them.

    Raises UnsupportedMediaTypeError, PayloadTooLargeError, MalformedRequestError, or
    InvalidRequestError for a header or a number of rows that is wrong.
    """
    media_type, charset = declared(app.header("content-type"))
    if media_type != "text/csv" or charset not in _CHARSETS:
        raise UnsupportedMediaTypeError(
            "Send the file as CSV in UTF-8, with the header 'Content-Type: text/csv'."
        )
    event = app.current_event.raw_event
    text = _text(event.get("body") or "", is_base64=bool(event.get("isBase64Encoded")))
    lines = ((row, cells) for row, cells in _lines(text) if any(map(str.strip, cells)))
    _, names = next(lines, (0, []))
    columns = _columns(names)
    rows: list[Row | WrongRow] = []
    known: dict[str, int] = {}
    for number, cells in lines:
        if len(rows) == MOST_ROWS:
            raise _wrong(f"The file has more than {MOST_ROWS} rows. Import it in parts.")
        surplus = any(map(str.strip, cells[len(columns) :]))
        rows.append(_row(number, dict(zip(columns, cells, strict=False)), known, surplus=surplus))
    if not rows:
        raise _wrong("The file has no rows below its header.")
    return rows


def _text(body: str, *, is_base64: bool) -> str:
    try:
        raw = base64.b64decode(body, validate=True) if is_base64 else body.encode()
    except (binascii.Error, UnicodeEncodeError):
        raise _unreadable() from None
    if len(raw) > LARGEST_FILE:
        raise PayloadTooLargeError(
            f"The file has {len(raw)} bytes; at most {LARGEST_FILE} are read. Import it in parts."
        )
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        if any("\x7f" < letter != "\ufffd" for letter in raw.decode("utf-8", "replace")):
            # Of both kinds: as either one, some names would become others.
            raise _unreadable() from None
        # What Excel writes in Western countries unless it is told to write UTF-8.
        try:
            text = raw.decode("cp1252")
        except UnicodeDecodeError:
            raise _unreadable() from None
    if "\ufffd" in text or "\0" in text:
        raise _unreadable()
    return text.removeprefix(BYTE_ORDER_MARK)


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the cells of each row, with the number by which a spreadsheet shows it."""
    first = text.lstrip().partition("\n")[0]
    separator = max(_SEPARATORS, key=first.count)
    row = 0
    try:
        # Strict, since a quote that nobody closes would swallow all rows that follow.
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
        for row, cells in enumerate(lines, start=1):
            yield row, cells
    except csv.Error:
        # Whatever the reader says of it, which is even that a cell is too long to be one.
        raise MalformedRequestError(
            f"Row {row + 1} isn't valid CSV. Close each quotation mark around a cell, and write "
            "one within it twice."
        ) from None


def _columns(cells: list[str]) -> list[str]:
    names = [cell.strip().lower().replace(" ", "_") for cell in cells]
    while names and not names[-1]:
        # Spreadsheets go on writing separators for columns that were emptied.
        names.pop()
    wrong = [f"{name} is missing" for name in NEEDED if name not in names]
    wrong += [f"{name[:40] or 'an empty one'} isn't known" for name in names if name not in USERS]
    wrong += [f"{name} is there twice" for name in USERS if names.count(name) > 1]
    if wrong:
        said = ", ".join(wrong[:3])
        raise _wrong(f"The first row must name the columns {','.join(COLUMNS)}: {said}.")
    return names


def _row(
    number: int, cells: Mapping[str, str], known: dict[str, int], *, surplus: bool
) -> Row | WrongRow:
    errors: list[FieldError] = []
    if surplus:
        message = "It has more cells than the first row. Put quotes around what is one cell."
        errors.append(FieldError("row", message))

    def read(name: str, reader: Callable[[str], Any]) -> Any:
        try:
            return reader(unguarded(cells.get(name, "").strip()))
        except ValueError as error:
            errors.append(FieldError(name, str(error)))
            return None

    row = Row(
        number,
        name=read("name", _field(Name)),
        email=read("email", _field(EmailAddress)),
        license_type=read("license_type", _license_type),
        active=read("active", _active),
        permissions=read("permissions", _permissions) if "permissions" in cells else None,
        user_id=cells.get("user_id", "").strip(),
    )
    first = known.setdefault(row.email, number) if row.email else number
    if first != number:
        errors.append(FieldError("email", f"Row {first} has this address. Keep one of them."))
    if errors:
        return WrongRow(number, row.email or cells.get("email", "").strip(), tuple(errors))
    return row


def _field(kind: Any) -> Callable[[str], Any]:
    read: Callable[[str], Any] = get_args(kind)[1].read
    return read


def _license_type(text: str) -> LicenseType:
    try:
        return LicenseType(text.lower().replace(" ", "_").replace("-", "_"))
    except ValueError:
        raise ValueError(NO_CHOICE.format(expected=", ".join(LicenseType))) from None


def _active(text: str) -> bool | None:
    try:
        return _ACTIVE[text.lower()]
    except KeyError:
        raise ValueError(NO_CHOICE.format(expected="true, false")) from None


def _permissions(text: str) -> tuple[str, ...]:
    named = text.lower().replace("user manager", USER_MANAGER)
    words = {word for word in named.replace(",", " ").replace(";", " ").split() if word}
    if words - {USER_MANAGER}:
        raise ValueError(f"Write {USER_MANAGER}, or nothing.")
    return tuple(words)


def _wrong(message: str) -> Exception:
    return wrong_fields([FieldError("body", message)])


def _unreadable() -> MalformedRequestError:
    return MalformedRequestError(
        "The file can't be read as text. Save it as CSV UTF-8, then import it again."
    )
