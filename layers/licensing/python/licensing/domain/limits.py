"""The limits of what can be asked for, and what a clinic starts with: each stands here only."""

from licensing.domain.proration import ProrationUnit, ReleaseCredit

MOST_PER_REQUEST = 50
"""Licenses of one type that one request may add or remove, unless a deployment says otherwise."""
MOST_LICENSES = 100_000
"""Licenses of one type that a clinic can be registered with."""
DEAREST_CENTS = 100_000_000
LONGEST_NAME = 200
SHORTEST_EXPLANATION, LONGEST_EXPLANATION = 3, 1000
MOST_USER_MANAGERS = 10
"""User Managers that a clinic can be registered with."""

FIRST_UNIT, FIRST_CREDIT = ProrationUnit.SECOND, ReleaseCredit.PRORATED
"""The rules of proration that a clinic starts with."""
MOST_CLINICS_IN_A_MAIL = 13
"""Changed at once: up to 7 records for each and 5 for the mail; a transaction holds 100."""
MOST_INVITATIONS = 30
"""By one clinic in a day, unless the deployment says otherwise."""
