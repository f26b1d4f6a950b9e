"""The examples that say which sentences may undo a request."""

from licensing.mail import lexicon
from licensing.mail.remarks.examples import STOPS, examples, learn, weigh, weight

PLACEHOLDERS = {"Name", "Number", "Type", "License", "Clinic", "Day", "Month"}


def test_an_example_is_fine_or_stops_a_request() -> None:
    """Not both; nor does one stand twice, or out of order."""
    fine, stop = lexicon.lines("fine"), lexicon.lines("stop")
    assert not set(fine) & set(stop)
    assert fine == sorted(set(fine))
    assert stop == sorted(set(stop))


def test_examples_name_nobody() -> None:
    """All that begins with a capital stands for something."""
    words = {word for example in examples() for word in example.split()}
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
    assert alarms < 0.08 * (len(examples()) - sum(examples().values()))


def test_words_that_nobody_ever_said_weigh_nothing() -> None:
    """They speak neither for a request nor against it."""
    assert weight(["zyxxy", "quuxor"]) == 0
