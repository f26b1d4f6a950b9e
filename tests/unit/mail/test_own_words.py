"""Where the sender's own words end."""

import pytest

from licensing.mail.reading.html_text import seen_text
from licensing.mail.reading.own_words import OwnWords, own_words
from tests.unit.mail.threads.threads import SENDERS, generate

NAMES = frozenset({"dana", "reyes"})
ASKED = "Please add 2 assistant licenses."
OTHERS = "Please add 5 therapist licenses at Main Street."


def own(text: str) -> OwnWords:
    """Return Dana's own words in a plain text."""
    return own_words(text.split("\n"), NAMES, wrapped=True)


STRONG = [
    "From: Pat Cole <pat@x.example>\nTo: Dana Reyes <dana@x.example>",
    "From: Pat Cole\nSent: Monday",
    "From: Pat Cole <pat@x.example>",
    "11/24/26, 10:15 AM - Pat Cole: we need some more of them soon",
    # Chinese, Icelandic, Norwegian, Danish
    "发件人\uff1a Pat Cole <pat@x.example>\n发送时间\uff1a 2026年11月24日 10:15",
    "Hverjum: Pat Cole <pat@x.example>\nHvenær: 24. nóvember 2026 10:15",
    "Sender ukjent: Pat Cole\nTidspunkt: 24. november 2026 10:15\nGjelder: Staffing",
    "Fra:    Pat Cole/Lakeside\n\nTil:    Dana Reyes\n\nDato:   24-11-2026 10:15",
    "*From:* Pat Cole <pat@x.example>\n*Subject:* Staffing",
    "________________________________\nVan: Pat Cole <pat@x.example>\nOnderwerp: Staffing",
    "-----Original Message-----", "---- Original ----", "-------- Eredeti üzenet --------",
    "Begin forwarded message:", "Quoting Pat Cole <pat@x.example>:", "Pat Cole wrote:",
    "On Tue, Nov 24, 2026 at 10:15 AM Pat Cole\n<pat@x.example> wrote:",
    "Pat Cole <pat@x.example> 於 2026年11月24日 週二 上午10:15寫道\uff1a",
    "24.11.2026 10:15, Pat Cole <pat@x.example>:",
    "[11/24 10:15 AM] Pat Cole", "[11/24/26, 10:15:33 AM] Pat Cole: Hello",
    "Pat Cole\n11/24/2026 10:15 AM", "-----Pat Cole/US wrote: -----",
]  # fmt: skip
SIGNED = ["", "Dana\n\n", "-- \nDana Reyes\nClinic Director\n\n", "Thanks, Dana\n\n"]


@pytest.mark.parametrize("signature", SIGNED)
@pytest.mark.parametrize("boundary", STRONG)
def test_nothing_below_another_persons_header_is_left(boundary: str, signature: str) -> None:
    """In whatever language it is, and whatever stands above it."""
    words = own(f"{ASKED}\n\n{signature}{boundary}\n\n{OTHERS}\n\nPat Cole")
    assert words.text in (ASKED, f"{ASKED}\n\nThanks")
    assert (words.after, words.quoted, words.scattered) == ("", True, False)


@pytest.mark.parametrize(
    "boundary",
    ["Dana", "dana reyes, PT, DPT", "-- ", "--", "---", "____________", "* * *",
     "Thanks, Dana", "xo Dana", "- D.", "Sent from my iPhone", "Get Outlook for iOS", "Hi Dana,"],
)  # fmt: skip
def test_below_a_name_or_a_rule_words_are_nobodys(boundary: str) -> None:
    """They may be a second thought or another's mail: neither dropped nor taken."""
    words = own(f"{ASKED}\n\n{boundary}\n\n{OTHERS}")
    assert ASKED in words.text
    assert OTHERS not in words.text
    assert OTHERS in words.after


@pytest.mark.parametrize("boundary", ["-- ", "---", "________________________________"])
def test_words_below_a_rule_with_nothing_above_are_nobodys(boundary: str) -> None:
    """Nobody can tell who drew the rule."""
    words = own(f"{boundary}\n\n{OTHERS}")
    assert (words.text, words.after) == ("", OTHERS)


SIGNATURES = [
    "Danabeth M. Reyes, PT, MS\nClinic Manager",
    "Dana Reyes, PT, DPT\nMain Street Physical Therapy | Lakeside Rehab\nO 555-014-2200",
    "Dana\n\nDana Reyes | 1200 Main St Suite 4 | 555-014-2200 | fax 555-014-2201",
    "Dana Reyes\nshe/her\nMon - Fri 8:00 - 17:00\nMesa, AZ 85201\nwww.mainstreet.example",
    (
        "Dana\n\nCONFIDENTIALITY NOTICE: This e-mail may contain privileged information. If you"
        " are not\nthe intended recipient, please delete it and notify the sender."
    ),
    (
        "--\nThis message is intended solely for the addressee. If you received it in error\n"
        "please remove it from your system and cancel any copies."
    ),
]


@pytest.mark.parametrize("signature", SIGNATURES)
def test_what_signatures_consist_of_is_dropped(signature: str) -> None:
    """Names, credentials, titles, addresses, hours and disclaimers say nothing."""
    words = own(f"{ASKED}\n\n{signature}")
    assert (words.text, words.after) == (ASKED, "")


@pytest.mark.parametrize(
    "line", ["P.S. make it three", "Hold off until Monday", "please cancel", "only if it is free"]
)
def test_a_second_thought_below_the_name_is_kept(line: str) -> None:
    """So that somebody can be asked about it."""
    assert own(f"{ASKED}\n\nDana Reyes\nClinic Director\n\n{line}").after == line


WHOLE = [
    (
        "PURCHASE REQUEST          Lakeside Rehab\n----------------------------------------\n"
        "Line 1   Therapist license   qty 2\nNotes    send an invoice"
    ),
    "Please add:\n\nType        Number\n----------  ------\nTherapist        2",
    "Re: Main Street annex\n\nPlease add:\n\n   Therapist ............ 10",
    "Clinic: Lakeside\nRequested by: Dana Reyes\nQuantity: 2\nDate: 11/24/2026",
    "For our records:\n* Main Street\n* Lakeside\n\n| PT | 2 |\n| OT | 1 |",
    "We are open at 10:15 on Monday. Call me on 11/24 at 9:00.",
    "=== Main Street ===\nadd 2 PT\n=== Lakeside ===\nadd 1 OT",
    "Please move one:\n1. from Lakeside\n2. to Main Street",
]


@pytest.mark.parametrize("text", WHOLE)
def test_forms_tables_and_headings_of_the_senders_own_are_kept(text: str) -> None:
    """A rule under a title is none between two mails."""
    assert own(text) == OwnWords(text, "", scattered=False, quoted=False)


def test_what_follows_an_address_within_a_form_is_not_dropped() -> None:
    """It may be the sender's, and take the request back."""
    form = "Clinic: Lakeside\nAdd: 2 PT\nContact person: Ann Lee <ann@x.example>\nWhen: in May"
    assert own(form).after.endswith("When: in May")


def test_a_phones_line_at_the_top_parts_nothing() -> None:
    """The words below it are the sender's."""
    assert own(f"Sent from my iPhone\n\n{ASKED}").text == ASKED


def test_the_parties_of_a_memo_are_left_out() -> None:
    """A memo's head is no header block of another's mail."""
    words = own(f"To: License Desk\nFrom: Dana Reyes\nRe: annex\n\n{ASKED}\n\nDana")
    assert words.text == f"Re: annex\n\n{ASKED}"


def test_answers_between_quoted_lines_are_scattered() -> None:
    """What they mean depends on the lines above them."""
    words = own("> How many?\n3\n\n> Which type?\nPT\n\nDana")
    assert (words.text, words.scattered, words.quoted) == ("3\n\nPT", True, True)
    assert not own(f"{ASKED}\n\n> {OTHERS}\n\nDana Reyes").scattered


def test_the_end_of_a_quoted_line_is_not_the_senders() -> None:
    """Mail programs break quoted lines without marking the rest."""
    quoted = "> Please remove one front office license and add five more therapist\nlicenses now"
    words = own(f"Thanks!\n\n{quoted}\n> Pat")
    assert (words.text, words.after) == ("Thanks!", "licenses now")


def test_lines_that_a_mail_program_broke_are_joined() -> None:
    """Lines that their writer ended stay apart."""
    long = "Please add two more physical therapist licenses to our account for"
    assert own(f"{long}\nthe clinic.\nadd 1 OT\nadd 1 PTA").text == (
        f"{long} the clinic.\nadd 1 OT\nadd 1 PTA"
    )


def _bare(text: str) -> str:
    return " ".join(text.split())


def test_no_thread_passes_others_words_off_as_the_senders() -> None:
    """Each way of quoting and each signature: the sender's words whole, of the others none."""
    wrong = []
    # Each way has 17, so that it meets other signatures than the way before it.
    threads = generate()[::3]
    for thread in threads:
        mine = _bare(thread.own)
        foreign = [
            line
            for line in map(_bare, thread.others.split("\n"))
            if "licenses" in line and line not in mine
        ]
        names = frozenset(SENDERS[thread.sender].full.lower().split())
        found = []
        if thread.text is not None:
            found.append(own_words(thread.text.split("\n"), names, wrapped=True))
        if thread.html is not None:
            found.append(own_words(seen_text(thread.html).lines, names, wrapped=False))
        for words in found:
            text = _bare(words.text)
            lost = thread.label != "any-but-quoted" and mine not in text
            if lost or any(line in text for line in foreign):
                wrong.append(thread.why)
    assert wrong == []
    assert len(threads) >= 1_400
