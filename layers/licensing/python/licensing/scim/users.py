"""Users as SCIM resources, and back."""

from collections.abc import Mapping
from typing import Any, NamedTuple

from licensing.domain.users import User
from licensing.scim.schemas import LICENSE, USER, attribute_named

Resource = dict[str, Any]

NAME_PARTS = ("formatted", "givenName", "familyName")


def version(user: User) -> str:
    """Return the ETag of a user."""
    return f'W/"{user.version}"'


def resource(user: User, base: str, created: str, changed: str) -> Resource:
    """Return the user as a resource, at the service's address."""
    told = user.provisioned
    name = zip(NAME_PARTS, shown_name(user), strict=True)
    whole: Resource = {
        "schemas": [USER, LICENSE],
        "id": user.user_id,
        "externalId": told.external_id,
        "userName": told.user_name or user.email,
        "name": {part: text for part, text in name if text} or None,
        "displayName": user.name,
        "emails": [{"value": user.email, "type": "work", "primary": told.primary is not False}],
        "active": user.active,
        LICENSE: {"licenseType": user.license_type.value},
        "meta": {
            "resourceType": "User",
            "created": created,
            "lastModified": changed,
            "location": f"{base}/Users/{user.user_id}",
            "version": version(user),
        },
    }
    return {name: value for name, value in whole.items() if value is not None}


class ShownName(NamedTuple):
    """A user's name as SCIM has it; what is empty is not there."""

    formatted: str
    given: str
    family: str


def shown_name(user: User) -> ShownName:
    """Return the parts of a name as the provider said; else the last word and what precedes."""
    told = user.provisioned
    given, _, family = user.name.rpartition(" ")
    if told.given_name is not None or told.family_name is not None:
        given, family = told.given_name or "", told.family_name or ""
    formatted = user.name if told.formatted_name is None else told.formatted_name
    return ShownName(formatted, given, family)


def known(body: Mapping[str, Any]) -> Resource:
    """Return what a body says of what is kept here, by the published names; of the rest nothing."""
    found: Resource = {}
    for name, value in body.items():
        named = attribute_named(name)
        if named is None:
            continue
        attribute, *part = named.place
        whole = found.get(attribute)
        if not part:
            found[attribute] = value
        elif isinstance(whole, dict | None):
            # As in a PATCH without a path, whose names may be paths.
            found[attribute] = {**(whole or {}), part[0]: value}
    return found


def replaced(body: Mapping[str, Any]) -> Resource:
    """Return what a replacement says: what is left out and may be absent is removed.

    Also the userName, without which it is refused; what else a user must have stays as it is
    (RFC 7644, 3.5.1).
    """
    return {"userName": None, "externalId": None, "name": None, **known(body)}
