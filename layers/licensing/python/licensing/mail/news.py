"""Sentences that tell something about the clinic: why licenses are added or released.

Told is "we hired two new grads" or "she retired last week". A sentence that doubts, decides,
waits, asks, negates or points at the request itself is no news: it may take something back.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from licensing.mail.tokens import UNREADABLE, Word
from licensing.mail.vocabulary import LICENSE_TYPES, NUMBER_WORDS, WHEN, listed, phrases

# Any of these, and the sentence is not only news.
DOUBTFUL: Final = listed(
    """
    actually add adds afraid again against all allowed already although any approval approve ask
    asked asking asks assess assessing assume assuming available await awaiting back backed
    believe believes block blocked bought budget but buy call can cancel cancels change changes
    cheaper cheapest claim claims condition conditional confirm consider considered considering
    contingent contrary correction cost costs could couple decide decided deciding decision
    delay delayed delete denied deny depend depending depends did disagree disagrees discontinue
    discuss discussed discussing discussion disregard ditto do does dollars double doubt
    doubtful doubts draft dream dreaming drill drop earlier effective either email enough error
    evaluate evaluating eventually every everybody example except explore exploring fake fence
    few fewer figure figuring forget free freeze frozen future guess half heard hold holding
    hope hopefully hopes hoping how however hypothetical hypothetically idea ideas if ignore
    ignoring imagine imagining instance instead intend intending intends interim invalid it joke
    joking judgment kid kidding kids later leftover less let lic licence licences license
    licenses lics lie looking lying mail mailbox make many may maybe meanwhile message might
    mind mistake mistaken most must nah need needed needs negotiate negotiating negotiation
    neither never nevermind no nobody none noone nope not nothing number object objected objects
    once ones only oops opposed opposite or order ordered orders otherwise pause paused pending
    percent perhaps permission permitting plan planned planning plans please plenty possibly
    postpone postponed pretend previous previously price prices pricing probably problem
    problems promised propose proposed proposing provided purchase purchased put quantity
    quarter question questions quote rate rates rather reconsider reconsidering refuse refused
    reject rejected release releasing remove removes removing request requested requesting
    requests retract reverse revert review reviewing said same sample sarcasm sarcastic say
    saying says scrap scrapped scratch seat seats serious seriously several shall should sign
    skip skipping some soon sorry spare stand still stop strike subject suggest suggested
    suggesting suppose supposed sure tell tells temporarily temporary tentative tentatively
    terminate test testing that them these think thinking thinks third this those though thought
    thoughts till told torn total trial triple uncertain undecided undo unless unlike unsaid
    unsure until veto vetoed vetoes void wait waiting waits want wanted wants what whatever when
    whenever where whether which whichever who why wish wishes wishful withdraw withdrawn
    without wonder wondering worried worry would wrong yet
    """
)
# Fine in news although listed above, when they stand like this.
_FINE: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "this season",
        "this month",
        "this week",
        "this year",
        "this quarter",
        "this spring",
        "this summer",
        "this fall",
        "this winter",
        "these days",
        "that position",
        "that role",
        "this position",
        "this role",
        "some of our",
        "several of our",
        "a few of our",
        "few weeks ago",
        "few days ago",
        "couple of weeks ago",
        "not too long ago",
        "fewer patients",
        "fewer visits",
        "fewer referrals",
        "fewer staff",
        "fewer clients",
        "fewer sessions",
        "budget cuts",
        "budget cut",
        "budget reasons",
        "cost cutting",
        "cost reasons",
        "cost savings",
        "staffing changes",
        "staff changes",
        "changes in staffing",
        "change in staffing",
        "some staff",
        "several staff",
        "some turnover",
        "let go",
        "due to",
        "came back",
        "coming back",
        "going back",
        "went back",
        "cut back",
        "scaled back",
        "scaling back",
        "part time",
        "budget was cut",
    )
)
# Of a removal only: these say why licenses are of no more use.
_NO_MORE: Final = tuple(
    tuple(phrase.split())
    for phrase in (
        "no longer",
        "not here anymore",
        "not with us anymore",
        "not with us any longer",
        "not work here anymore",
        "does not work here anymore",
        "do not work here anymore",
        "does not work here any longer",
        "do not work here any longer",
        "do not work here any more",
        "does not work with us anymore",
        "do not work with us anymore",
        "not coming back",
        "not returning",
        "not be returning",
        "not be coming back",
        "not be replaced",
        "not be replacing",
        "not replacing",
        "not going to replace",
        "not being replaced",
        "not rehiring",
        "not hiring replacements",
        "not be rehiring",
        "not be filling",
        "not filling",
        "are not in use",
        "is not in use",
        "are not used",
        "is not used",
        "are not being used",
        "is not being used",
        "not using",
        "not used them",
        "not been using",
        "have not used",
        "has not used",
        "has not been used",
        "have not been used",
        "nobody uses",
        "no one uses",
        "nobody is using",
        "no one is using",
        "nobody has used",
        "nobody used",
        "do not need",
        "does not need",
        "do not use",
        "does not use",
        "have no use for",
        "no use for",
        "not needed",
        "not required",
        "no need for",
        "without a replacement",
        "without being replaced",
        "not staffed",
        "never came back",
        "never showed up",
        "never returned",
        "never used",
        "never filled",
        "never replaced",
        "we have too many",
        "are unused",
        "is unused",
        "sit unused",
        "sitting unused",
        "going unused",
        "went unused",
        "are idle",
        "sit idle",
        "sitting idle",
        "are vacant",
        "is vacant",
    )
)
# After one of the above, these may be pointed at: what is of no more use.
_POINTED: Final = listed(
    "it them these those that this license licenses licence licences seat seats needed need any all"
)

_PEOPLE: Final = listed(
    """
    hire hires grad grads graduate graduates employee employees staff staffer people person persons
    team member members colleague colleagues clinician clinicians starter starters addition
    additions worker workers intern interns resident residents student students doctor doctors
    replacement replacements manager director supervisor lead owner partner guy gal lady woman man
    women men girl folks traveler travelers temp temps contractor contractors crew aide tech
    admin secretary nurse candidate candidates applicant applicants per-diem practitioner
    practitioners specialist specialists coworker coworkers personnel workforce headcount position
    positions role roles opening openings job jobs fte ftes spouse husband wife son daughter baby
    """
)
_BUSINESS: Final = listed(
    """
    acquisition appointment appointments attrition backfill branch budget building business
    caseload caseloads census client clients clinic clinics closing closure consolidation
    contract contracts coverage cutbacks demand department departure departures downsizing
    evening evenings expansion facilities facility floor funding growth gym hiring hours idle
    insurance layoff layoffs lease leave location locations low lower maternity merger notice
    office onboarding opening outsourcing patient patients payer practice program programs
    promotion reduced reduction referral referrals relocation reorg reorganization resignation
    resignations restructuring retirement retirements room rooms schedule schedules school
    schools season season's sessions shift shifts site sites slow slowdown slower space staffing
    summer team's termination terminations transfer transfers turnover unused usage use used
    vacancies vacancy vacant visits volume volumes waitlist weekend weekends wing workload
    """
)
_EVENTS: Final = listed(
    """
    turnover retirement retirements resignation resignations downsizing restructuring layoff layoffs
    attrition closure closing expansion merger reorganization reorg consolidation cutbacks
    relocation departure departures termination terminations promotion transfer transfers hiring
    onboarding outsourcing reduction growth vacancy vacancies slowdown budget
    """
)
_NO_NAMES: Final = listed(
    """
    more less details info everything everyone anything something things thing stuff plans word
    today there here then next other others much such so as if yours ours mine everybody nothing
    things same request change subject re fw update edit note quantity clinic total
    """
)
_HAPPENED: Final = listed(
    """
    is are was were am has have had got hired hires hire hiring left leaves leave leaving resigned
    resigns resigning retired retires retiring quit quits moved moves moving transferred transfers
    transferring relocated relocates relocating started starts start starting begins begin began
    beginning joined joins join joining opened opens open opening expanded expands expand expanding
    grew grows grow growing grown lost lose losing gained passed graduated graduates graduating
    promoted closed closes close ended ends end finished finishes reduced dropped declined decreased
    increased went goes go came comes come coming took takes taking gave given brought bring brings
    bringing signed accepted welcomed welcome welcoming onboarded onboarding added died merged merge
    merging consolidated consolidating eliminated downsized downsizing restructured restructuring
    outsourced outsourcing outsource switched changed laid fired dismissed separated terminated
    departed returned returns return became become becomes slowed busy swamped booked slammed
    understaffed shorthanded overwhelmed drowning down up full scaling scaled cut filled fill works
    work working worked stepped stepping won extended extending launched launching completed covers
    cover covering replaced replacing will uses using use sits sit sitting happened doubled
    combined combining shut shutting adding overbought both just recently
    """
)
_LEFT: Final = listed(
    """
    left leaves leave leaving resigned resigns resigning retired retires retiring quit quits
    moved moves moving transferred transfers transferring relocated relocates relocating lost
    losing closed closes close closing ended ends reduced dropped declined decreased died merged
    merging consolidated eliminated downsized downsizing restructured outsourced outsourcing
    laid fired dismissed separated terminated departed slow slower slowed unused idle vacant
    down fewer turnover retirement resignation layoffs attrition closure cut cuts notice longer
    replaced overbought reduction cutbacks graduated promoted maternity low lower gone departure
    scaling scaled shut
    """
)
_GONE: Final = listed(
    """
    left resigned retired quit moved transferred relocated lost closed ended dropped died merged
    laid fired departed gone
    """
)
_HIRED: Final = listed(
    """
    hired hires hire hiring grad grads joined joins join joining growing growth expanding expansion
    expanded busy swamped starters starting starts started onboarding onboarded welcomed welcome
    opening opened demand waitlist booked slammed understaffed shorthanded bringing brought adding
    """
)
_BEGINNINGS: Final = listed(
    """
    we our my they he she both one the a an new there their his her everyone staff business
    another two three four five six seven eight nine ten low reduced somebody someone that this
    those these last
    """
)
_OPENINGS: Final = listed(
    "also unfortunately sadly fortunately luckily recently currently finally yesterday and so"
)
_SELF_BEGINNINGS: Final = (
    ("i", "hired"),
    ("i", "just", "hired"),
    ("i", "have", "hired"),
    ("i", "have", "just", "hired"),
    ("i", "lost"),
    ("i", "promoted"),
    ("i", "have", "two"),
    ("i", "have", "a", "new"),
    ("i", "am", "hiring"),
    ("i", "am", "retiring"),
    ("i", "had", "two"),
    ("i", "let", "go"),
    ("i", "brought", "on"),
)
_UNFINISHED: Final = listed(
    """
    to and the a an of at for in on with by from our my their his her as because since than into
    about per plus is are was were has have had will
    """
)
_TYPE_WORDS: Final = frozenset(
    word
    for listing in LICENSE_TYPES.values()
    for phrase in phrases(listing)
    for word in phrase.split()
)
_NUMBERS: Final = frozenset(word for phrase in NUMBER_WORDS for word in phrase.split())
_COUNTING: Final = listed("an another new more additional of our the and plus also both")
_NO_EVENTS: Final = listed("down up full work works open close cover covers use uses low")
"""Words of events that after a number and a type may only describe: "2 PT full time"."""
_TIMES: Final = listed(
    "week weeks month months year years day days am pm o'clock st nd rd th hours hour minutes hrs"
)
_MARKS: Final = frozenset(",-\u2013;:'\"()/&")
_LONGEST: Final = 60
_WORD_OR_DATE: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*|\d{1,2}/\d{1,2}(?:/\d{2,4})?")


@dataclass(frozen=True, slots=True)
class News:
    """What kind of news a sentence tells."""

    no_more: bool
    """It says what is of no more use: a reason of a removal only."""
    hired: bool
    """It tells of people or work that came, and of none that left."""


def news(words: Sequence[Word]) -> News | None:
    """Return what a sentence tells, or None if it does or may do more than tell."""
    said = [word for word in words if word.plain not in _MARKS]
    if not said or len(said) > _LONGEST or any(word.plain == UNREADABLE for word in words):
        return None
    if not all(_WORD_OR_DATE.fullmatch(word.plain) for word in said):
        return None
    texts = [word.plain for word in said]
    if any(first.plain in "-\u2013" and last.plain.isdigit() for first, last in _pairs(words)):
        return None  # "-2 PT" is no news of two PTs
    counting = counts_work(words)
    if counting and not (_HAPPENED - _NO_EVENTS) & set(texts[counting : counting + 1]):
        return None  # "1 biller" alone is no news: it may be one more line of the request
    no_more = _cover(texts, _NO_MORE)
    fine = no_more | _cover(texts, _FINE)
    if no_more:
        fine |= {i for i, text in enumerate(texts) if text in _POINTED}
    if any(text in DOUBTFUL and i not in fine for i, text in enumerate(texts)):
        return None
    if {"after", "before"} & set(texts) and not _GONE & set(texts):
        return None
    if texts[-1] in _UNFINISHED or not _counts_people(said):
        return None
    if 0 not in no_more and not _tells(said, no_more=bool(no_more)):
        return None
    left = any(text in _LEFT for text in texts)
    return News(bool(no_more), hired=not left and any(text in _HIRED for text in texts))


# In the words after "because" these may take the request back, or hide another.
_UNDECIDED: Final = listed(
    """
    if unless until till whether maybe perhaps possibly probably might or either but however
    although except actually wait disregard ignore scratch undo revert correction oops kidding
    joking joke hypothetically hypothetical tentatively tentative pending approve approved approval
    please once hold stop yet cancel forget mind thought test testing draft drill sure sorry wrong
    opposite meant mean confirm confirmed instead you your me let send see below above attached ok
    okay each per minus twice half same ditto temporarily temporary trial example permitting depend
    depends depending hope hopefully guess think suppose doubt rather prefer would should could
    process proceed act execute pause postpone put lol jk haha effective make quote discount free
    strike reverse later someday eventually psych tbd tbc theory perfect charge point sometime
    better crossed fools reminder
    """
)
_IN_REASONS: Final = listed(
    """
    need needs needed cost costs budget no not do does did never nobody cancelled canceled decided
    this that it these them those change changes mistake error ordered bought added adding plans
    planned some several all any most many few less fewer none nothing back license licenses seat
    seats licence licences wants wanted asked can only every enough plenty problem problems what
    price prices rate rates quarter still already without why third total request requested why
    against interim half
    """
)
_AUXILIARIES: Final = listed(
    "is are was were am do does did has have had will can could would there with"
)
_NO_REASON: Final = listed(
    """
    none na n a nothing no tbd reason reasons yes ok okay because various see above below attached
    and the of thanks thank you as discussed per i say said so it is is unknown same other others
    your my our that this idk etc x test explanation here blank
    """
)
_PURPOSES: Final = listed(
    "cover covering accommodate accommodating support supporting onboard onboarding"
)


def is_reason(words: Sequence[Word]) -> bool:
    """Whether the words after "because" say why, and nothing else.

    Up to the first comma or dash nearly any words may; what follows must tell something too.
    """
    said = [word.plain for word in words if word.plain.replace("'", "").isalnum()]
    marks = {word.plain for word in words} - set(said)
    if not marks <= _MARKS | {"%", "#", ".", "!"} or len(said) > _LONGEST:
        return False
    telling = [text for text in said if text not in _NO_REASON]
    if not any(len(text) > 2 for text in telling) or all(text in WHEN for text in telling):
        return False
    if said[-1] in _UNFINISHED - {"in", "on", "up"} or not _says_why(words):
        return False
    first, *rest = _parted(words)
    named = all(word.capital and _unknown(word.plain) for word in first)
    return bool(first) and all(_tells_on(piece, after_name=named) for piece in rest if piece)


def _says_why(words: Sequence[Word]) -> bool:
    """Whether no word after "because" takes back, puts off, or negates the request itself."""
    texts = [word.plain for word in words]
    if _UNDECIDED & set(texts) or (DOUBTFUL - _IN_REASONS) & set(texts):
        return False
    for before, text, after in zip(["", *texts], texts, [*texts[1:], ""], strict=False):
        if text == "not" and before not in _AUXILIARIES:
            return False
        if text == "no" and after not in ("longer", "one") and before not in _AUXILIARIES:
            return False
    return _counts_people(words)


def _parted(words: Sequence[Word]) -> list[list[Word]]:
    pieces: list[list[Word]] = [[]]
    for word in words:
        if word.plain in _MARKS - {"'", '"', "/", "&"}:
            pieces.append([])
        else:
            pieces[-1].append(word)
    return pieces


def _tells_on(words: Sequence[Word], *, after_name: bool) -> bool:
    """Whether words after a comma go on telling: "Bob and Joe", "moved to Ohio", news."""
    while words and words[0].plain in ("and", "so", "which", "who", "since", "because"):
        words = words[1:]
    if not words:
        return False
    if all(word.plain == "and" or (word.capital and _unknown(word.plain)) for word in words):
        return after_name
    if words[0].plain in _GONE and len(words) > 1:
        return news([Word("they", "they", words[0].start, words[0].start), *words]) is not None
    return news(words) is not None


def is_purpose(words: Sequence[Word]) -> bool:
    """Whether the words say only for whom licenses are: "for our new hire Ana Ruiz"."""
    texts = [word.plain for word in words if word.plain not in _MARKS]
    if texts[:1] == ["for"]:
        rest = texts[1:]
    elif texts[:1] == ["to"] and texts[1:2] and texts[1] in _PURPOSES:
        rest = texts[2:]
    else:
        return False
    people = _PEOPLE | _TYPE_WORDS
    known = people | _BEGINNINGS | _NUMBERS | {"incoming", "recent", "and", "of", "upcoming"}
    capitals = {word.plain for word in words if word.capital and _unknown(word.plain)}
    whom = next((i for i, text in enumerate(rest) if text in people), None)
    return whom is not None and all(
        text in known or text.isdigit() or (text in capitals and i > whom)
        for i, text in enumerate(rest)
    )


def counts_work(words: Sequence[Word]) -> int:
    """Return how many words count workers at the beginning: "two PTs and a biller"; or 0."""
    texts = [word.plain for word in words if word.plain not in _MARKS]
    end = next((i for i, text in enumerate(texts) if not _counts_or_names(text)), len(texts))
    counted = any(text.isdigit() or text in _NUMBERS | {"an", "another"} for text in texts[:end])
    return end if counted and any(text in _TYPE_WORDS for text in texts[:end]) else 0


def _counts_or_names(text: str) -> bool:
    known = _NUMBERS | _TYPE_WORDS | _PEOPLE | _COUNTING
    return text.isdigit() or text in known


def _pairs(words: Sequence[Word]) -> list[tuple[Word, Word]]:
    return list(pairwise(words))


def _cover(texts: Sequence[str], listed: Sequence[tuple[str, ...]]) -> set[int]:
    """The indexes of words that belong to a listed phrase."""
    return {
        i + offset
        for phrase in listed
        for i in range(len(texts) - len(phrase) + 1)
        if tuple(texts[i : i + len(phrase)]) == phrase
        for offset in range(len(phrase))
    }


def _tells(words: Sequence[Word], *, no_more: bool) -> bool:
    """Whether it has a subject that news may have, and is about people or business."""
    start = next((i for i, word in enumerate(words) if word.plain not in _OPENINGS), 0)
    words = words[start:]
    texts = [word.plain for word in words]
    first = texts[0]
    named = _begins_with_name(words)
    begins = (
        named
        or first in _BEGINNINGS | _PEOPLE | _BUSINESS | _TYPE_WORDS
        or (no_more and first in _POINTED)
        or first.isdigit()
        or any(tuple(texts[: len(start)]) == start for start in _SELF_BEGINNINGS)
    )
    if not begins or no_more:
        return begins
    if any(text in _HAPPENED for text in texts[1:]):
        topical = any(text in _PEOPLE | _BUSINESS | _TYPE_WORDS for text in texts)
        of_people = named or first in ("they", "he", "she", "both")
        return topical or of_people or any(text in _LEFT | _HIRED for text in texts[1:])
    topical = any(text in _EVENTS | _LEFT | _HIRED for text in texts) or (
        "new" in texts and any(text in _PEOPLE | _TYPE_WORDS for text in texts)
    )
    return topical and all(_function_word(word) for word in words)


def _begins_with_name(words: Sequence[Word]) -> bool:
    """Whether it begins with somebody's name, and what they did follows."""
    if not (words[0].capital and _unknown(words[0].plain)) or words[0].plain in _NO_NAMES:
        return False
    end = next(
        (
            i
            for i, word in enumerate(words)
            if not (word.capital and (_unknown(word.plain) or word.plain in _TYPE_WORDS))
            and word.plain != "and"
        ),
        len(words),
    )
    possessive = words[end - 1].text.endswith("'s")
    after = words[end].plain if end < len(words) else ""
    return possessive or after in _HAPPENED | {"no", "does", "do", "who", "also"}


def _unknown(text: str) -> bool:
    known = _BEGINNINGS | _HAPPENED | DOUBTFUL | _UNFINISHED | WHEN
    return text.isalpha() and text not in known


def _function_word(word: Word) -> bool:
    """Whether a sentence without a verb may hold the word: "two resignations this month"."""
    text = word.plain
    return (
        text in _PEOPLE | _BUSINESS | _TYPE_WORDS | _BEGINNINGS | _NUMBERS | _UNFINISHED | _TIMES
        or text.isdigit()
        or text in _LEFT | _HIRED
        or (word.capital and _unknown(text))
    )


def _counts_people(words: Sequence[Word]) -> bool:
    """Whether every number counts people, names a time, or ends the sentence after a verb."""
    texts = [word.plain for word in words]
    for i, text in enumerate(texts):
        if not (text.isdigit() or text in _NUMBERS) or text in ("a", "single"):
            continue
        near = texts[max(0, i - 2) : i] + texts[i + 1 : i + 5]
        if not any(
            word in _PEOPLE | _TYPE_WORDS | _TIMES | WHEN | _BUSINESS | {"of"} for word in near
        ) and not (i == len(texts) - 1 and i and texts[i - 1] in _HAPPENED):
            return False
    return True
