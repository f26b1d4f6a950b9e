"""Mails in the words of managers, each through the whole function from fresh state."""

import json
from collections import Counter
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP, default
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from tests.functions.conftest import CLINIC, OTHER_CLINIC, register
from tests.functions.mailing import DANA, PAT, REQUESTS, arrive
from tests.product import Product
from tests.unit.mail.senders import summed

OWN = Path(__file__).parents[1] / "mail_phrases"
SENDERS = {"dana": f"Dana Reyes <{DANA}>", "pat": f"Pat Cole <{PAT}>"}
LICENSES, IN_USE = 20, 10

APPLIED_AT_LEAST = 0.85
"""Of what a careful clerk does at once, how much is done at once."""
RIGHT_AT_LEAST = 0.97
"""Of that, how much is done or proposed."""
PROPOSED_AT_LEAST = 0.90
"""Of what a clerk would propose, how much is proposed, with the right lines."""
GUESSED_AT_MOST = 0.10
"""Of what lacks something or asks for nothing, how much gets a proposal."""

OUTCOMES = {"none": "none", "ignore": "ignored", "undo": "applied"}


@pytest.fixture(scope="module")
def start(product: Product) -> Any:
    """Both demo clinics with 20 licenses of each type, half of them in use."""
    dana, pat = ("Dana Reyes", DANA), ("Pat Cole", PAT)
    with product.active():
        for clinic, managers in ((CLINIC, [dana]), (OTHER_CLINIC, [dana, pat])):
            register(product, clinic, managers, purchased=LICENSES)
            fill(product, clinic)
        return product.snapshot()


@pytest.fixture(scope="module")
def product() -> Product:
    """The whole product in this process."""
    return Product.open()


def fill(product: Product, clinic: str) -> None:
    """Give half of the licenses of each type to users."""
    rows = ["name,email,license_type,active,permissions"]
    for license in product.status(clinic)["licenses"]:
        kind = license["license_type"]
        rows += [
            f"User {kind} {number},{kind}.{number}@{clinic}.example,{kind},true,"
            for number in range(license["in_use"], IN_USE)
        ]
    answer = product.call("import_users", clinic=clinic, raw_body="\r\n".join(rows))
    assert answer.status == 200, answer.text


def deliver(product: Product, phrase: dict[str, Any]) -> dict[str, Any]:
    """Hand the mail over as SES does; return its outcome, its lines and the answer."""
    mail = EmailMessage(SMTP)
    mail["From"] = SENDERS[phrase["sender"]]
    mail["To"] = REQUESTS
    mail["Subject"] = phrase["subject"]
    mail["Date"] = product.clock.now
    mail["Message-ID"] = f"<{phrase['id']}@mail.example>"
    mail.set_content(phrase["text"])
    address = SENDERS[phrase["sender"]].partition("<")[2].rstrip(">")
    at = product.clock.now
    answer = arrive(product, mail.as_bytes(), sender=address, to=REQUESTS, at=at)
    replies = [sent for sent in product.cloud.outbox if sent.recipients == (address,)]
    return {
        "outcome": outcome_of(answer),
        "lines": [
            {"clinic": answer["clinic"], **line}
            for line in answer["lines"] or answer.get("proposal", ())
        ],
        "reply": "\n".join(text_of(sent.raw) for sent in replies),
    }


def outcome_of(answer: dict[str, Any]) -> str:
    """Return what became of a mail, in the words of the labels."""
    if answer["intent"] == "ask_back":
        return "proposed" if "proposal" in answer else "asked"
    return OUTCOMES.get(answer["intent"], "applied")


def text_of(raw: bytes) -> str:
    """Return a sent mail's plain text."""
    body = message_from_bytes(raw, policy=default).get_body(("plain",))
    return "" if body is None else str(body.get_content())


def judge(phrases: list[dict[str, Any]], results: dict[str, Any]) -> tuple[list[str], Counter[str]]:
    """Return the changes that were wrong, and counts by label and outcome."""
    wrong: list[str] = []
    counts: Counter[str] = Counter()
    for phrase in phrases:
        if "label" not in phrase:
            continue
        label, result = phrase["label"], results[phrase["id"]]
        right = summed(result["lines"]) == summed(phrase["lines"])
        counts[label] += 1
        counts[f"{label} {result['outcome']}{' right' if right else ''}"] += 1
        if result["outcome"] == "applied" and not (label == "act" and right):
            wrong.append(f"{phrase['id']} ({label}): {result['lines']}")
    return wrong, counts


def shortfalls(counts: Counter[str]) -> list[str]:
    """Return what falls short of the goals."""
    applied = counts["act applied right"]
    proposed = counts["act proposed right"]
    found = []
    if applied < APPLIED_AT_LEAST * counts["act"]:
        found.append(f"of {counts['act']} to do at once, {applied} were")
    if applied + proposed < RIGHT_AT_LEAST * counts["act"]:
        found.append(f"of {counts['act']} to do, {applied + proposed} were done or proposed")
    right = counts["propose proposed right"]
    if right < PROPOSED_AT_LEAST * counts["propose"]:
        found.append(f"of {counts['propose']} to propose, {right} were")
    for label in ("ask", "none"):
        guessed = counts[f"{label} proposed"] + counts[f"{label} proposed right"]
        if guessed > GUESSED_AT_MOST * counts[label]:
            found.append(f"of {counts[label]} labelled {label}, {guessed} got a proposal")
    return found


Phrases = list[dict[str, Any]]


@pytest.fixture
def files(pytestconfig: pytest.Config) -> dict[str, Phrases]:
    """The mails of the file that was asked for, or the project's own, by the file's name."""
    given = pytestconfig.getoption("--mail-phrases")
    paths = [Path(given)] if given else [OWN / "phrases.json", OWN / "threads.json"]
    return {path.name: json.loads(path.read_text(encoding="utf-8")) for path in paths}


def test_mail_phrases_come_out_as_a_careful_clerk_would_have_them(
    product: Product, start: Any, files: dict[str, Phrases], mail_results: Path | None
) -> None:
    """No wrong change, and few questions that nobody would ask; of threads, no wrong change."""
    results: dict[str, Any] = {}
    with product.active():
        for phrase in chain.from_iterable(files.values()):
            product.restore(start)
            results[phrase["id"]] = deliver(product, phrase)
    if mail_results is not None:
        mail_results.write_text(json.dumps(results, indent=1, ensure_ascii=False) + "\n")
    for name, phrases in files.items():
        wrong, counts = judge(phrases, results)
        short = [] if name.startswith("threads") else shortfalls(counts)
        assert (wrong, short) == ([], []), dict(sorted(counts.items()))
