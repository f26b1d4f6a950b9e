"""The examples that say which sentences may undo a request."""

from licensing.mail import lexicon
from licensing.mail.remarks.examples import STOPS, examples, learn, weigh, weight

MAILS = ("adds", "releases", "asks_nothing")
PLACEHOLDERS = {"Name", "Number", "Type", "License", "Clinic", "Day", "Month"}


def test_an_example_is_fine_or_stops_a_request() -> None:
    """Nor does one stand twice, or out of order; a doubtful one may tell why a license goes."""
    files = [lexicon.lines(file) for file in ("fine", "told", "stop", "unclear")]
    assert not set(files[0]) & {*files[1], *files[2]}
    assert not set(files[1]) & set(files[3])
    assert all(lines == sorted(set(lines)) for lines in files)


def test_a_mail_is_an_example_of_one_wish_only() -> None:
    """For more licenses, for fewer, or for none of both."""
    files = [lexicon.lines(name) for name in MAILS]
    assert all(lines == sorted(lines) for lines in files)
    assert len(set().union(*files)) == sum(map(len, files))


def test_examples_name_nobody() -> None:
    """All that begins with a capital stands for something."""
    mails = [line for name in (*MAILS, "unclear") for line in lexicon.lines(name)]
    words = {word for example in (*examples(), *mails) for word in example.split()}
    assert {word for word in words if word[0].isupper()} == PLACEHOLDERS


def heard_by_the_others(every: dict[str, bool], limit: float) -> tuple[float, float]:
    """Judge each tenth by the others: the shares of the true and of the false that weigh so."""
    shares = []
    for part in (dict(list(every.items())[i::10]) for i in range(10)):
        learned = learn({each: true for each, true in every.items() if each not in part})
        shares += [(true, weigh(each.split(), learned) >= limit) for each, true in part.items()]
    heard, alarms = ([weighs for true, weighs in shares if true is kind] for kind in (True, False))
    return sum(heard) / len(heard), sum(alarms) / len(alarms)


def test_examples_judge_what_is_none_of_them() -> None:
    """Most that stop a request are heard, few fine ones are."""
    heard, alarms = heard_by_the_others(examples(), STOPS)
    assert heard > 0.6
    assert alarms < 0.085


def test_examples_tell_a_reason_from_small_talk() -> None:
    """Most reasons are known, little else is taken for one."""
    asking = {"License", "remove"}
    talk = (each for each in lexicon.lines("fine") if not asking & set(each.split()))
    reasons = dict.fromkeys(lexicon.lines("told"), True)
    known, taken = heard_by_the_others({**dict.fromkeys(talk, False), **reasons}, 0.6)
    assert known > 0.8
    assert taken < 0.07


def test_examples_tell_a_complaint_from_a_reason() -> None:
    """Most of what has to be looked at is heard, and few good reasons are taken for it."""
    good = dict.fromkeys(lexicon.lines("told"), False)
    heard, alarms = heard_by_the_others(
        {**good, **dict.fromkeys(lexicon.lines("unclear"), True)}, 1
    )
    assert heard > 0.75
    assert alarms < 0.07


def test_words_that_nobody_ever_said_weigh_nothing() -> None:
    """They speak neither for a request nor against it."""
    assert weight(["zyxxy", "quuxor"]) == 0
