"""Under which key each record lies: what is stored is found under it for ever."""

from datetime import date
from typing import Any

from licensing.domain import keys
from licensing.domain.keys import Key

NIGHT = date(2026, 4, 16)


def test_a_record_is_found_under_its_key() -> None:
    night = "RECONCILIATION#2026-04-16"

    assert [tuple(key) for key in every_key()] == [
        ("CLINIC#c", "CLINIC"),
        ("CLINIC#c", "USER#u"),
        ("CLINIC#c", "ADJUSTMENT#a"),
        ("CLINIC#c", "INVOICE#2026-05"),
        ("CLINIC#c", "INVOICE#2026-05#LINE#a#1"),
        ("CLINIC#c", "HISTORY#h"),
        ("CLINIC#c", "REQUEST#d"),
        ("SENDER#ana@c.example", "ADDRESS"),
        ("MAIL#d", "MAIL"),
        ("WORDS#d", "WORDS"),
        ("REPLY#d", "REPLY"),
        ("NOTICE#c#renewal", "NOTICE"),
        ("CLINIC#c", "MAILED#m"),
        ("CLINIC#c", "TOKEN#t"),
        ("CLINIC#c", "ERASURE#u"),
        ("CLINIC#c", "INVITATIONS"),
        ("NAMES#m", "NAME#main#c"),
        (night, "FINDING#c#I3#2026-05"),
        (night, "REPAIR#c#a"),
        ("RECONCILIATIONS", "REPORT#2026-04-16"),
    ]


def every_key() -> list[Key[Any]]:
    """Return a key of each kind of record."""
    return [
        keys.clinic_key("c"),
        keys.user_key("c", "u"),
        keys.adjustment_key("c", "a"),
        keys.invoice_key("c", "2026-05"),
        keys.invoice_line_key("c", "2026-05", "a#1"),
        keys.history_key("c", "h"),
        keys.request_key("c", "d"),
        keys.address_key("ana@c.example"),
        keys.mail_key("d"),
        keys.words_key("d"),
        keys.reply_key("d"),
        keys.notice_key("c", "renewal"),
        keys.clinic_mail_key("c", "m"),
        keys.token_key("c", "t"),
        keys.erasure_key("c", "u"),
        keys.invitations_key("c"),
        keys.clinic_word_key("main", "c"),
        keys.finding_key(NIGHT, "c", "I3", "2026-05"),
        keys.repair_key(NIGHT, "c", "a"),
        keys.report_key(NIGHT),
    ]


def test_an_invoice_lies_before_its_lines() -> None:
    line = keys.invoice_line_key("c", "2026-05", "a#1")

    assert keys.invoice_key("c", "2026-05") < line
    assert line.sort.startswith(keys.invoice_lines("2026-05"))


def test_the_lines_of_one_adjustment_lie_together() -> None:
    of_a = keys.invoice_lines("2026-05", "a")
    ids = ("a#1", "a#2", "b#1")

    lines = [keys.invoice_line_key("c", "2026-05", line_id) for line_id in ids]

    assert [line.sort.startswith(of_a) for line in lines] == [True, True, False]


def test_what_begins_alike_is_found_by_its_beginning() -> None:
    assert keys.clinic_word_key("main", "c").sort.startswith(keys.clinic_words("ma"))
    finding = keys.finding_key(NIGHT, "c", "I3", "2026-05")
    assert finding.sort.startswith(keys.clinic_findings("c"))
    assert not finding.sort.startswith(keys.clinic_findings("cc"))
