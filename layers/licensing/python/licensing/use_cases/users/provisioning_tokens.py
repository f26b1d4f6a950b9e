"""Giving a clinic's identity provider a token of its own, and taking it back."""

from dataclasses import replace

from licensing.domain.changes import Insert, Replace
from licensing.domain.clinics import require_types
from licensing.domain.errors import NotFoundError, RefusedError
from licensing.domain.history import Event, token_facts
from licensing.domain.ids import new_id
from licensing.domain.keys import TOKEN
from licensing.domain.licenses import LicenseType
from licensing.domain.provisioning_tokens import MOST_TOKENS, ProvisioningToken, digest_of, new_text
from licensing.use_cases.access import Caller, as_manager
from licensing.use_cases.committing import until_committed
from licensing.use_cases.ports import Store


@until_committed
def create_provisioning_token(
    store: Store, caller: Caller, clinic_id: str, name: str, default_license_type: LicenseType
) -> tuple[ProvisioningToken, str]:
    """Return the new token and its text, which is told this once and kept nowhere.

    So a repeat cannot get the same answer; it is refused, for names are taken once. Raises
    RefusedError ``token_exists`` or ``too_many_tokens``.
    """
    opened = as_manager(store, caller, clinic_id)
    require_types(opened.clinic, {"default_license_type": default_license_type})
    # The clinic's version orders all of its changes, so that no token comes in between.
    others = [token for token in store.all(clinic_id, TOKEN) if token.active]
    if any(token.name == name for token in others):
        raise RefusedError(
            "token_exists",
            f"A token named {name} already exists. Use another name, or revoke that token first.",
        )
    if len(others) >= MOST_TOKENS:
        raise RefusedError(
            "too_many_tokens", f"A clinic can have at most {MOST_TOKENS} tokens. Revoke one first."
        )
    moment = opened.clinic.moment(caller.now)
    token_id = new_id(moment)
    text = new_text(clinic_id, token_id)
    token = ProvisioningToken(
        clinic_id=clinic_id,
        token_id=token_id,
        name=name,
        digest=digest_of(text),
        default_license_type=default_license_type,
        created_at=moment,
        created_by=opened.actor,
    )
    event = Event("provisioning_token_created", token_id, after=token_facts(token))
    opened.commit(opened.clinic, event, Insert(token))
    return token, text


@until_committed
def revoke_provisioning_token(
    store: Store, caller: Caller, clinic_id: str, token_id: str
) -> ProvisioningToken:
    """Return the token, good for nothing from now on; one that is so already stays as it is.

    Raises NotFoundError where there is none.
    """
    key = TOKEN.key(clinic_id, token_id)
    opened = as_manager(store, caller, clinic_id, key)
    token = opened.record(key)
    if token is None:
        raise NotFoundError("This clinic has no such token. Check the ID in the list of tokens.")
    if not token.active:
        return token
    revoked = token.revoked(opened.clinic.moment(caller.now))
    event = Event("provisioning_token_revoked", token_id, token_facts(token), token_facts(revoked))
    opened.commit(opened.clinic, event, Replace(token, revoked))
    return replace(revoked, version=token.version + 1)
