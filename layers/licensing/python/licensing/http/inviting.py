"""What a function that invites people is given."""

from licensing.adapters import settings
from licensing.http.app import Api
from licensing.use_cases.ports import Directory, Postbox
from licensing.use_cases.users.invitations import Inviting


def inviting_by(app: Api, directory: Directory, postbox: Postbox) -> Inviting:
    """Return what it takes to invite somebody in answer to this request."""
    # Not in the environment: the page's address is the API's, which needs its functions first.
    page = (app.current_event.raw_event.get("stageVariables") or {}).get("page_url", "")
    return Inviting(directory, postbox, page, settings.vendor_name(), settings.max_invitations())
