"""When two deliveries are the same mail."""

from licensing.mail.reading.headers import header_fields
from licensing.mail.reading.identity import claim_key, words_key
from licensing.mail.reading.read_mail import read_mail
from tests.unit.mail.senders import DANA, PAT, SENT, ordinary_head, raw_mail

REQUEST = "Please add 2 PT licenses at Lakeside."


def words_of(body: str = REQUEST, sender: str = DANA, **head: str | None) -> str:
    """Return the key of a mail's words."""
    raw = raw_mail(ordinary_head(**head), body)
    return words_key(sender, header_fields(raw), read_mail(raw))


def test_another_message_id_does_not_make_another_mail() -> None:
    """Whoever repeats a signed mail may choose it; the moment and the words are signed."""
    again = "<2@mainstreetpt.example>"
    assert words_of() == words_of(Message_ID=again) == words_of(f"{REQUEST}\r\n\r\nDana Reyes")
    raws = [raw_mail(ordinary_head(Message_ID=value), REQUEST) for value in (None, again)]
    assert claim_key(DANA, raws[0]) != claim_key(DANA, raws[1])


def test_another_moment_sender_or_wording_makes_another_mail() -> None:
    """The same words may be meant again the next day."""
    others = {
        words_of(),
        words_of(Date=SENT.replace("08:12", "08:13")),
        words_of(REQUEST.replace("2", "3")),
        words_of(Subject="more licenses"),
        words_of(sender=PAT),
    }
    assert len(others) == 5


def test_a_mail_without_an_id_is_known_by_what_ses_did_not_add() -> None:
    """SES puts other headers on top at each delivery."""
    raw = raw_mail(ordinary_head(Message_ID=None), REQUEST)
    traced = b"Return-Path: <a@b.example>\r\nReceived: from x\r\n by y\r\n" + raw
    assert claim_key(DANA, raw) == claim_key(DANA, traced) != claim_key(DANA, raw + b"!")
