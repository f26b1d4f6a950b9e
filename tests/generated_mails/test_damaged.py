"""Broken mail of every kind: whatever arrives, understanding it raises nothing."""

import random
from pathlib import Path

from tests.unit.mail.senders import Delivery

MAILS = 1_500
SAMPLES = Path(__file__).parents[1] / "mail_samples"
FRAGMENTS = [
    b"--", b"\r\n\r\n", b"=?utf-8?b?!!!!?=", b'charset="unicode_escape"', b"charset*=xx''%ff",
    b'Content-Type: multipart/mixed; boundary=""\r\n', b"<![x[", b'<div style="', b"\x00",
    b"\xff\xfe", b"=\r\n", b"From: a@b.example\r\n", b"> ", b"On 1 wrote:", b'"', b"<", b";",
    b"Message-ID: <[x]>\r\n", b"Content-Transfer-Encoding: base64\r\n", b"name*0*=a", b"\r",
    b"<blockquote>", b"-- ", b"\xe2\x80\xae",
]  # fmt: skip


def broken(rng: random.Random, raw: bytes) -> bytes:
    """Return a mail with bytes inserted, cut, changed and repeated."""
    data = bytearray(raw)
    for _ in range(rng.randint(1, 12)):
        at, how = rng.randrange(len(data) + 1), rng.random()
        if how < 0.5:
            data[at:at] = rng.choice(FRAGMENTS) * rng.choice([1, 1, 1, 3])
        elif how < 0.7:
            del data[at : at + rng.randint(1, 60)]
        elif how < 0.85 and at < len(data):
            data[at] = rng.randrange(256)
        else:
            start = rng.randrange(len(data) + 1)
            data[at:at] = data[start : start + rng.randint(1, 200)]
    return bytes(data)


def test_no_broken_mail_raises() -> None:
    """Fifteen hundred damaged sample mails all come to an outcome."""
    rng = random.Random(7)  # noqa: S311 - a repeatable choice
    samples = [path.read_bytes() for path in sorted(SAMPLES.glob("*.eml"))]
    verdicts = {Delivery(broken(rng, rng.choice(samples))).outcome().verdict for _ in range(MAILS)}
    assert verdicts >= {"apply", "propose", "ask", "none", "ignore"}
