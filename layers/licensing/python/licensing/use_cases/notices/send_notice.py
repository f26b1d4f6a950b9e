"""Sending a notice to those whom it concerns and who want its kind, each at most once."""

from dataclasses import replace
from datetime import datetime

from licensing.domain.changes import Change, Insert, Replace
from licensing.domain.clinic_mails import ClinicMail
from licensing.domain.ids import new_id
from licensing.domain.keys import USER, clinic_key, notice_key
from licensing.domain.notices import Kind, Notice, wants
from licensing.domain.outgoing import Outgoing
from licensing.letters import written
from licensing.use_cases.committing import until_committed
from licensing.use_cases.letters.email_delivery import deliver_notice
from licensing.use_cases.notices.due_notices import write_few_left
from licensing.use_cases.notices.say_notice import say
from licensing.use_cases.ports import Postbox, Store

_MOST_LETTERS = 20
"""All are in the notice's item, which each one's sending replaces; others go by further notices."""


def send_notice(
    store: Store, postbox: Postbox, clinic_id: str, cause: str, *, page: str, now: datetime
) -> str:
    """Return ``sent``, or ``not_found``; a repeat sends only what surely was not sent.

    The cause ``few_left`` alone stands for what waits in the clinic's record: it is written as
    the day's notice, whose own sending the stream starts.
    Raises DeliveryRefusedError where a letter surely did not go out.
    """
    if cause == Kind.FEW_LEFT:
        return write_few_left(store, clinic_id, now=now)
    notice = _with_letters(store, clinic_id, cause, page, now)
    if notice is None:
        return "not_found"
    deliver_notice(store, postbox, notice, now=now)
    return "sent"


@until_committed
def _with_letters(
    store: Store, clinic_id: str, cause: str, page: str, now: datetime
) -> Notice | None:
    """Return the notice with one letter for each recipient, written once."""
    clinic, notice = store.load(clinic_key(clinic_id), notice_key(clinic_id, cause))
    if clinic is None or notice is None or notice.letters is not None:
        return notice
    said = notice.said or say(store, clinic, notice, now)
    letters: tuple[Outgoing, ...] = ()
    others: list[Change] = []
    if said is not None:
        addresses = notice.addresses or tuple(
            user.email
            for user in store.all(clinic_id, USER)
            if user.takes_part_by_mail and wants(user.notices, notice.kind)
        )
        letter = written(said, page)
        first = addresses[:_MOST_LETTERS]
        letters = tuple(Outgoing((to,), letter, {}, uncounted=True) for to in first)
        for start in range(_MOST_LETTERS, len(addresses), _MOST_LETTERS):
            some = addresses[start : start + _MOST_LETTERS]
            other = replace(notice, cause=f"{cause}_{start}", said=said, addresses=some)
            others.append(Insert(other))
    after = replace(notice, said=None, addresses=(), letters=letters)
    changes: list[Change] = [Replace(notice, after), *others]
    if letters:
        changes.append(Insert(ClinicMail(clinic_id, new_id(now), cause=cause)))
    store.commit(changes)
    return replace(after, version=notice.version + 1)
