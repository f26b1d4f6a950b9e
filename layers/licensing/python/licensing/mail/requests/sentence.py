"""What a clause's requests take from its other words, and from the clauses before them."""

from collections.abc import Sequence
from dataclasses import replace

from licensing.mail.language.clauses import Clause, has_finite
from licensing.mail.language.license_grammar import Item
from licensing.mail.requests.asked import Found, Request
from licensing.mail.requests.verbs import Mood


def under_heading(requests: list[Request], before: Sequence[Found]) -> list[Request]:
    """A verb earlier in the sentence says more than "please" beside the licenses."""
    ruled = [(r.action, r.mood) for f in before for r in f.requests if not r.guessed]
    heading = next((f.heading for f in reversed(before) if f.heading), None)
    action, mood = heading or next((r for r in reversed(ruled) if r[0]), (None, Mood.MENTIONED))
    if action is None and before:
        # What "please" alone asks for may be in detail what was asked: "two licenses: one PT".
        asked = any(found.asks for found in before)
        return [_mentioned(r) if r.guessed and _is_bare(r.item, asked) else r for r in requests]
    if action is None:
        return requests
    return [
        replace(r, action=action, mood=mood) if r.guessed and r.item.sign == 0 else r
        for r in requests
    ]


def _is_bare(item: Item, asked: bool) -> bool:
    return item.quantity is None or (asked and not item.says_license)


def _mentioned(request: Request) -> Request:
    return Request(request.item, None, Mood.MENTIONED)


def of_whom(requests: list[Request]) -> list[Request]:
    """Give a license the type of those whom it is for: "our SLP team needs two licenses"."""
    bare = [r for r in requests if r.action and r.item.says_license and r.item.doubt is None]
    whom = [r for r in requests if r.action is None and r.item.license_type]
    if not (len(bare) == len(whom) == 1 and len(requests) == 2) or bare[0].item.license_type:
        return requests
    kind = whom[0].item
    item = replace(bare[0].item, license_type=kind.license_type, named=kind.named)
    return [replace(bare[0], item=item, mood=min(bare[0].mood, Mood.ANNOUNCED))]


def inherited(
    clause: Clause, requests: Sequence[Request], before: Sequence[Found]
) -> list[Request]:
    """Licenses in a list go with the verb before them, in the same sentence."""
    licensed = any(request.item.says_license for request in requests)
    told = not licensed and has_finite(clause.tokens)  # "pretty sure he's a PTA"
    people = all(is_person(request.item) for request in requests)
    if clause.opening not in ("", "label") or people or told:
        return list(requests)
    for earlier in reversed(before):
        ruling = next((r for r in reversed(earlier.requests) if r.action is not None), None)
        if earlier.heading is not None:
            ruling = Request(Item(), *earlier.heading)
        if ruling is not None:
            return [replace(ruling, item=r.item, doubt=r.doubt or ruling.doubt) for r in requests]
    return list(requests)


def is_person(item: Item) -> bool:
    """Whether a type is named alone, which somebody may be."""
    return not item.says_license and item.quantity is None and item.doubt is None
