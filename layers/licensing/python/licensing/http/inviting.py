"""The frame of a function that invites people."""

from licensing.adapters import settings
from licensing.adapters.directory import Directory
from licensing.adapters.postbox import Postbox
from licensing.http.app import Api, Refusal
from licensing.use_cases.users.invitations import Inviting


class InvitingApi(Api):
    """A function of the API that makes accounts, and mails their owners."""

    def __init__(self, refusal: Refusal | None = None) -> None:
        super().__init__(refusal)
        self.directory = Directory(settings.user_pool_id())
        self.postbox = Postbox(settings.sender_address(), settings.configuration_set())

    def inviting(self) -> Inviting:
        """Return what it takes to invite somebody in answer to this request."""
        # Not in the environment: the page's address is the API's, which needs its functions first.
        page = (self.current_event.raw_event.get("stageVariables") or {}).get("page_url", "")
        vendor, most = settings.vendor_name(), settings.max_invitations()
        return Inviting(self.directory, self.postbox, page, vendor, most)
