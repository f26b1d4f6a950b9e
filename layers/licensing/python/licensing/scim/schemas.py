"""What this service knows of a user, as SCIM's discovery endpoints tell it.

The table below is all there is: filters, PATCH paths and ``attributes`` are read by it.
"""

from collections.abc import Collection, Iterator
from typing import Any, NamedTuple

from licensing.domain.licenses import LicenseType

USER = "urn:ietf:params:scim:schemas:core:2.0:User"
LICENSE = "urn:ietf:params:scim:schemas:extension:clinic-license:2.0:User"
"""The one extension: which kind of license a user takes."""
ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
_CORE = "urn:ietf:params:scim:schemas:core:2.0:"
LIST = "urn:ietf:params:scim:api:messages:2.0:ListResponse"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"

MOST_RESULTS = 200
"""Resources in one answer."""


class Attribute(NamedTuple):
    """One attribute, as a schema publishes it (RFC 7643, 7)."""

    name: str
    description: str
    kind: str = "string"
    required: bool = False
    many: bool = False
    exact: bool = False
    mutability: str = "readWrite"
    uniqueness: str = "none"
    values: tuple[str, ...] = ()
    parts: tuple["Attribute", ...] = ()

    def published(self) -> dict[str, Any]:
        """Return what /Schemas says of it."""
        said: dict[str, Any] = {
            "name": self.name,
            "type": self.kind,
            "multiValued": self.many,
            "description": self.description,
            "required": self.required,
            "mutability": self.mutability,
            "returned": "default",
        }
        if self.kind == "string":
            said |= {"caseExact": self.exact, "uniqueness": self.uniqueness}
        if self.values:
            said["canonicalValues"] = list(self.values)
        if self.parts:
            said["subAttributes"] = [part.published() for part in self.parts]
        return said


# Required is what a user is never without. What a new user is not given has a default: the name is
# made of what there is, the address is the userName, active is true, the license type the token's.
USER_ATTRIBUTES = (
    Attribute(
        "userName",
        "The provider's name for the user; their address, if no work email says another one.",
        required=True,
        uniqueness="server",
    ),
    Attribute(
        "name",
        "The parts of the name.",
        "complex",
        parts=(
            Attribute("formatted", "The whole name, if something else than displayName is said."),
            Attribute("givenName", "The given name, or first name."),
            Attribute("familyName", "The family name, or last name."),
        ),
    ),
    Attribute("displayName", "The name, as the clinic sees it.", required=True),
    Attribute(
        "emails",
        "The one address that the user signs in with.",
        "complex",
        required=True,
        many=True,
        parts=(
            Attribute("value", "The address.", required=True),
            Attribute("type", "Always work.", values=("work",)),
            Attribute("primary", "True, unless something else is said.", "boolean"),
        ),
    ),
    Attribute("active", "Whether the user holds a license.", "boolean", required=True),
)
_COMMON = (
    Attribute("id", "The user's id.", exact=True, mutability="readOnly"),
    Attribute("externalId", "The provider's own id of the user.", exact=True),
    Attribute("schemas", "Which schemas the resource has.", many=True, mutability="readOnly"),
    Attribute(
        "meta",
        "About the resource.",
        "complex",
        mutability="readOnly",
        parts=(
            Attribute("resourceType", "Always User.", exact=True),
            Attribute("created", "When the user was added.", "dateTime", exact=True),
            Attribute("lastModified", "When the user last changed.", "dateTime", exact=True),
            Attribute("version", "The ETag.", exact=True),
            Attribute("location", "The address of the resource.", exact=True),
        ),
    ),
)
LICENSE_ATTRIBUTES = (
    Attribute(
        "licenseType",
        "Which license the user takes when active; at first the token's default.",
        required=True,
        values=tuple(LicenseType),
    ),
)
_BY_NAME = {of.name.lower(): of for of in (*USER_ATTRIBUTES, *_COMMON)}
_OF_LICENSE = {of.name.lower(): of for of in LICENSE_ATTRIBUTES}

PRIVATE = ("home", "other")
"""The types of emails that are not for work (RFC 7643, 4.1.2)."""

# What RFC 7643 knows of a user and this service does not keep. Providers send it by default.
_NOT_KEPT = {
    *("nickname", "profileurl", "title", "usertype", "preferredlanguage", "locale", "timezone"),
    *("password", "phonenumbers", "ims", "photos", "addresses", "groups", "entitlements", "roles"),
    "x509certificates",
}
_PARTS_NOT_KEPT = {
    *("name.middlename", "name.honorificprefix", "name.honorificsuffix", "emails.display"),
}


class Named(NamedTuple):
    """An attribute that a client named: its place in a resource, and what is published of it."""

    place: tuple[str, ...]
    attribute: Attribute


def attribute_named(text: str) -> Named | None:
    """Return the attribute that the text names, with or without its schema, in any case.

    ``None`` for what is not published.
    """
    urn, inner = _split(text)
    if urn == LICENSE.lower():
        if not inner:
            return Named((LICENSE,), Attribute(LICENSE, "", "complex", parts=LICENSE_ATTRIBUTES))
        found = _OF_LICENSE.get(inner.lower())
        return Named((LICENSE, found.name), found) if found else None
    if urn not in ("", USER.lower()):
        return None
    name, dot, part = inner.partition(".")
    attribute = _BY_NAME.get(name.lower())
    if attribute is None or not dot:
        return Named((attribute.name,), attribute) if attribute else None
    found = next((of for of in attribute.parts if of.name.lower() == part.lower()), None)
    return Named((attribute.name, found.name), found) if found else None


def is_not_kept(text: str) -> bool:
    """Return whether the text names what SCIM knows of a user and this service does not keep."""
    urn, inner = _split(text)
    if urn == ENTERPRISE.lower():
        return True
    small = inner.lower()
    return small.partition(".")[0] in _NOT_KEPT or small in _PARTS_NOT_KEPT


def _split(text: str) -> tuple[str, str]:
    """Return the schema that a name begins with, in small letters, and the rest."""
    small = text.lower()
    for urn in (LICENSE.lower(), ENTERPRISE.lower(), USER.lower()):
        if small == urn:
            return urn, ""
        if small.startswith(f"{urn}:"):
            return urn, text[len(urn) + 1 :]
    return "", text


def service_provider_config(base: str) -> dict[str, Any]:
    """Return what the service can do (RFC 7643, 5)."""
    return {
        "schemas": [f"{_CORE}ServiceProviderConfig"],
        "patch": {"supported": True},
        "bulk": {"supported": False, "maxOperations": 0, "maxPayloadSize": 0},
        "filter": {"supported": True, "maxResults": MOST_RESULTS},
        "changePassword": {"supported": False},
        "sort": {"supported": False},
        "etag": {"supported": True},
        "authenticationSchemes": [
            {
                "type": "oauthbearertoken",
                "name": "Provisioning token",
                "description": "Authorization: Bearer, with a token that a User Manager made.",
                "primary": True,
            }
        ],
        "meta": {
            "resourceType": "ServiceProviderConfig",
            "location": f"{base}/ServiceProviderConfig",
        },
    }


def resource_types(base: str) -> list[dict[str, Any]]:
    """Return the one type of resource (RFC 7643, 6)."""
    return [
        {
            "schemas": [f"{_CORE}ResourceType"],
            "id": "User",
            "name": "User",
            "description": "A user of the clinic.",
            "endpoint": "/Users",
            "schema": USER,
            "schemaExtensions": [{"schema": LICENSE, "required": True}],
            "meta": {"resourceType": "ResourceType", "location": f"{base}/ResourceTypes/User"},
        }
    ]


def schemas(base: str, types: Collection[LicenseType]) -> list[dict[str, Any]]:
    """Return the schemas (RFC 7643, 7), with the license types that the clinic has."""
    license_type = LICENSE_ATTRIBUTES[0]._replace(values=tuple(types))
    return [
        _schema(base, USER, "User", "A user of the clinic.", USER_ATTRIBUTES),
        _schema(base, LICENSE, "Clinic license", "The license of a user.", (license_type,)),
    ]


def _schema(
    base: str, urn: str, name: str, description: str, attributes: tuple[Attribute, ...]
) -> dict[str, Any]:
    return {
        "schemas": [f"{_CORE}Schema"],
        "id": urn,
        "name": name,
        "description": description,
        "attributes": [of.published() for of in attributes],
        "meta": {"resourceType": "Schema", "location": f"{base}/Schemas/{urn}"},
    }


def projected(
    resource: dict[str, Any], only: Collection[str], without: Collection[str]
) -> dict[str, Any]:
    """Return the resource with the attributes that were asked for; id and schemas always."""
    if not only and not without:
        return resource
    kept: dict[str, Any] = {}
    named = set(_places(only or without))
    for name, value in resource.items():
        if name in ("id", "schemas") or (only and (name,) in named):
            kept[name] = value
        elif only or (name,) not in named:
            _keep_parts(kept, name, value, lambda *part: (part in named) == bool(only))
    return kept


def _places(names: Collection[str]) -> Iterator[tuple[str, ...]]:
    for name in names:
        found = attribute_named(name)
        if found is not None:
            yield found.place
        elif name.lower() == USER.lower():
            yield from ((of.name,) for of in USER_ATTRIBUTES)


def _keep_parts(kept: dict[str, Any], name: str, value: Any, wanted: Any) -> None:
    if isinstance(value, dict):
        value = {part: of for part, of in value.items() if wanted(name, part)}
    elif name == "emails":
        value = [{part: of for part, of in entry.items() if wanted(name, part)} for entry in value]
        value = [entry for entry in value if entry]
    elif not wanted(name):
        return
    if value not in ({}, []):
        kept[name] = value
