"""Sentences that greet, thank or ask to be told: they ask for no change and take none back.

Such sentences are recognized whole, never skipped. "Let me know when it is done" is one;
"let me know what it costs" is not, since a change may wait for the answer.
"""

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from licensing.mail.tokens import CLINIC_NAME, PHONE_NUMBER, UNREADABLE, Word
from licensing.mail.vocabulary import PHRASE_TABLE, WHEN

_IT: Final = "(?:they|this|that|it|them|these|those|the changes?|(?:my|our|the) request|everything)"
_DONE: Final = (
    "(?:(?:is|are|has been|have been|gets|get) )?(?:all )?"
    "(?:done|complete|completed|set up|set|ready|active|added|removed|processed|taken care of"
    "|in place|updated|finished|live|made|available|good to go)"
)
_HELP: Final = (
    "(?:(?:all|your|the|great|continued|quick|prompt) )*"
    "(?:help|assistance|support|time|attention|work)"
)
_GOOD: Final = "(?:great|good|nice|wonderful|lovely|super|blessed|fantastic)"
_QUESTIONS: Final = (
    "(?: (?:you|i|we|there|is|are|has|have|need|needs|want|require|any|anything|further|more"
    "|additional|other|else|from|me|us|questions?|concerns?|issues?|problems?|information|info"
    "|details|or|at all|unclear|clarification|to know))+"
)
_REACH_ME: Final = (
    "(?:let me know|let us know|reach out|contact me|contact us|call me|call us|email me|text me"
    "|call|email|ping me|reply|ask|give me a call|call the office"
    "|feel free to (?:call|contact|reach out|email|text|reach|ask)"
    "|do not hesitate to (?:call|contact|reach out|email|ask|reach))"
    "(?: (?:me|us|out|to me|back|my cell|at any time|any time|anytime|here|directly|or (?:call"
    "|text|email)))*"
)
_AT_PHONE: Final = (
    "(?:(?: (?:at|on|via))?(?: (?:my|the|this) (?:cell|number|office|direct line))?"
    f"(?: (?:at|on))? {PHONE_NUMBER})?"
)
_PATTERNS: Final = (
    # Greetings and small talk
    (
        "(?:hi|hello|hey|dear|greetings|howdy|good (?:morning|afternoon|evening|day)"
        "|morning|afternoon"
        "|happy (?:monday|tuesday|wednesday|thursday|friday|new year|holidays))"
        "(?: (?:all|team|there|everyone|folks|guys|support|sir|madam|or|and|licensing|licenses?"
        "|clinicapp|customer|service|both|again))*"
    ),
    "to whom it may concern",
    (
        "(?:i |we )?(?:hope|trust)(?: (?:great|good|nice|wonderful|lovely|that|you|your"
        "|all|everyone|everything|this|things|are|is|had|have|having|doing|finds|find|going|a|the|email|message|note|had|week|day|team"
        "|and|with|enjoyed|off|to|start))*"
        f" (?:well|{_GOOD}|safe|okay|ok|weekend|week|day|summer|winter|holidays?|break|smoothly"
        "|healthy|start)(?: (?:there|today|you|far|so far|with you))*"
    ),
    "how are you(?: (?:today|doing|all))*",
    "(?:good|great|exciting|happy|some good|some great) news(?: (?:here|to share))?",
    (
        "(?:(?:just|i have|we have|it is|this is|with|have) )*(?:an? )?"
        "(?:quick|small|short|simple|new|another|one|easy) (?:quick |small )?"
        "(?:request|one|ask|favor|change|thing|update|license (?:request|change|update))"
        "(?: (?:for you|today|here|please|from (?:us|me)|for (?:the|your) team))*"
    ),
    (
        "(?:here|below) (?:is|are) (?:my|our|the|a) (?:license )?(?:requests?|changes|updates?)"
        "(?: (?:for today|below|here))?"
    ),
    "(?:please )?(?:see|find) (?:my|our|the) (?:license )?(?:request|changes) below",
    "(?:i am|we are) writing (?:about|regarding) (?:our|my) licenses",
    # Thanks and goodbyes
    (
        "(?:(?:ok|okay|great|and|as always|again|many|much|with) )*"
        "(?:thanks|thank you|thank u|thx|ty|tia|cheers|much appreciated|appreciated|appreciate it"
        "|greatly appreciated|(?:(?:i|we) )?(?:(?:would|really|very much|truly|so|greatly|do) )*"
        f"appreciate (?:{_HELP}|it|you|the quick turnaround|your prompt attention"
        f"|all you do|you all))"
        f"(?: (?:so much|very much|a lot|a bunch|a million|again|in advance|much|kindly|all|team"
        f"|everyone|folks|guys|and|for {_HELP}|(?:with|on) (?:this|that)|as always|best"
        f"|regards|today|(?:last|this) week|yesterday|earlier|this morning"
        "|for (?:the |your )?(?:quick|fast|prompt|speedy) (?:help|turnaround|response|reply|service"
        "|attention)|for (?:all )?(?:you do|that you do|being so quick|everything)"
        "|for (?:taking care of|handling|processing|doing) (?:this|it)|cheers|you"
        f"|have an? {_GOOD} (?:day|one|week|weekend|evening|afternoon|morning)))*"
    ),
    (
        "(?:with )?(?:kind|best|warm|warmest|kindest) (?:regards|wishes)|regards|best|sincerely"
        "|sincerely yours|yours(?: (?:truly|sincerely))?|respectfully|cordially|take care|warmly"
        "|all the best|talk soon|speak soon|bye|be well|stay safe"
        "|with (?:gratitude|appreciation|thanks)"
    ),
    (
        f"(?:have|enjoy) (?:an? {_GOOD}|your|the|the rest of your) (?:rest of (?:your"
        f"|the) )?(?:day|one"
        "|week|weekend|evening|afternoon|morning|holidays?|night)(?: (?:all|everyone|ahead|too))*"
    ),
    # Asking to be told
    (
        "(?:please )?(?:let me know|let us know|tell me|email me|notify me|drop me a (?:line|note)"
        f"|send me a note|shoot me a note|give me a shout) (?:when|once"
        f"|as soon as) (?:{_IT} )?{_DONE}"
        "(?: (?:please|thanks))*"
    ),
    (
        "(?:please |kindly )?(?:confirm|acknowledge|advise)(?: (?:by email|by reply"
        "|to me|back|with me"
        f"|for me|receipt))?(?: (?:when|once|that|as soon as) (?:{_IT} )?{_DONE})?"
    ),
    (
        "(?:please )?(?:send|email|give)(?: me| us)? (?:an? |the |your )?(?:quick )?(?:confirmation"
        f"|note|email|reply)(?: (?:email|back))?(?: (?:when|once) (?:{_IT} )?{_DONE}| please)?"
    ),
    (
        "(?:can|could|would|will) you (?:please )?(?:confirm|let me know"
        "|send (?:me )?a confirmation"
        f"|email me)(?: (?:when|once|that) (?:{_IT} )?{_DONE})?(?: please)?"
    ),
    (
        "a (?:quick )?(?:confirmation|reply|note) (?:would be|is) "
        f"(?:{_GOOD}|appreciated|helpful|perfect)"
    ),
    f"(?:please |just )*{_REACH_ME}{_AT_PHONE} (?:if|with|should|for){_QUESTIONS}{_AT_PHONE}",
    f"if{_QUESTIONS}(?: (?:please|just|then))* {_REACH_ME}{_AT_PHONE}",
    (
        f"(?:you can |please )*(?:reach|call|text|contact) (?:me|us){_AT_PHONE}"
        "(?: (?:anytime|any time|with questions|with any questions))*"
    ),
    f"my (?:cell|number|phone|direct line|cell number|phone number) is {PHONE_NUMBER}",
    # Who writes: like a signature, this names no clinic for the request
    (
        "(?:(?:hi|hello|hey)(?: (?:team|support|there|all))* )?(?:this is|i am|my name is|here)"
        "(?: (?:here|the|a|an|and|i|am|manage|manager|director|owner|office|practice|clinic|of|at"
        f"|from|with|over|our|user|in|charge|run|{CLINIC_NAME}))*"
    ),
    (
        f"any (?:questions|problems|issues|concerns)(?: (?:please|just|at all|or concerns))*"
        f" {_REACH_ME}"
    ),
    (
        "(?:(?:i|we) )?(?:am |are )?look(?:ing)? forward to (?:hearing from you|your (?:reply"
        "|confirmation|response))(?: soon)?"
    ),
    # How urgent it is
    (
        "(?:this is|it is)(?: (?:quite|very|rather|a bit|kind of|fairly|pretty))? "
        "(?:urgent|time sensitive|important|a rush|a rush request|a priority)"
    ),
    (
        "(?:please )?(?:asap|as soon as possible|urgent|right away|today|immediately"
        "|at your earliest convenience|when you get a chance|when you have a moment"
        "|effective (?:immediately|today|now))(?: (?:please|thanks|thank you|if you can))*"
    ),
    "the (?:sooner|earlier|faster) the better|no rush(?: at all)?|no hurry",
    (
        "(?:(?:i am|we are) )?(?:(?:so|very|really) )?(?:sorry|apologies) (?:for|about) "
        "(?:(?:the|this|any|such) )?(?:(?:short|late|last minute|quick|sudden) (?:notice|request)"
        "|trouble|inconvenience|hassle|bother|rush)"
    ),
    # About the bill, changing nothing
    (
        "(?:please )?(?:bill|invoice|charge) (?:us |me )?(?:as usual|accordingly|as normal"
        "|the usual way)"
    ),
    "(?:please )?(?:update|adjust) (?:our|the|my) (?:invoice|bill|billing) accordingly",
    "(?:fyi|for your information|for your records|attn|attention)(?: (?:licensing|team|support))*",
    (
        "that (?:is|should be|will be) (?:all|it|everything)"
        "(?: (?:for (?:now|today|us|me)|thanks|thank you|from us))*"
    ),
    (
        "(?:we|i) (?:love|really like|like|enjoy) (?:the|your) (?:software|system"
        "|product|service|app"
        "|program|platform)"
    ),
    (
        "(?:it )?(?:was |is )?(?:great|nice|good|lovely) (?:talking|speaking|chatting|meeting)"
        " (?:to|with) you(?: (?:today|yesterday|earlier|last week|this morning|on the phone))*"
    ),
)
_LONGEST: Final = 40


@cache
def _courtesies() -> re.Pattern[str]:
    """Compiled when the first mail comes, not when the module loads."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in _PATTERNS))


def is_courtesy(words: Sequence[Word], names: frozenset[str]) -> bool:
    """Whether a sentence asks for nothing; ``names`` are the words of the sender's own name."""
    if len(words) > _LONGEST or any(word.plain == UNREADABLE for word in words):
        return False
    said = [word for word in words if word.plain.isalnum()]
    marks = {word.plain for word in words} - {word.plain for word in said}
    if not marks <= set(",:-\u2013;?/&|\"'()"):
        return False
    unnamed = [word for word in said if word.plain not in names]
    if not unnamed:
        return True
    return _is_courteous(unnamed) or all(
        _is_courteous(part) for part in _parts(words, names) if part
    )


def _parts(words: Sequence[Word], names: frozenset[str]) -> list[list[Word]]:
    """The sentence parted at its marks: "hello, hope you are well" is two courtesies."""
    parts: list[list[Word]] = [[]]
    for word in words:
        if not word.plain.isalnum():
            parts.append([])
        elif word.plain not in names:
            parts[-1].append(word)
    return parts


def _is_courteous(words: Sequence[Word]) -> bool:
    return _matches(words) or _matches(
        [words[0], *(word for word in words[1:] if not _may_be_name(word))]
    )


def _matches(words: Sequence[Word]) -> bool:
    return bool(_courtesies().fullmatch(" ".join(word.plain for word in words)))


def _may_be_name(word: Word) -> bool:
    """A capital inside a sentence: whoever is greeted or thanked by name."""
    return word.capital and (word.plain,) not in PHRASE_TABLE and word.plain not in WHEN
