"""Finding some of all clinics."""

from collections.abc import Iterable, Mapping

from licensing.domain import keys
from licensing.domain.clinics import Clinic
from licensing.domain.errors import InvalidRequestError
from licensing.domain.finding import ClinicWord, best_word, fits, search_words
from licensing.domain.keys import Key, Page
from licensing.domain.users import User
from licensing.use_cases.access import Caller
from licensing.use_cases.ports import Store

LOOKED_THROUGH = 1000
"""How many words a search for several reads. Those that fit may be fewer than a page has."""
_STAFF_ONLY = "Only license staff can search all clinics. Leave this out to list yours."


def find_clinics(
    store: Store, caller: Caller, text: str, *, limit: int, cursor: str | None
) -> Page[tuple[Clinic | ClinicWord, User | None]]:
    """Return the clinics with words that begin so, or that an address belongs to; for staff.

    One query, whatever was typed and however many clinics there are. Raises InvalidRequestError
    for others, whose few clinics come without a search.
    """
    if not caller.is_staff:
        raise InvalidRequestError.at("q", _STAFF_ONLY)
    if "@" in text:
        if not text.isascii():
            return Page([], None)
        users = store.memberships_of_address(text.strip().lower())
        clinics = store.load(*(Key[Clinic](key.partition, keys.CLINIC) for key in users))
        return Page([(clinic, None) for clinic in clinics if clinic is not None], None)
    wanted = search_words(text)
    if not wanted:
        return Page([], None)
    first = best_word(wanted)
    # What begins with one word fits, but for clinics that have two such words.
    words = LOOKED_THROUGH if len(wanted) > 1 else 2 * limit
    page = store.page(
        keys.words_partition(first), keys.clinic_words(first), limit=words, cursor=cursor
    )
    found = [entry for entry in page.records if fits(entry, first, wanted)]
    following = page.next_cursor
    if len(found) > limit:
        following = store.cursor_behind(found[limit - 1])
    return Page([(entry, None) for entry in found[:limit]], following)


def names_of(store: Store, clinic_ids: Iterable[str]) -> Mapping[str, str]:
    """Return the names of some clinics by their ids, but of those that there are none of.

    Their ids are the first of the words that they are found under. Their own records, which are
    larger, may be what a night could not read.
    """
    found = store.load(*(keys.clinic_word_key(one, one) for one in dict.fromkeys(clinic_ids)))
    return {entry.clinic_id: entry.name for entry in found if entry is not None}
