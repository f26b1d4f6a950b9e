"""/scim/v2: a clinic's identity provider keeps the clinic's users, by SCIM 2.0."""

from licensing.adapters import settings
from licensing.adapters.directory import Directory
from licensing.adapters.postbox import Postbox
from licensing.http import scim
from licensing.http.app import Api, HttpAnswer
from licensing.http.inviting import inviting_by

lambda_handler = app = Api(scim.refuse)
directory = Directory(settings.user_pool_id())
postbox = Postbox(settings.sender_address(), settings.configuration_set())


@app.route(".+", method=["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"])
def serve_scim() -> HttpAnswer:
    """Answer one request; the provider's token says in which clinic."""
    return scim.respond(app, inviting_by(app, directory, postbox))
