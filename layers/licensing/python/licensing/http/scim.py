"""SCIM over HTTP: from a request under /scim/v2 to a use case, and its answer (RFC 7644)."""

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, NamedTuple
from urllib.parse import unquote

from aws_lambda_powertools.event_handler import Response

from licensing.adapters.telemetry import logger
from licensing.answers import timestamp
from licensing.domain.errors import LicensingError
from licensing.domain.provisioning import Wanted
from licensing.domain.users import User
from licensing.http.app import SECURITY_HEADERS, Api, answer
from licensing.http.body import JSON, read_object
from licensing.http.errors import UnauthorizedError
from licensing.http.scim_bodies import wanted
from licensing.scim import schemas, users
from licensing.scim.errors import ScimError
from licensing.scim.filters import read_filter
from licensing.scim.patches import patched
from licensing.use_cases.users import serve_scim as use_case
from licensing.use_cases.users.invitations import Inviting

ROOT = "/scim/v2"
MEDIA_TYPE = "application/scim+json"
_answer = partial(answer, media_type=MEDIA_TYPE)
_STATUS_TYPES = {"user_exists": "uniqueness"}
"""What SCIM calls a refusal, where it has a word for it."""


_RETRY_AFTER = {429: "3600", 503: "1"}
"""Seconds. Invitations are bounded by the day."""


class Call(NamedTuple):
    """One request of a provider whose token is good."""

    app: Api
    provider: use_case.Provider
    inviting: Inviting
    base: str
    member: str

    @property
    def query(self) -> Mapping[str, str]:
        """The query string."""
        return self.app.current_event.query_string_parameters or {}

    def body(self) -> dict[str, Any]:
        """Return the body's object."""
        return read_object(self.app, MEDIA_TYPE, JSON)


def respond(app: Api, inviting: Inviting) -> Response[str]:
    """Answer the present request, on the permission of its token."""
    event = app.current_event
    collection, _, member = unquote(event.path).removeprefix(ROOT).strip("/").partition("/")
    provider = _provider(app, member)
    call = Call(app, provider, inviting, _base(event.raw_event), member)
    handle = _ROUTES.get((event.http_method, collection, bool(member)))
    if handle is not None:
        return handle(call)
    if collection in ("Me", "Bulk") or f"{collection}/{member}".strip("/").endswith(".search"):
        raise ScimError(
            "This service doesn't support that; see /ServiceProviderConfig.", status=501
        )
    here = collection, bool(member)
    allowed = [method for method, name, has in _ROUTES if (name, has) == here]
    if allowed:
        detail = f"{event.http_method} isn't supported here. Use {', '.join(allowed)}."
        raise ScimError(detail, status=405, allowed=allowed)
    raise ScimError("There is nothing at this address.", status=404)


def refuse(status: int, code: str, detail: str, error: LicensingError | None) -> Response[str]:
    """Return a refusal in SCIM's form (RFC 7644, 3.12)."""
    scim_type = _STATUS_TYPES.get(code)
    more: dict[str, str] = {}
    if isinstance(error, ScimError):
        status, scim_type = error.status, error.scim_type
        more = {"Allow": ", ".join(error.allowed)} if error.allowed else {}
    elif status == 422:
        status, scim_type = 400, "invalidValue"
    elif status == 400:
        scim_type = "invalidSyntax"
    elif code == "too_many_invitations":
        status = 429
    body = {"schemas": [schemas.ERROR], "status": str(status), "detail": detail}
    more |= {"WWW-Authenticate": "Bearer"} if status == 401 else {}
    more |= {"Retry-After": _RETRY_AFTER[status]} if status in _RETRY_AFTER else {}
    return _answer(status, body | ({"scimType": scim_type} if scim_type else {}), more)


def _provider(app: Api, member: str) -> use_case.Provider:
    scheme, _, text = (app.header("authorization") or "").partition(" ")
    provider = None
    if scheme.lower() == "bearer":
        provider = use_case.authenticate(app.store, text.strip(), member, now=app.now())
    if provider is None:
        raise UnauthorizedError(
            "Send a provisioning token of a clinic as 'Authorization: Bearer …'. A User Manager "
            "makes one on the page, under Provisioning."
        )
    logger.append_keys(clinic_id=provider.clinic_id, token_id=provider.token.token_id)
    return provider


def _base(event: dict[str, Any]) -> str:
    """Return the address of this service, as the caller wrote it."""
    headers = {name.lower(): value for name, value in (event.get("headers") or {}).items()}
    host, context = headers.get("host", ""), event["requestContext"]
    before = context["path"].partition(ROOT)[0]
    if ".execute-api." not in host:
        # Only API Gateway's own address has the stage in it; the emulator tells it everywhere.
        before = before.removeprefix(f"/{context['stage']}")
    # API Gateway says by which scheme it was called, which is always this one; the emulator not.
    return f"{headers.get('x-forwarded-proto', 'http')}://{host}{before}{ROOT}"


def _list_users(call: Call) -> Response[str]:
    text = call.query.get("filter")
    matches = read_filter(text) if text else lambda _: True
    resources = [_resource(call, user) for user in use_case.list_users(call.provider)]
    found = [of for of in resources if matches(of)]
    start = max(1, _number(call, "startIndex", 1))
    count = min(schemas.MOST_RESULTS, max(0, _number(call, "count", schemas.MOST_RESULTS)))
    page = [_projected(call, of) for of in found[start - 1 : start - 1 + count]]
    return _answer(200, _listed(page, len(found), start))


def _get_user(call: Call) -> Response[str]:
    user = use_case.get_user(call.provider, call.member)
    if call.app.has_already(user.version):
        return Response(304, headers={**SECURITY_HEADERS, "ETag": users.version(user)}, body="")
    return _user(call, 200, user)


def _create_user(call: Call) -> Response[str]:
    new = wanted(users.known(call.body()), None, call.provider.token.default_license_type)
    user = use_case.create_user(call.provider, call.inviting, new)
    return _user(call, 201, user)


def _replace_user(call: Call) -> Response[str]:
    said = users.replaced(call.body())
    return _changed(call, lambda user: wanted(said, user, call.provider.token.default_license_type))


def _patch_user(call: Call) -> Response[str]:
    body = call.body()

    def revise(user: User) -> Wanted:
        said = patched(_resource(call, user), body)
        return wanted(said, user, call.provider.token.default_license_type)

    return _changed(call, revise)


def _changed(call: Call, revise: Callable[[User], Wanted]) -> Response[str]:
    user = use_case.change_user(
        call.provider,
        call.inviting.directory,
        call.member,
        revise,
        allows=_conditions(call),
    )
    return _user(call, 200, user)


def _conditions(call: Call) -> Callable[[int], bool]:
    """Return which versions of a user may be changed, by If-Match and If-None-Match."""
    wanted = call.app.versions("if-match")
    return lambda of: (wanted is None or of in wanted) and not call.app.has_already(of)


def _delete_user(call: Call) -> Response[str]:
    use_case.delete_user(
        call.provider, call.inviting.directory, call.member, allows=_conditions(call)
    )
    return Response(204, headers=dict(SECURITY_HEADERS), body="")


def _config(call: Call) -> Response[str]:
    return _answer(200, schemas.service_provider_config(call.base))


def _discover(list_all: Callable[[Call], list[dict[str, Any]]]) -> Callable[[Call], Response[str]]:
    def discover(call: Call) -> Response[str]:
        found = list_all(call)
        if "filter" in call.query:
            # Who filters would else take all of them for those that match (RFC 7644, 4).
            raise ScimError("Only Users can be filtered. Leave the filter out.", status=403)
        if not call.member:
            return _answer(200, _listed(found, len(found), 1))
        for one in found:
            if one["id"].lower() == call.member.lower():
                return _answer(200, one)
        raise ScimError("Nothing here has this ID.", status=404)

    return discover


_types = _discover(lambda call: schemas.resource_types(call.base))
_schemas = _discover(lambda call: schemas.schemas(call.base, use_case.license_types(call.provider)))

_ROUTES: dict[tuple[str, str, bool], Callable[[Call], Response[str]]] = {
    ("GET", "Users", False): _list_users,
    ("POST", "Users", False): _create_user,
    ("GET", "Users", True): _get_user,
    ("PUT", "Users", True): _replace_user,
    ("PATCH", "Users", True): _patch_user,
    ("DELETE", "Users", True): _delete_user,
    ("GET", "ServiceProviderConfig", False): _config,
    ("GET", "ResourceTypes", False): _types,
    ("GET", "ResourceTypes", True): _types,
    ("GET", "Schemas", False): _schemas,
    ("GET", "Schemas", True): _schemas,
}
"""By method, collection, and whether a member of it is named."""


def _resource(call: Call, user: User) -> dict[str, Any]:
    created, changed = timestamp(user.created_at), timestamp(user.last_changed_at)
    return users.resource(user, call.base, created, changed)


def _user(call: Call, status: int, user: User) -> Response[str]:
    resource = _resource(call, user)
    headers = {"ETag": users.version(user), "Location": resource["meta"]["location"]}
    return _answer(status, _projected(call, resource), headers)


def _projected(call: Call, resource: dict[str, Any]) -> dict[str, Any]:
    only, without = (_named(call, wish) for wish in ("attributes", "excludedAttributes"))
    return schemas.projected(resource, only, without)


def _named(call: Call, wish: str) -> list[str]:
    """Return the attributes named; brackets, as in a path, say of which values, of one here."""
    names = re.sub(r"\[[^]]*\]", "", call.query.get(wish, ""))
    return [name.strip() for name in names.split(",") if name.strip()]


def _listed(page: list[dict[str, Any]], total: int, start: int) -> dict[str, Any]:
    return {
        "schemas": [schemas.LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(page),
        "Resources": page,
    }


def _number(call: Call, name: str, usual: int) -> int:
    text = call.query.get(name)
    if text is None:
        return usual
    if not re.fullmatch(r"-?[0-9]{1,18}", text):
        raise ScimError(f"{name} must be a whole number.", "invalidValue")
    return int(text)
