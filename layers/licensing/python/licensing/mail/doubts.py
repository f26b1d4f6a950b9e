"""Why a mail is not acted on at once."""

from enum import StrEnum
from typing import Final

from licensing.domain.limits import MOST_PER_REQUEST
from licensing.mail import lexicon


class Doubt(StrEnum):
    """What is missing, or speaks against it."""

    # Something is missing, or has several meanings
    NO_ACTION = "no_action"
    NO_TYPE = "no_license_type"
    UNKNOWN_TYPE = "unknown_license_type"
    NO_QUANTITY = "no_quantity"
    QUANTITY = "quantity"
    RANGE = "range"
    VAGUE = "vague_quantity"
    LIMIT = "limit"
    OTHER_TOTAL = "other_total"
    NO_CLINIC = "no_clinic"
    UNKNOWN_CLINIC = "unknown_clinic"
    SEVERAL_CLINICS = "several_clinics"
    NO_REASON = "no_reason"
    SAID_TWICE = "said_twice"
    # All is there, and something speaks against doing it unasked
    CORRECTED = "corrected"
    CONDITION = "condition"
    HEDGED = "hedged"
    LATER = "date"
    DATED = "dated"
    AUTHORITY = "authority"
    REFERENCE = "reference"
    QUESTION = "question"
    NEGATED = "negated"
    REPORTED = "reported"
    MOVED = "moved"
    REASON_UNCLEAR = "reason_unclear"
    NOT_UNDERSTOOD = "not_understood"
    SUBJECT_DIFFERS = "subject_differs"
    # The mail as a whole
    RETRACTED = "retracted"
    HIDDEN_CHARACTERS = "hidden_characters"
    TEXTS_DIFFER = "text_and_html_differ"
    BETWEEN_QUOTES = "between_quotes"
    ONLY_QUOTED = "only_quoted"
    ONLY_ATTACHED = "only_attached"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"
    OLD = "old_or_undated"
    SPAM = "spam_or_virus_check"
    REPEATED_HEADERS = "repeated_headers"
    ASKED_AGAIN = "asked_again"


WHY: Final = {
    doubt: lexicon.text("why", doubt).replace("MOST", str(MOST_PER_REQUEST)) for doubt in Doubt
}
"""One sentence or two for each doubt, as the sender reads it."""
