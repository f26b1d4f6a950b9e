"""Mails that cost a careless reader more than their size is worth."""

import base64
import random
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice

from tests.unit.mail.threads.repeated import CLAUSES, FIELDS, HOLDERS, MARKUP, TEXTS

LIMIT = 5_000_000
REQUEST = "Please add 2 PT licenses at Main Street."
HEAD = {
    "From": "Dana Reyes <dana.reyes@mainstreetpt.example>",
    "To": "licenses@requests.clinicapp.example",
    "Subject": "licenses",
    "Date": "Mon, 02 Nov 2026 08:12:41 -0500",
    "Message-ID": "<1@mainstreetpt.example>",
    "MIME-Version": "1.0",
}
Build = Callable[[], bytes]
SizedBuild = Callable[[int], bytes]
Mails = Iterator[tuple[str, Build]]
UTF8 = "text/plain; charset=utf-8"
HTML = "text/html; charset=utf-8"
ATTRIBUTES = {"ydp": "ydp", "blanks": " ", "words": "ydp1 ", "digits": "1", "numbers": "0.1,"}


def generate(limit: int = LIMIT, every: int = 1) -> Iterator[tuple[str, bytes]]:
    """Yield names that differ, and the raw mails, none longer than the limit; always the same.

    There are a thousand. Every seventh still takes each family, at some of its sizes.
    """
    families = (_clauses, _texts, _markup, _fields, _two_parts, _structures, _noise)
    for family in families:
        of = family.__name__.strip("_")
        for name, build in islice(family(), 0, None, every):
            raw = build()
            if len(raw) <= limit:
                yield f"{of} {name}", raw


def mail(body: str | bytes, kind: str = UTF8, **fields: str) -> bytes:
    """Return a mail of Dana's, as it stands: nothing of it is folded or encoded."""
    told = {**HEAD, "Content-Type": kind}
    told.update({name.replace("_", "-"): value for name, value in fields.items()})
    head = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    written = body if isinstance(body, bytes) else body.encode("utf-8", "surrogatepass")
    return head.encode("utf-8", "surrogatepass") + b"\r\n" + written


def filled(unit: str, size: int) -> str:
    """Return a text of about so many bytes, made of one unit."""
    return unit * max(1, size // len(unit.encode("utf-8", "surrogatepass")))


def _repeated(before: str, unit: str, size: int, after: str = "", kind: str = UTF8) -> bytes:
    return mail(f"{before}{filled(unit, size)}{after}", kind)


def _clauses() -> Mails:
    """Grammar in one sentence: few words are enough where readings multiply."""
    for name, unit in CLAUSES.items():
        for size in (900, 8_000, 60_000):
            yield f"{name} {size}", partial(_repeated, "", unit, size)
            inside = partial(_repeated, "Please add 2 ", unit, size, " at Main Street.")
            yield f"{name} in a request {size}", inside
        yield f"{name} as subject", partial(_field, "Subject", "", unit, 2_000)
        yield f"{name} by line", partial(_repeated, "", f"{unit}\n", 60_000)


def _texts() -> Mails:
    """Characters and lines, before, after and inside a request."""
    for name, unit in TEXTS.items():
        inside = partial(_repeated, "Please add 2 ", unit, 3_000, " PT licenses at Lakeside.")
        yield f"{name} inside", inside
        yield f"{name} after", partial(_repeated, f"{REQUEST}\n", unit, 100_000)
        yield f"{name} before", partial(_repeated, "", unit, 1_000_000, f"\n{REQUEST}")
        between = partial(_repeated, f"{REQUEST}\n", unit, 300_000, f"x\n{REQUEST}")
        yield f"{name} between", between
        yield f"{name} alone", partial(_repeated, "", unit, 4_900_000)


def _markup() -> Mails:
    """HTML that never ends, repeats or is nested."""
    for name, (before, unit, after) in MARKUP.items():
        for size in (20_000, 300_000, 4_800_000):
            start = f"<p>{REQUEST}</p>{before}"
            yield f"{name} {size}", partial(_repeated, start, unit, size, after, HTML)
    for name, holder in HOLDERS.items():
        for which, unit in ATTRIBUTES.items():
            before, _, after = holder.partition("{}")
            page = partial(_repeated, before, unit, 300_000, f"{after}<p>{REQUEST}</p>", HTML)
            yield f"{name} of {which}", page


def _field(name: str, before: str, unit: str, size: int, after: str = "") -> bytes:
    return mail(REQUEST, **{name: f"{before}{filled(unit, size)}{after}"})


def _fields() -> Mails:
    """Header fields that are long or many."""
    for name, (field, before, unit, after) in FIELDS.items():
        for size in (5_000, 100_000, 1_000_000, 4_900_000):
            yield f"{name} {size}", partial(_field, field, before, unit, size, after)


def _in_both_parts(unit: str) -> bytes:
    text = filled(unit, 50_000)
    lines = text.replace("<", "&lt;").split("\n")
    page = "".join(f"<div>{line}</div>" for line in lines)
    return multipart("alternative", [(UTF8, text), (HTML, page)])


def _two_parts() -> Mails:
    """Two long parts of the same words, which a comparison has to go through."""
    for which, units in (("clauses", CLAUSES), ("texts", TEXTS)):
        for name, unit in units.items():
            yield f"{which} {name}", partial(_in_both_parts, unit)


def multipart(subtype: str, parts: list[tuple[str, str]], boundary: str = "b") -> bytes:
    """Return a mail of these parts, each with its content type."""
    body = "".join(
        f"--{boundary}\r\nContent-Type: {kind}\r\n\r\n{text}\r\n" for kind, text in parts
    )
    return mail(f"{body}--{boundary}--\r\n", f'multipart/{subtype}; boundary="{boundary}"')


def _structures() -> Mails:
    """MIME trees, encodings and lines that grow."""
    for name, build in STRUCTURES.items():
        for size in (100, 1_000, 10_000, 100_000):
            yield f"{name} {size}", partial(build, size)


def _nested(subtype: str, depth: int) -> bytes:
    depth = min(depth, 50_000)
    opened = "".join(
        f'--b{at}\r\nContent-Type: multipart/{subtype}; boundary="b{at + 1}"\r\n\r\n'
        for at in range(depth)
    )
    body = f"{opened}--b{depth}\r\n\r\n{REQUEST}\r\n"
    return mail(body, f'multipart/{subtype}; boundary="b0"')


def _one_boundary(depth: int) -> bytes:
    opened = '--b\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' * min(depth, 90_000)
    return mail(f"{opened}--b\r\n\r\n{REQUEST}\r\n", 'multipart/mixed; boundary="b"')


def _messages(depth: int) -> bytes:
    head = "Content-Type: message/rfc822\r\n\r\nFrom: x@quoted.example\r\n"
    return mail(f"{head * depth}\r\n\r\n{REQUEST}", "message/rfc822")


def _growing(unit: str, most: int) -> SizedBuild:
    def build(size: int) -> bytes:
        return mail(
            "".join(f"{unit * (at + 1)} {REQUEST}\n" for at in range(min(size // 10, most)))
        )

    return build


def _encoded(name: str, unit: bytes, kind: str = UTF8) -> SizedBuild:
    return lambda size: mail(unit * size, kind, Content_Transfer_Encoding=name)


def _parts(subtype: str, kind: str, text: str) -> SizedBuild:
    return lambda size: multipart(subtype, [(UTF8, REQUEST), *[(kind, text)] * min(size, 50_000)])


def _around(opened: str, closed: str) -> SizedBuild:
    return lambda size: mail(opened * size + REQUEST + closed * size, HTML)


def _crossed(size: int) -> bytes:
    return mail("<b><i><u></b></i></u>" * size + REQUEST, HTML)


def _numbered_fields(size: int) -> bytes:
    head = "".join(f"X-Field-{at}: {at}\r\n" for at in range(size))
    return mail(REQUEST, MIME_Version=f"1.0\r\n{head.rstrip()}")


def _continued_parameter(size: int) -> bytes:
    pieces = "".join(f"; name*{at}*=%41" for at in range(size))
    return mail(REQUEST, f"{UTF8}{pieces}")


STRUCTURES: dict[str, SizedBuild] = {
    "multiparts in multiparts": lambda size: _nested("mixed", size),
    "multiparts of one boundary": _one_boundary,
    "messages in messages": _messages,
    "boundaries": lambda size: mail("--b\r\n" * size, 'multipart/mixed; boundary="b"'),
    "boundaries that nearly fit": lambda size: mail(
        "--bb\r\n" * size + REQUEST, 'multipart/mixed; boundary="b"'
    ),
    "ends": lambda size: mail("--b--\r\n" * size, 'multipart/mixed; boundary="b"'),
    "a long boundary": lambda size: multipart("mixed", [(UTF8, REQUEST)] * 3, "b" * size),
    "attachments": _parts("mixed", "application/pdf; name=x.pdf", "JVBERi0="),
    "alternatives": _parts("alternative", HTML, f"<p>{REQUEST}</p>"),
    "calendars": _parts("alternative", "text/calendar", "BEGIN:VCALENDAR"),
    "base64 junk": _encoded("base64", b"!@#$ "),
    "base64 of lines": lambda size: mail(
        base64.b64encode(b"a\n" * size), UTF8, Content_Transfer_Encoding="base64"
    ),
    "quoted-printable signs": _encoded("quoted-printable", b"="),
    "quoted-printable breaks": _encoded("quoted-printable", b"=\r\n"),
    "uuencoded": _encoded("x-uuencode", b'M96YD"F)E9VEN"@\r\n'),
    "utf-7": _encoded("7bit", b"+AGEAYgBj-", "text/plain; charset=utf-7"),
    "utf-16": _encoded("8bit", b"\x0a\x00\x3d\xd8", "text/plain; charset=utf-16"),
    "iso-2022-jp shifts": _encoded("7bit", b"\x1b$B\x1b(B", "text/plain; charset=iso-2022-jp"),
    "gb18030 halves": _encoded("8bit", b"\x81\x30", "text/plain; charset=gb18030"),
    "high bytes": _encoded("8bit", b"\xff\xfe\x80"),
    "quote marks that grow": _growing(">", 2_900),
    "nested quotes that grow": _growing("> ", 2_000),
    "parentheses that grow": _growing("(", 2_900),
    "divs in divs": _around("<div>", "</div>"),
    "blockquotes in blockquotes": _around("<blockquote type=cite>", "</blockquote>"),
    "tables in tables": _around("<table><tr><td>", "</table>"),
    "styled divs in divs": _around('<div style="border-left:1px solid">', "</div>"),
    "crossed tags": _crossed,
    "closed and never opened": lambda size: mail("</b>" * size + REQUEST, HTML),
    "opened and never closed": lambda size: mail("<b>" * size + REQUEST, HTML),
    "fields of many names": _numbered_fields,
    "a parameter in pieces": _continued_parameter,
    "parameters": lambda size: mail(REQUEST, UTF8 + "; a=b" * size),
    "comments in a type": lambda size: mail(REQUEST, UTF8 + "; x=" + "(" * size),
    "no empty line": lambda size: mail(REQUEST, MIME_Version="1.0\r\n" + "X: y\r\n" * size + " "),
}


def _drawn(what: str, size: int, turn: int) -> bytes:
    rng = random.Random(f"{what} {size} {turn}")  # noqa: S311 - a repeatable choice
    if what == "bytes":
        return mail(rng.randbytes(size * 50))
    if what == "words":
        return mail(" ".join(rng.choices(" ".join(CLAUSES.values()).split(), k=size)))
    if what == "lines":
        return mail("\n".join(rng.choices([*TEXTS.values()], k=size)))
    pieces = [before + unit + after for before, unit, after in MARKUP.values()]
    return mail("".join(rng.choices([*pieces, "<", ">", "="], k=size)), HTML)


def _noise() -> Mails:
    """Random characters and words, drawn the same way each time."""
    for what in ("bytes", "words", "lines", "markup"):
        for size in (20, 100, 500, 3_000, 50_000):
            for turn in range(4):
                yield f"{what} {size} {turn}", partial(_drawn, what, size, turn)
