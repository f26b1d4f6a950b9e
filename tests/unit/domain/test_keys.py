"""Under which key each record lies: what is stored is found under it for ever."""

from datetime import date
from typing import Any

from licensing.domain import keys
from licensing.domain.keys import Key

NIGHT = date(2026, 4, 16)


def test_a_record_is_found_under_its_key() -> None:
    """What stands beside each key is what it is in the table."""
    every: dict[Key[Any], tuple[str, str]] = {
        keys.clinic_key("c"): ("CLINIC#c", "CLINIC"),
        keys.USER.key("c", "u"): ("CLINIC#c", "USER#u"),
        keys.ADJUSTMENT.key("c", "a"): ("CLINIC#c", "ADJUSTMENT#a"),
        keys.invoice_key("c", "2026-05"): ("CLINIC#c", "INVOICE#2026-05"),
        keys.invoice_line_key("c", "2026-05", "a#1"): ("CLINIC#c", "INVOICE#2026-05#LINE#a#1"),
        keys.HISTORY.key("c", "h"): ("CLINIC#c", "HISTORY#h"),
        keys.REQUEST.key("c", "d"): ("CLINIC#c", "REQUEST#d"),
        keys.address_key("ana@c.example"): ("SENDER#ana@c.example", "ADDRESS"),
        keys.mail_key("d"): ("MAIL#d", "MAIL"),
        keys.words_key("d"): ("WORDS#d", "WORDS"),
        keys.reply_key("d"): ("REPLY#d", "REPLY"),
        keys.notice_key("c", "renewal"): ("NOTICE#c#renewal", "NOTICE"),
        keys.MAILED.key("c", "m"): ("CLINIC#c", "MAILED#m"),
        keys.TOKEN.key("c", "t"): ("CLINIC#c", "TOKEN#t"),
        keys.ERASURE.key("c", "u"): ("CLINIC#c", "ERASURE#u"),
        keys.invitations_key("c"): ("CLINIC#c", "INVITATIONS"),
        keys.clinic_word_key("main", "c"): ("NAMES#m", "NAME#main#c"),
        keys.finding_key(NIGHT, "c", "I3", "F"): ("RECONCILIATION#2026-04-16", "FINDING#c#I3#F"),
        keys.repair_key(NIGHT, "c", "a"): ("RECONCILIATION#2026-04-16", "REPAIR#c#a"),
        keys.report_key(NIGHT): ("RECONCILIATIONS", "REPORT#2026-04-16"),
    }
    assert [tuple(key) for key in every] == [*every.values()]


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
