"""Cognito's trigger before it invites somebody: the mail's words."""

from typing import Any

from licensing.domain.invitations import Invitation
from licensing.letters import invitation

ADMIN_CREATES = "CustomMessage_AdminCreateUser"


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Return the event with the invitation's words; other mails of Cognito keep their own.

    What an invitation says comes from the call that creates the account, which only our own
    functions may make. A person who resets a password can send such data as well: it is not used.
    """
    data = event["request"].get("clientMetadata") or {}
    if event["triggerSource"] == ADMIN_CREATES and data.keys() >= set(Invitation._fields):
        to = Invitation(**{name: data[name] for name in Invitation._fields})
        event["response"]["emailSubject"], event["response"]["emailMessage"] = invitation(to)
    return event
