"""The day that a mail's request is for: "from January 5", "at the end of the month", "at renewal".

Only a day that is named once, in a form that has one meaning, counts; whatever else a mail says of
time leaves the request as it was understood without it. What is dated so is only ever proposed.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from licensing.domain.adjustments import RENEWAL, EffectiveOn
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt
from licensing.mail.outcomes.outcome import Outcome
from licensing.mail.reading.read_mail import ReadMail

_MONTHS: Final = "janfebmaraprmayjunjulaugsepoctnovdec"
_MONTH: Final = (
    r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
_DAY: Final = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\b"
_YEAR: Final = r"(?:,?\s+(?P<year>20\d\d)\b)?"
_FORMS: Final = (
    re.compile(rf"\b{_MONTH}\s+{_DAY}{_YEAR}", re.IGNORECASE),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}{_YEAR}", re.IGNORECASE),
    re.compile(r"\b(?P<year>20\d\d)-(?P<month>\d\d)-(?P<day>\d\d)\b"),
    re.compile(r"(?<![\d/])(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>20\d\d))?(?![\d/])"),
)


def _said(section: str, end: str = r"\b") -> re.Pattern[str]:
    return re.compile(rf"\b(?:{lexicon.pattern('words', section)}){end}", re.IGNORECASE)


_NEXT_MONTH: Final = _said("beginning of next month")
_RENEWAL: Final = _said("renewal")
_TOMORROW: Final = _said("tomorrow")
_NOT_FROM: Final = _said("before days on which nothing begins", r"\s*$")
_LAST_DAY: Final = _said("last day", r"\s*$")
_LONGEST: Final = 4000
_LONG_PAST: Final = timedelta(days=90)


def dated(outcome: Outcome, mail: ReadMail, today_at: Mapping[str, date]) -> Outcome:
    """Return a proposal with the day that the mail names, if it is doubtful for nothing else.

    ``today_at`` is the day in each of the sender's clinics.
    """
    if outcome.verdict != "propose" or outcome.doubt is not Doubt.LATER:
        return outcome
    changes = []
    subject = "" if mail.answers else mail.subject
    texts = [f"{subject}\n{text.text}" for text in mail.texts]
    for change in outcome.changes:
        today = today_at.get(change.clinic_id)
        days = {day_in(text, today) for text in texts} if today else set()
        if len(days) != 1 or None in days:
            return outcome
        changes.append(replace(change, effective_on=days.pop()))
    return replace(outcome, changes=tuple(changes), doubt=Doubt.DATED)


def day_in(text: str, today: date) -> EffectiveOn | None:
    """Return the one day from tomorrow on, within a year, that the text names; None otherwise."""
    found: set[EffectiveOn | None] = set()
    for form in _FORMS:
        for match in form.finditer(text[:_LONGEST]):
            found.add(_day_of(match, text, today))
    if _NEXT_MONTH.search(text):
        found.add((today.replace(day=1) + timedelta(days=32)).replace(day=1))
    if _RENEWAL.search(text):
        found.add(RENEWAL)
    if _TOMORROW.search(text):
        found.add(today + timedelta(days=1))
    return found.pop() if len(found) == 1 else None


def _day_of(match: re.Match[str], text: str, today: date) -> date | None:
    before = text[: match.start()]
    if _NOT_FROM.search(before):
        return None
    name = match["month"].lower()
    month = int(name) if name.isdigit() else _MONTHS.index(name[:3]) // 3 + 1
    years = [int(match["year"])] if match["year"] else [today.year, today.year + 1]
    for year in years:
        try:
            day = date(year, month, int(match["day"]))
        except ValueError:
            return None
        if _LAST_DAY.search(before):
            day += timedelta(days=1)
        if today < day <= today + timedelta(days=365):
            return day
        if timedelta() <= today - day < _LONG_PAST:
            # Just past: a day of next year is hardly meant.
            return None
    return None
