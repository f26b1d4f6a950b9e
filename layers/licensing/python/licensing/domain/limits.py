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
MOST_INVITATIONS = 30
"""By one clinic in a day, unless the deployment says otherwise."""
