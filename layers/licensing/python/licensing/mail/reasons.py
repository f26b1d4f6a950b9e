"""Why a mail's request was not carried out at once, as its sender reads it."""

from typing import Final

from licensing.domain.limits import MOST_PER_REQUEST
from licensing.mail import lexicon
from licensing.mail.doubts import Doubt

WHY: Final = {
    doubt: lexicon.text("why", doubt).replace("MOST", str(MOST_PER_REQUEST)) for doubt in Doubt
}
"""One sentence or two for each doubt."""
