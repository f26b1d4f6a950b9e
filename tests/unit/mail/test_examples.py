"""The examples that say which sentences may undo a request."""

from licensing.mail import lexicon
from licensing.mail.remarks.examples import STOPS, examples, learn, weigh, weight

MAILS = ("adds", "releases", "asks_nothing")
PLACEHOLDERS = {"Name", "Number", "Type", "License", "Clinic", "Day", "Month"}


def test_an_example_is_fine_or_stops_a_request() -> None:
    """Nor does one stand twice, or out of order; a doubtful one may tell why a license goes."""
    files = [lexicon.lines(file) for file in ("fine", "told", "stop")]
    assert not set(files[0]) & {*files[1], *files[2]}
    assert all(lines == sorted(set(lines)) for lines in files)


def test_a_mail_is_an_example_of_one_wish_only() -> None:
    """For more licenses, for fewer, or for none of both."""
    files = [lexicon.lines(name) for name in MAILS]
    assert all(lines == sorted(lines) for lines in files)
    assert len(set().union(*files)) == sum(map(len, files))


def test_examples_name_nobody() -> None:
    """All that begins with a capital stands for something."""
    mails = [line for name in MAILS for line in lexicon.lines(name)]
    words = {word for example in (*examples(), *mails) for word in example.split()}
    assert {word for word in words if word[0].isupper()} == PLACEHOLDERS


def test_examples_judge_what_is_none_of_them() -> None:
    """Each tenth is judged by the others: most that stop a request are heard, few fine ones are."""
    parts = [dict(list(examples().items())[i::10]) for i in range(10)]
    heard = alarms = 0
    for part in parts:
        learned = learn({each: stops for each, stops in examples().items() if each not in part})
        weights = [(stops, weigh(each.split(), learned)) for each, stops in part.items()]
        heard += sum(stops and found >= STOPS for stops, found in weights)
        alarms += sum(not stops and found >= STOPS for stops, found in weights)
    assert heard > 0.6 * sum(examples().values())
    assert alarms < 0.085 * (len(examples()) - sum(examples().values()))


def test_examples_tell_a_reason_from_small_talk() -> None:
    """Each tenth is judged by the others: most reasons are known, little else is taken for one."""
    reasons = dict.fromkeys(lexicon.lines("told"), True)
    asking = {"License", "remove"}
    talk = (each for each in lexicon.lines("fine") if not asking & set(each.split()))
    every = list({**dict.fromkeys(talk, False), **reasons}.items())
    known = taken = 0
    for part in (dict(every[i::10]) for i in range(10)):
        learned = learn({each: tells for each, tells in every if each not in part})
        weights = [(tells, weigh(each.split(), learned)) for each, tells in part.items()]
        known += sum(tells and found >= 0.6 for tells, found in weights)
        taken += sum(not tells and found >= 0.6 for tells, found in weights)
    assert known > 0.8 * len(reasons)
    assert taken < 0.07 * (len(every) - len(reasons))


def test_words_that_nobody_ever_said_weigh_nothing() -> None:
    """They speak neither for a request nor against it."""
    assert weight(["zyxxy", "quuxor"]) == 0
