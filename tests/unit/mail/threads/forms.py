"""How a mail shows what others wrote: headers, quote marks and HTML containers."""

import html
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MARKS = {"none": "", ">": "> ", ">.": ">", ">>": "> > ", ">|": "> | ", "PC>": "PC> "}


@dataclass(frozen=True)
class Party:
    """Somebody who writes mails."""

    full: str
    address: str
    clinic: str = ""

    @property
    def first(self) -> str:
        """The name that the person signs with among friends."""
        return self.full.split()[0]


@dataclass(frozen=True)
class Quote:
    """A mail of before, as it stands in a later one."""

    author: Party
    reader: Party
    subject: str
    body: str

    @property
    def headers(self) -> dict[str, str]:
        """What a form's placeholders stand for."""
        return {
            "name": self.author.full,
            "address": self.author.address,
            "to_name": self.reader.full,
            "to_address": self.reader.address,
            "subject": self.subject,
        }


@dataclass(frozen=True)
class Form:
    """One way of quoting: a text header and a mark before each line, and a container if in HTML."""

    name: str
    header: str
    mark: str = ""
    charset: str = "utf-8"
    container: str = ""

    def as_text(self, quote: Quote) -> str:
        """Return the quoted mail in plain text, below its header."""
        header = self.header.format(**quote.headers)
        return header + "".join(f"{marked(line, self.mark)}\n" for line in quote.body.split("\n"))

    def as_html(self, quote: Quote, style: str) -> str:
        """Return the quoted mail in HTML, in its container or below its header."""
        if self.container:
            told = {name: html.escape(value) for name, value in quote.headers.items()}
            return self.container.format(quote=as_html(quote.body, style), **told)
        header = as_html(self.header.format(**quote.headers).removesuffix("\n"), style)
        if self.mark.startswith(">"):
            return f"{header}<blockquote>{as_html(quote.body, style)}</blockquote>"
        lines = "\n".join(marked(line, self.mark) for line in quote.body.split("\n"))
        return header + as_html(lines, style)


def marked(line: str, mark: str) -> str:
    """Return a line as quoted; an empty line has no blank after its mark."""
    return mark + line if line else mark.rstrip()


def as_html(text: str, style: str) -> str:
    """Return plain text in HTML as one of the usual editors would write it."""
    lines = [html.escape(line, quote=False) for line in text.split("\n")]
    if style == "div":
        return "".join(f"<div>{line or '<br>'}</div>" for line in lines)
    if style == "word":
        return "".join(f'<p class="MsoNormal">{line or "&nbsp;"}<o:p></o:p></p>' for line in lines)
    return '<div dir="ltr">' + "<br>".join(lines) + "</div>"


def sections(file: str) -> Iterator[tuple[list[str], str]]:
    """Yield the words of each heading of a data file, and the text below it."""
    text = Path(__file__).with_name(file).read_text(encoding="utf-8").removesuffix("\n")
    for section in text.split("\n%% ")[1:]:
        heading, _, body = section.partition("\n")
        yield heading.split(), body


def all_forms() -> list[Form]:
    """Return every way of quoting; their names differ."""
    texts = {
        name: Form(name, f"{body}\n" if body else "", MARKS.get(mark, f"{mark} "), charset)
        for (name, mark, charset), body in sections("headers.txt")
    }
    contained = [
        Form(f"html-{name}", texts[text].header, texts[text].mark, container=body)
        for (name, text), body in sections("containers.txt")
    ]
    return [*texts.values(), *translated_blocks(), *contained]


def translated_blocks() -> Iterator[Form]:
    """Yield Outlook's header block in each language: alone, ruled, bold, as an original message."""
    text = Path(__file__).with_name("languages.txt").read_text(encoding="utf-8")
    values = ("{name} <{address}>", "{date}", "{to_name} <{to_address}>", "{subject}")
    for row in text.splitlines()[1:]:
        language, *labels, date, original = (cell.strip() for cell in row.split("|"))
        told = [value.replace("{date}", date) for value in values]
        block = _block(labels, told)
        yield Form(f"outlook-{language}", block)
        yield Form(f"outlook-{language}-ruled", f"{'_' * 32}\n{block}")
        yield Form(f"outlook-{language}-original", f"-----{original}-----\n{block}")
        yield Form(f"outlook-{language}-bold", _block([f"*{label}*" for label in labels], told))


def _block(labels: list[str], values: list[str]) -> str:
    lines = [f"{label} {value}\n" for label, value in zip(labels, values, strict=True)]
    return "".join([*lines, "\n"])
