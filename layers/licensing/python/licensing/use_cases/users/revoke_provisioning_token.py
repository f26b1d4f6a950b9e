"""Taking a token back from an identity provider."""

from dataclasses import replace
from datetime import datetime

from licensing.domain.changes import Replace
from licensing.domain.errors import NotFoundError
from licensing.domain.history import Event, token_facts
from licensing.domain.keys import token_key
from licensing.domain.provisioning_tokens import ProvisioningToken
from licensing.use_cases.access import Caller, as_manager
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store


@until_committed
def revoke_provisioning_token(
    store: Store, caller: Caller, clinic_id: str, token_id: str, *, now: datetime
) -> ProvisioningToken:
    """Return the token, good for nothing from now on; one that is so already stays as it is.

    Raises NotFoundError where there is none.
    """
    key = token_key(clinic_id, token_id)
    opened = as_manager(store, caller, clinic_id, key)
    token = opened.record(key)
    if token is None:
        raise NotFoundError("This clinic has no such token. Check the ID in the list of tokens.")
    if not token.active:
        return token
    revoked = token.revoked(opened.clinic.moment(now))
    event = Event("provisioning_token_revoked", token_id, token_facts(token), token_facts(revoked))
    opened.commit(opened.clinic, event, Replace(token, revoked), now=now)
    return replace(revoked, version=token.version + 1)
