"""Replies and forwards in which others' words ask for changes: each says what may come of it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from typing import Any, Literal, cast

from tests.unit.mail.threads.forms import Form, Party, Quote, all_forms, as_html, marked, sections
from tests.unit.mail.threads.words import QUOTED_MAILS, Deck, Line, Words, all_words

Label = Literal["none", "ask", "act", "any-but-quoted"]

DANA = Party("Dana Reyes", "dana.reyes@mainstreetpt.example", "Main Street Physical Therapy")
PAT = Party("Pat Cole", "pat.cole@lakesiderehab.example", "Lakeside Rehab")
KIM = Party("Kim Ortega", "kim.ortega@mainstreetpt.example")
DESK = Party("Marcus at License Desk", "licenses@requests.clinicapp.example")
SENDERS = {"dana": DANA, "pat": PAT}
SENT = "Mon, 02 Nov 2026 08:12:41 -0500"
MARKERS = ["Re:", "RE:", "Re:", "Fwd:", "FW:", "AW:", "WG:", "RV:", "TR:", "Antw:", "回复:", "Odp:"]
SUBJECTS = ["Staffing", "November schedule", "licenses", "quick question", "Our call", ""]
STYLES = ["div", "word", "break"]
SELECTED = 320
PAGE = '<html><head><meta charset="{}"><style>p {{margin:0}}</style></head><body>{}</body></html>'


@dataclass(frozen=True)
class Thread:
    """A mail with own and others' words.

    none and ask: no change may come of it, nor may the quoted lines be proposed. act: exactly the
    lines. any-but-quoted: own words stand below or between the quoted ones; their lines may be
    applied, proposed or asked about, but nothing of the quoted. The quoted lines never have a
    clinic, type and direction in common with the own.
    """

    id: str
    sender: str
    subject: str
    label: Label
    lines: tuple[Line, ...]
    quoted: tuple[Line, ...]
    form: str
    signature: str
    why: str
    text: str | None
    html: str | None
    charset: str
    transfer: str
    own: str
    """The sender's own words, without their signature."""
    others: str
    """The words of others."""

    def raw(self) -> bytes:
        """Return the mail as it travels."""
        party = SENDERS[self.sender]
        message = EmailMessage(policy=SMTP)
        message["From"] = f"{party.full} <{party.address}>"
        message["To"] = DESK.address
        message["Subject"] = self.subject
        message["Date"] = SENT
        message["Message-ID"] = f"<{self.id}@{party.address.partition('@')[2]}>"
        message["In-Reply-To"] = message["References"] = f"<before-{self.id}@quoted.example>"
        coded: dict[str, Any] = {"charset": self.charset, "cte": self.transfer}
        if self.text is not None:
            message.set_content(self.text, **coded)
            if self.html is not None:
                message.add_alternative(self.html, subtype="html", **coded)
                message.set_boundary(f"=_{self.id}")
        elif self.html is not None:
            message.set_content(self.html, subtype="html", **coded)
        return message.as_bytes()


@cache
def generate() -> list[Thread]:
    """Return each form of quoting with each signature, and with own words below and between."""
    return list(_Writer().write())


def selection(threads: list[Thread]) -> list[Thread]:
    """Return some of the threads; each form and signature stands above a quote at least once."""
    rng = random.Random(SELECTED)  # noqa: S311 - a repeatable choice
    shuffled = rng.sample(threads, len(threads))
    above = [thread for thread in shuffled if thread.label != "any-but-quoted"]
    others = [thread for thread in shuffled if thread.label == "any-but-quoted"]
    chosen: dict[str, Thread] = {}
    for feature in ("form", "signature"):
        found = {getattr(thread, feature) for thread in chosen.values()}
        for thread in above:
            if getattr(thread, feature) not in found:
                found.add(getattr(thread, feature))
                chosen[thread.id] = thread
    for thread in [*others[: SELECTED // 6], *above]:
        if len(chosen) >= SELECTED:
            break
        chosen[thread.id] = thread
    return sorted(chosen.values(), key=lambda thread: thread.id)


class _Writer:
    """Writes threads, one after the other, the same each time."""

    def __init__(self) -> None:
        self.rng = random.Random(1)  # noqa: S311 - a repeatable choice
        self.signatures = {name: text for (name,), text in sections("signatures.txt")}
        known = all_words()
        self.decks = {
            key: Deck(self.rng, [words for words in known if (words.kind, words.sender) == key])
            for key in sorted({(words.kind, words.sender) for words in known})
        }
        self.mails = Deck(self.rng, QUOTED_MAILS)
        self.silent = Deck(self.rng, ["none", "none", "ask"])
        self.any = Deck(self.rng, ["none", "ask", "act", "act"])
        self.signed = Deck(self.rng, list(self.signatures))
        self.count = 0

    def write(self) -> Iterator[Thread]:
        for at, form in enumerate(all_forms()):
            for beside, signature in enumerate(self.signatures):
                kind = "act" if (at + beside) % 2 else self.silent.deal()
                yield self.thread(form, signature, "above", kind)
            yield self.thread(form, self.signed.deal(), "below", self.any.deal())
            place = "between" if form.mark and not form.container else "around"
            yield self.thread(form, self.signed.deal(), place, self.any.deal())

    def thread(self, form: Form, signature: str, place: str, kind: str) -> Thread:
        sender = self.rng.choice(list(SENDERS))
        own = self.decks[kind, sender].deal()
        quote, asked = self.quoted(own)
        kinds = ["html", "html", "both"] if form.container else ["text"] * 5 + ["html", "both"]
        how = "text" if place == "between" else self.rng.choice(kinds)
        signed = self.signature_of(sender, signature)
        text = None if how == "html" else _in_text(form, quote, place, own.text, signed)
        style = self.rng.choice(STYLES)
        page = None if how == "text" else _in_html(form, quote, place, own.text, signed, style)
        charset = _fitting(form.charset, f"{text}{page}")
        self.count += 1
        return Thread(
            id=f"t{self.count:04}",
            sender=sender,
            subject=f"{self.rng.choice(MARKERS)} {quote.subject}".strip(),
            label=cast(Label, kind) if place == "above" else "any-but-quoted",
            lines=own.lines,
            quoted=asked,
            form=form.name,
            signature=signature,
            why=f"{form.name} {signature} {place} {kind} {how} of {quote.author.first}",
            text=text,
            html=page and PAGE.format(charset, page),
            charset=charset,
            transfer=self.rng.choice(["quoted-printable", "base64"]),
            own=own.text,
            others=quote.body,
        )

    def quoted(self, own: Words) -> tuple[Quote, tuple[Line, ...]]:
        """Return a mail of before that asks for other changes than the own words do."""
        words = self.decks["quoted", own.sender].deal()
        while own.overlap(words):
            words = self.decks["quoted", own.sender].deal()
        party = SENDERS[own.sender]
        author = self.rng.choice([DANA, PAT, KIM])
        if "Reply YES" in words.text:
            author = DESK
        reader = DESK if author == party else party
        body = self.mails.deal().format(
            text=words.text, name=author.full, first=author.first, to=reader.first
        )
        subject = self.rng.choice(SUBJECTS)
        if own.kind != "act" and "\n" not in words.text and self.rng.random() < 0.15:
            subject = words.text
        return Quote(author, reader, subject, body), words.lines

    def signature_of(self, sender: str, name: str) -> str:
        party = SENDERS[sender]
        return self.signatures[name].format(first=party.first, full=party.full, clinic=party.clinic)


def _in_text(form: Form, quote: Quote, place: str, own: str, signed: str) -> str:
    """Return the mail's plain text."""
    own = _joined(own, signed)
    if place == "above":
        return f"{own}\n\n{form.as_text(quote)}" if own else form.as_text(quote)
    if place == "below":
        return f"{form.as_text(quote)}\n{own}\n"
    if place == "around":
        return f"Hi,\n\n{form.as_text(quote)}\n{own}\n"
    lines = quote.body.split("\n")
    middle = (len(lines) + 1) // 2
    rest = "".join(f"{marked(line, form.mark)}\n" for line in lines[middle:] or ["Thanks"])
    before = Quote(quote.author, quote.reader, quote.subject, "\n".join(lines[:middle]))
    return f"{form.as_text(before)}\n{own}\n\n{rest}"


def _in_html(form: Form, quote: Quote, place: str, own: str, signed: str, style: str) -> str:
    """Return the mail's HTML, as far as it is the body's."""
    own = _joined(own, signed)
    written = as_html(own, style) if own else ""
    if place == "above":
        return written + form.as_html(quote, style)
    greeting = as_html("Hi,\n", style) if place == "around" else ""
    return greeting + form.as_html(quote, style) + written


def _joined(own: str, signed: str) -> str:
    return "\n\n".join(part for part in (own, signed) if part)


def _fitting(charset: str, text: str) -> str:
    """Return the charset if it can write the text, else UTF-8."""
    try:
        text.encode(charset)
    except UnicodeEncodeError:
        return "utf-8"
    return charset
