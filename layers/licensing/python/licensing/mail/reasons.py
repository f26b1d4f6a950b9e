"""Why a mail's request was not carried out at once, as its sender reads it."""

from typing import Final

from licensing.domain.limits import MOST_PER_REQUEST
from licensing.mail.doubts import Doubt

WHY: Final = {
    Doubt.HIDDEN_CHARACTERS: "Your email has hidden or look-alike characters, or text that not "
    "every email app shows.",
    Doubt.NEGATED: "Your email also says what not to do.",
    Doubt.CORRECTED: "Your email seems to correct something or take it back.",
    Doubt.CONDITION: "Your request seems to depend on something else, and a change takes effect "
    "right away.",
    Doubt.HEDGED: "It sounds as if this isn't final yet.",
    Doubt.RANGE: "You gave a range. We need one number.",
    Doubt.LIMIT: "We couldn't tell whether the number is how many to add or release, or how many "
    "you want in total.",
    Doubt.QUANTITY: "We couldn't read a number. It must be a whole number from 1 to "
    f"{MOST_PER_REQUEST}.",
    Doubt.VAGUE: f"We need an exact number of licenses, from 1 to {MOST_PER_REQUEST}.",
    Doubt.LATER: "Your request seems to be for another day, and a change takes effect right away.",
    Doubt.DATED: "Your request is for another day, and we want to be sure that this is the one.",
    Doubt.PRICE: "Your email also asks about prices. You'll find them on the page.",
    Doubt.REFERENCE: "Your email is about something that isn't in it.",
    Doubt.NO_QUANTITY: "We couldn't tell how many licenses you mean.",
    Doubt.NO_ACTION: "We couldn't tell whether to add or release licenses.",
    Doubt.UNKNOWN_TYPE: "We don't recognize one of the license types in your email.",
    Doubt.AUTHORITY: "It sounds as if someone else still has to agree.",
    Doubt.REPORTED: "It sounds as if you're passing on what someone else said.",
    Doubt.MOVED: "It sounds as if someone is moving from one license type or clinic to another.",
    Doubt.REASON_UNCLEAR: "We weren't sure that this is why you're releasing licenses.",
    Doubt.RETRACTED: "Your email seems to take the request back.",
    Doubt.NO_TYPE: "We couldn't tell which licenses you mean.",
    Doubt.NOT_UNDERSTOOD: "We didn't understand part of your email.",
    Doubt.QUESTION: "Your email also asks a question.",
    Doubt.NO_CLINIC: "You manage more than one clinic, and your email doesn't say which one.",
    Doubt.UNKNOWN_CLINIC: "Your email seems to name a clinic that you don't manage.",
    Doubt.SEVERAL_CLINICS: "We couldn't tell which clinic each license is for.",
    Doubt.NO_REASON: "To release licenses, we need a reason.",
    Doubt.SAID_TWICE: "Your email names the same license type twice.",
    Doubt.SUBJECT_DIFFERS: "The subject and the text of your email say different things.",
    Doubt.TEXTS_DIFFER: "The plain text and the formatted text of your email say different things.",
    Doubt.BETWEEN_QUOTES: "Your words are between quoted lines, so we can't be sure what they "
    "are about.",
    Doubt.ONLY_QUOTED: "Your email has no words of your own. We don't act on quoted or forwarded "
    "text.",
    Doubt.ONLY_ATTACHED: "We don't read attachments, and your email itself doesn't say what to "
    "change.",
    Doubt.TOO_LONG: "Your email is too long for us to read.",
    Doubt.UNREADABLE: "We couldn't read your email.",
    Doubt.OLD: "Your email's date is missing or more than a week off, so we want to be sure that "
    "it's yours and still current.",
    Doubt.SPAM: "Your email didn't pass every security check on its way to us.",
    Doubt.REPEATED_HEADERS: "Parts of your email reached us twice, so we want to be sure "
    "that it's yours.",
    Doubt.ASKED_AGAIN: "You sent us the same words a few minutes ago, and we made that change. "
    "This may be the same request, sent twice.",
}
"""One sentence or two for each doubt."""
