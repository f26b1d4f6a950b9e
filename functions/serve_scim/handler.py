"""/scim/v2: a clinic's identity provider keeps the clinic's users, by SCIM 2.0."""

from licensing.http import scim
from licensing.http.app import HttpAnswer
from licensing.http.inviting import InvitingApi

lambda_handler = app = InvitingApi(scim.refuse)


@app.route(".+", method=["DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"])
def serve_scim() -> HttpAnswer:
    """Answer one request; the provider's token says in which clinic."""
    return scim.respond(app, app.inviting())
