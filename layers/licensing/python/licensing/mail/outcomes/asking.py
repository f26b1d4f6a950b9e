"""Whether a sentence asks for licenses, by the examples of sentences that do and that do not.

The rules find which licenses a verb is about. Whether that is said to have it done is judged by
lexicon/adds.txt, releases.txt and asks_nothing.txt: they tell plain requests in words that no rule
knows from wishes, reports and plans in words of a request.
"""

from typing import Final

from licensing.domain.adjustments import Action
from licensing.mail.outcomes.survey import Survey
from licensing.mail.remarks.examples import asks, releases, weight, words_in
from licensing.mail.requests.asked import Entry

_PLAIN: Final = 0.4
"""From here on the words of a sentence ask for licenses."""
_HARDLY: Final = -1.0
"""Below it they ask for none, unless those of the clause alone do: "... since both left"."""
_POLITE: Final = frozenset({"can", "could", "may", "might", "mind", "will", "would"})
"""A question with one of these may be an order: "would you put two more on?"."""
_UNSURE: Final = frozenset({"probably", "perhaps", "maybe", "possibly", "might", "than"})


def asks_plainly(found: Survey, entry: Entry) -> bool:
    """Return whether a sentence asks for what its verb does, in words that no rule knows."""
    item = entry.item
    if entry.guessed and (item.change or not (item.says_more and item.says_license)):
        return False  # "billing license 1 pls"
    sentence = found.sentence(entry.sentence)
    words = words_in(sentence)
    if _UNSURE & set(words):
        return False  # "one front desk license could probably go"
    if sentence[0].question and not _POLITE & set(words):
        return False  # "please release one therapist license, Ann retired?"
    way = releases(words) if entry.action is Action.REMOVE else -releases(words)
    named = {"License", "Type"} <= set(words)
    return named and asks(words) >= _PLAIN and way > 0 and weight(words) < 0


def asks_hardly(found: Survey, entry: Entry) -> bool:
    """Return whether a sentence asks for nothing, whatever its verb."""
    words = words_in(found.sentence(entry.sentence))
    alone = words_in([found.said[entry.at]])
    return "Type" in words and asks(words) < _HARDLY and asks(alone) < 0
