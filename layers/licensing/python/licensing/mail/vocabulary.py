"""The words that the request grammar knows, by what they do in a sentence.

Everything here is lower case, with contractions written out and hyphens between letters read as
spaces. A phrase wins over its words ("physical therapist assistant" is no therapist). What is not
listed is an unknown word, and a request with an unknown word in it is asked back: adding a word
to a list is how the grammar learns, and the only way.
"""

from enum import Enum, auto
from typing import Final

from licensing.domain.licenses import LicenseType


class Kind(Enum):
    """What a token does."""

    ASK = auto()  # "could you": the verb follows
    ASK_GERUND = auto()  # "would you mind": "adding" follows
    WISH = auto()  # "we would like to": the verb follows
    ADD = auto()
    ADDING = auto()
    ADDED = auto()
    REMOVE = auto()
    REMOVING = auto()
    REMOVED = auto()
    HAND_BACK = auto()  # only after WISH: "please give back 2" may mean give back to us
    NEED = auto()  # "we need": licenses follow, so it means add
    MAY_GET = auto()  # "can we get": the same, as a question
    HAVE = auto()  # "have 2 licenses added": only with the participle
    NEEDS = auto()  # "Main Street needs"
    RAISE = auto()  # "increase ... by 2"
    LOWER = auto()
    BY = auto()
    NUMBER_OF = auto()
    QUANTITY = auto()
    ARTICLE = auto()
    BAD_NUMBER = auto()
    TIMES = auto()
    MORE = auto()
    OF = auto()
    OUR = auto()
    TYPE = auto()
    THERAPY = auto()  # "physical therapy": a type only before "license"
    LICENSE = auto()
    CLINIC = auto()
    PLACE = auto()
    ACCOUNT = auto()
    AT = auto()
    AND = auto()
    SO = auto()
    NEEDED = auto()  # "2 licenses needed"
    IDLE = auto()  # "2 unused licenses": of removals only
    BE = auto()
    FOLLOWING = auto()
    CHANGES = auto()
    NOW = auto()
    BECAUSE = auto()  # any words may follow
    SINCE = auto()  # a statement must follow: "as" and "since" mean other things too
    FILLER = auto()
    GREETING = auto()
    THANKS = auto()
    COMMA = auto()
    SEMICOLON = auto()
    COLON = auto()
    DASH = auto()
    PLUS = auto()
    OPEN = auto()
    CLOSE = auto()
    SLASH = auto()
    BAR = auto()
    QUESTION = auto()
    WORD = auto()


def listed(words: str) -> frozenset[str]:
    """Return a listing's words, parted by spaces and line ends."""
    return frozenset(words.split())


def phrases(listing: str) -> list[str]:
    """The phrases of one listing: parted by bars or line ends."""
    return [phrase for line in listing.splitlines() for phrase in line.strip().split("|") if phrase]


_PHRASES: Final[dict[Kind, str]] = {
    Kind.ASK: """
        can you|could you|would you|will you|can someone|could someone|can somebody
        can your team|could your team|can you all|could you all|can you guys|could you guys
        would you be able to|are you able to|would you be so kind as to|can i ask you to
        may i ask you to|i need you to|we need you to|i want you to|we want you to
        i would like you to|we would like you to|i request that you|we request that you
        we ask that you|i ask that you|i am writing to ask you to|i am asking you to
        i would appreciate it if you could|i would appreciate it if you would
        we would appreciate it if you could|we would appreciate it if you would
        i would be grateful if you could|we would be grateful if you could
        it would be great if you could|can i have you|could i have you|can i get you to
        could i get you to|can we have you|could we have you|could you go ahead and
        can you go ahead and|go ahead and""",
    Kind.ASK_GERUND: "would you mind|do you mind",
    Kind.WISH: """
        i would like to|we would like to|i want to|we want to|i need to|we need to
        i wish to|we wish to|would like to|need to|want to|i am writing to|we are writing to
        i am emailing to|i am requesting to|we are requesting to|requesting to
        this is a request to|this is to request to|i would love to|we would love to|let us
        i would like to request to|we would like to request to|i am reaching out to""",
    Kind.ADD: "add|add on|add in|order|purchase|buy|set up|provision|issue|issue us",
    Kind.ADDING: "adding|ordering|purchasing|buying|additions|addition|adds",
    Kind.ADDED: "added|added on",
    Kind.REMOVE: """
        remove|release|drop|cancel|discontinue|delete|retire|terminate|eliminate
        get rid of|take off|take away|let go of|do away with""",
    Kind.REMOVING: """
        removing|releasing|dropping|cancelling|canceling|discontinuing|deleting
        terminating|eliminating|removals|removal|releases|cancellations|cancellation|reductions
        deletions""",
    Kind.REMOVED: """
        removed|released|dropped|cancelled|canceled|discontinued|deleted|terminated|eliminated
        taken off""",
    Kind.HAND_BACK: "return|give up|give back|turn in|surrender|relinquish|hand back",
    Kind.NEED: """
        we need|i need|need|we require|i require|we request|i request|requesting|request
        we are requesting|i am requesting|i am writing to request|we are writing to request
        i would like|we would like|would like|we want|i want
        i would like to request|we would like to request|i want to request|we want to request
        i need to request|we need to request
        this is a request for|request for|a request for|i have a request for
        i would like to have|we would like to have|i would like to get|we would like to get
        we want to get|i want to get|we need to get|i need to get|need to get
        give us|get us|give me|get me|provide us with|set us up with|sign us up for
        i am in need of|we are in need of|in need of|i would love|we would love
        i would like to submit a request for|grant us""",
    Kind.HAVE: "have|get",
    Kind.MAY_GET: """
        can we get|could we get|can i get|could i get|may we get|may i get
        can we have|could we have|can i have|could i have|may we have|may i have
        can you give us|could you give us|can you get us|could you get us
        can you get me|could you get me|could you give me|can you give me
        would you get us|would you give us|can you set us up with|could you set us up with
        can we please add|could we please add|can i please add|could i please add""",
    Kind.NEEDS: "needs|requires|is requesting|is in need of",
    Kind.RAISE: "increase|raise|bump|bump up",
    Kind.LOWER: "decrease|reduce|lower",
    Kind.BY: "by",
    Kind.NUMBER_OF: "number of|count of|quantity of|amount of",
    Kind.TIMES: "x|×",  # noqa: RUF001 - people do write the sign
    Kind.MORE: """
        more|additional|extra|further|addtl|addl|new|more new|additional new|extra new""",
    Kind.OF: "of",
    Kind.OUR: "our|the|my",
    Kind.THERAPY: """
        physical therapy|occupational therapy|speech therapy|speech language pathology""",
    Kind.LICENSE: """
        license|licenses|licence|licences|seat|seats|lic|lics|user license|user licenses
        user licence|user licences|user seat|user seats|software license|software licenses
        lisence|lisences|liscense|liscenses|lisense|lisenses|licens|licenese|liscence|liscences
        license's|licenses's|staff license|staff licenses|staff seat|staff seats""",
    Kind.PLACE: """
        clinic|location|office|site|practice|branch|facility|clinic location|office location""",
    Kind.ACCOUNT: "account|subscription|plan|contract|license account",
    Kind.AT: "at|for|in|to|from|under|on",
    Kind.AND: "and|&|plus|as well as|along with|and also",
    Kind.SO: "so|therefore|hence|thus",
    Kind.NEEDED: """
        needed|is needed|are needed|required|is required|are required|requested|is requested
        are requested""",
    Kind.IDLE: "unused|idle|vacant|spare|surplus|unassigned|inactive",
    Kind.BE: "to be|should be",
    Kind.FOLLOWING: "the following|following|these|as follows",
    Kind.CHANGES: """
        changes|change|license changes|license change|adjustments|adjustment|license adjustments
        updates|license updates|items""",
    Kind.NOW: """
        now|today|immediately|asap|a s a p|as soon as possible|as soon as you can|right away
        right now|urgent|effective immediately|effective today|effective now|effective as of today
        effective right away|starting today|starting now|starting immediately|beginning today
        beginning immediately|as of today|as of now|with immediate effect|promptly|urgently
        at your earliest convenience|at your convenience|at your earliest opportunity
        when you get a chance|when you have a chance|when you have a moment|when you have a minute
        when you get a minute|when you get a moment|when you are able|by end of day|by eod
        by the end of the day|by end of day today|this morning|this afternoon|quickly
        as quickly as possible|at the earliest""",
    Kind.BECAUSE: """
        because|because of|b/c|due to|due to the fact that|on account of|owing to|cause|cuz|bc|b c
        reason being|the reason is|the reason is that|the reason being|the reason being that
        reason is|for the reason that|the reason for this is|the reason for this is that
        the reason for this request is|the reason for this request is that
        the reason for the removal is|the reason for removal is|the reason for this change is
        this is because|that is because""",
    Kind.SINCE: "since|as|given that|seeing that|now that",
    Kind.FILLER: """
        as discussed|as we discussed|per our conversation|per our call|per our discussion
        as mentioned|for us|for me|for our team|on our behalf|as well|exactly|if you please
        in the system|in our system|my request is|our request is
        ps|p s|pps|one more thing|quick request|one request|new request|license request
        a quick request|license change request|license update|license adjustment request
        action needed|here is my request|request as follows|hereby|in addition""",
    Kind.GREETING: """
        hi|hello|hey|dear|good morning|good afternoon|good evening|good day|greetings|morning
        afternoon|hi there|hello there|hey there|hi all|hello all|hi team|hello team|hey team
        hi everyone|hello everyone|hi folks|hello folks|dear team|dear support|dear all|howdy
        hi support|hello support|dear support team|hi support team|hello support team
        dear sir or madam|to whom it may concern|dear licensing team|hi licensing team|hey guys
        hi guys|hey all|hey folks|good morning team|good afternoon team|hi clinicapp|hello clinicapp
        hi clinicapp team|hello clinicapp team|dear clinicapp|dear clinicapp team""",
    Kind.THANKS: """
        thanks|thank you|thx|ty|tia|many thanks|thanks so much|thanks a lot|thanks much
        thank you so much|thank you very much|thanks very much|thanks in advance
        thank you in advance|thanks again|thank you again|cheers|much appreciated|appreciate it
        we appreciate it|i appreciate it|appreciated|greatly appreciated|thanks a bunch
        thanks a million|thanks all|thanks team|thank you all|thank you team|kind regards
        best regards|regards|best|sincerely""",
}

_THERAPIST: Final = """
    therapist|therapists|pt|pts|ot|ots|slp|slps|provider|providers
    physical therapist|physical therapists|occupational therapist|occupational therapists
    speech therapist|speech therapists|speech language pathologist|speech language pathologists
    speech pathologist|speech pathologists|treating therapist|treating therapists
    treating provider|treating providers|staff therapist|staff therapists"""
_ASSISTANT: Final = """
    assistant|assistants|pta|ptas|ota|otas|cota|cotas|slpa|slpas
    physical therapist assistant|physical therapist assistants
    physical therapy assistant|physical therapy assistants
    occupational therapist assistant|occupational therapist assistants
    occupational therapy assistant|occupational therapy assistants
    certified occupational therapy assistant|certified occupational therapy assistants
    therapy assistant|therapy assistants|therapist assistant|therapist assistants
    pt assistant|pt assistants|ot assistant|ot assistants|slp assistant|slp assistants
    speech language pathology assistant|speech language pathology assistants
    speech therapy assistant|speech therapy assistants"""
_FRONT_OFFICE: Final = """
    front office|front desk|frontdesk|frontoffice|scheduler|schedulers|receptionist|receptionists
    front office staff|front desk staff|front desk receptionist|front desk receptionists
    front desk scheduler|front desk schedulers|patient scheduler|patient schedulers"""
_BILLING: Final = """
    billing|biller|billers|coder|coders|medical biller|medical billers|medical coder
    medical coders|billing staff|billing specialist|billing specialists"""

LICENSE_TYPES: Final[dict[LicenseType, str]] = {
    LicenseType.THERAPIST: _THERAPIST,
    LicenseType.ASSISTANT: _ASSISTANT,
    LicenseType.FRONT_OFFICE: _FRONT_OFFICE,
    LicenseType.BILLING: _BILLING,
}

_UNITS: Final = (
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven",
    "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen",
)  # fmt: skip
_TENS: Final = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
MOST_LICENSES: Final = 50


def _number_phrases() -> dict[str, int]:
    """Every way to say 1 to 59 in words; above the limit it is still a number, only too large."""
    numbers = {word: n for n, word in enumerate(_UNITS, start=1)}
    for word, tens in _TENS.items():
        numbers[word] = tens
        numbers |= {f"{word} {unit}": tens + n for n, unit in enumerate(_UNITS[:9], start=1)}
    return numbers | {"a dozen": 12, "one dozen": 12, "two dozen": 24, "a single": 1}


NUMBER_WORDS: Final = _number_phrases()

CONTRACTIONS: Final[dict[str, str]] = {
    "can't": "can not",
    "cannot": "can not",
    "won't": "will not",
    "shan't": "shall not",
    "ain't": "is not",
    "let's": "let us",
    "gonna": "going to",
    "wanna": "want to",
    "y'all": "you all",
    "u": "you",
}
ENDINGS: Final[dict[str, str]] = {
    "n't": "not",
    "'m": "am",
    "'re": "are",
    "'ve": "have",
    "'ll": "will",
    "'d": "would",
}
# After these words 's is "is"; after any other it marks a possessive or a plural.
IS_SHORTENED: Final = listed(
    "it he she that there here what who where how when this everything everyone"
)

# Dropped before a request is read: they change nothing, wherever they stand.
# Which work a type's word names. Two different ones in a mail are two people, so they add up;
# "2 therapist licenses, 1 PT and 1 OT" may be a breakdown, so general words do not.
_SPECIFIC: Final[dict[str, str]] = {
    "pt": "pt|pts|physical therapist|physical therapists",
    "ot": "ot|ots|occupational therapist|occupational therapists",
    "slp": """slp|slps|speech therapist|speech therapists|speech language pathologist
        speech language pathologists|speech pathologist|speech pathologists""",
    "pta": """pta|ptas|physical therapist assistant|physical therapist assistants|pt assistant
        physical therapy assistant|physical therapy assistants|pt assistants""",
    "ota": """ota|otas|cota|cotas|occupational therapist assistant|ot assistant|ot assistants
        occupational therapist assistants|occupational therapy assistant
        occupational therapy assistants|certified occupational therapy assistant
        certified occupational therapy assistants""",
    "slpa": "slpa|slpas|slp assistant|slp assistants",
    "scheduler": "scheduler|schedulers|front desk scheduler|front desk schedulers",
    "receptionist": "receptionist|receptionists|front desk receptionist|front desk receptionists",
    "biller": "biller|billers|medical biller|medical billers",
    "coder": "coder|coders|medical coder|medical coders",
}

SOFTENERS: Final = listed(
    "please pls plz kindly also just additionally furthermore moreover lastly too"
)


SPECIFIC_WORK: Final = {
    phrase: work for work, listing in _SPECIFIC.items() for phrase in phrases(listing)
}


def _table() -> dict[tuple[str, ...], tuple[Kind, LicenseType | int | None]]:
    table: dict[tuple[str, ...], tuple[Kind, LicenseType | int | None]] = {}
    for kind, listing in _PHRASES.items():
        table |= {tuple(phrase.split()): (kind, None) for phrase in phrases(listing)}
    for license_type, listing in LICENSE_TYPES.items():
        table |= {tuple(phrase.split()): (Kind.TYPE, license_type) for phrase in phrases(listing)}
    for phrase, number in NUMBER_WORDS.items():
        kind = Kind.QUANTITY if number <= MOST_LICENSES else Kind.BAD_NUMBER
        table[tuple(phrase.split())] = (kind, number)
    table |= {(word,): (Kind.ARTICLE, 1) for word in ("a", "an", "another")}
    table[("zero",)] = (Kind.BAD_NUMBER, 0)
    return table


PHRASE_TABLE: Final = _table()
LONGEST_PHRASE: Final = max(len(phrase) for phrase in PHRASE_TABLE)

WHEN: Final = listed("""
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri
    sat sun january february march april may june july august september october november december
    jan feb mar apr jun jul aug sep sept oct nov dec tomorrow tonight spring summer fall autumn
    winter christmas thanksgiving easter labor memorial q1 q2 q3 q4 eom eoy
    """)
"""Days, months and seasons: capitals that are no names."""
