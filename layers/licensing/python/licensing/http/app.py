"""An API function's frame: its table, routing, who calls, answers, every failure as a problem."""

import json
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.exceptions import NotFoundError as RouteNotFoundError
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from licensing.adapters import settings
from licensing.adapters.aws import may_pass
from licensing.adapters.staff import STAFF_GROUP, is_staff
from licensing.adapters.store import Store
from licensing.adapters.telemetry import logger
from licensing.domain.clinics import Clinic
from licensing.domain.errors import (
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    KeyReusedError,
    LicensingError,
    NotFoundError,
    PreconditionFailedError,
    RefusedError,
)
from licensing.http.errors import (
    MalformedRequestError,
    PayloadTooLargeError,
    UnauthorizedError,
    UnsupportedMediaTypeError,
)
from licensing.http.queries import Query
from licensing.use_cases.access import Caller, require_staff

SECURITY_HEADERS = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
_LOGGED = ("clinic_id", "adjustment_id")
_TAG = re.compile(r'(?:W/)?"([1-9][0-9]{0,18})"')

HttpAnswer = Response[str]
"""What a handler returns."""

Refusal = Callable[[int, str, str, LicensingError | None], HttpAnswer]
"""Writes a refusal: its status, its code, a sentence, and the error if it is one of ours."""

_STATUS: dict[type[LicensingError], tuple[int, str]] = {
    MalformedRequestError: (400, "The request cannot be read"),
    UnauthorizedError: (401, "Sign in first"),
    ForbiddenError: (403, "Not allowed"),
    NotFoundError: (404, "Not found"),
    RefusedError: (409, "Not possible now"),
    PreconditionFailedError: (412, "Changed meanwhile"),
    PayloadTooLargeError: (413, "The request is too large"),
    UnsupportedMediaTypeError: (415, "The format is not supported"),
    InvalidRequestError: (422, "The request is not valid"),
    KeyReusedError: (422, "This key was used before"),
    ConflictError: (503, "Try again"),
    LicensingError: (400, "The request cannot be read"),
}


class Api(APIGatewayRestResolver):
    """A function of the API: what Lambda calls. Every failure ends as application/problem+json."""

    def __init__(self, refusal: Refusal | None = None) -> None:
        """Let failures end in the form of another protocol if ``refusal`` writes one."""
        super().__init__()
        self.store = Store(settings.table_name())
        self._refusal = refusal
        self._resolved = logger.inject_lambda_context(self._resolve_named, clear_state=True)
        self.exception_handler(LicensingError)(self._refused)
        self.exception_handler(RouteNotFoundError)(self._no_route)
        self.exception_handler(ClientError)(self._failed)
        self.exception_handler(BotoCoreError)(self._unreachable)
        self.exception_handler(Exception)(self._unexpected)

    def __call__(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        """Answer one request; its log tells what the path names."""
        return self._resolved(event, context)

    def caller(self, *parameters: str) -> Caller:
        """Return who is signed in; raises UnauthorizedError for any but an ID token of our page.

        Whoever calls a route is asked for at its start, so that here what the route takes in its
        query is named as well: raises InvalidRequestError for anything else.
        """
        event = self.current_event.raw_event
        claims = (event["requestContext"].get("authorizer") or {}).get("claims") or {}
        client_id = (event.get("stageVariables") or {}).get("user_pool_client_id")
        if claims.get("token_use") != "id" or not client_id or claims.get("aud") != client_id:
            raise UnauthorizedError(
                "Send the ID token of a sign-in to this product as 'Authorization: Bearer …'; an "
                "access token is not accepted."
            )
        logger.append_keys(user_id=claims["sub"])
        self.query.require_known(parameters)
        staff = _is_staff(claims)
        return Caller(
            user_id=claims["sub"],
            is_staff=staff,
            # Browsers say where a request comes from, and scripts in a page cannot change it.
            channel="web" if self.header("sec-fetch-site") else "api",
            now=self.now(),
            # Members are named by their clinic. Nobody can change what their own account says.
            name=(staff and claims.get("name")) or Caller._field_defaults["name"],
            versions=self.versions("if-match"),
        )

    def staff(self, *parameters: str) -> Caller:
        """Return who is signed in; raises NotFoundError for all but the vendor's staff."""
        caller = self.caller(*parameters)
        require_staff(caller)
        return caller

    def now(self) -> datetime:
        return datetime.now(UTC)

    @property
    def query(self) -> Query:
        """The query string of the present request."""
        return Query(self.current_event.query_string_parameters or {})

    def header(self, name: str) -> str | None:
        """Return a request header's value, whatever the case of its name."""
        value: str | None = self.current_event.headers.get(name)
        return value

    def versions(self, name: str) -> set[int] | None:
        """Return the versions that the entity tags of If-Match or If-None-Match name.

        None without the header, or if any version will do.
        """
        sent = self.header(name)
        if sent is None or sent.strip() == "*":
            return None
        tags = (_TAG.fullmatch(tag.strip()) for tag in sent.split(","))
        return {int(tag[1]) for tag in tags if tag}

    def has_already(self, version: int) -> bool:
        """Return whether If-None-Match says that the caller has this version, or any at all."""
        name = "if-none-match"
        known = self.versions(name)
        return self.header(name) is not None and (known is None or version in known)

    def _resolve_named(self, event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        named = event.get("pathParameters") or {}
        logger.append_keys(
            # By which a caller tells of it: Lambda's own id is known to nobody else.
            request_id=event["requestContext"]["requestId"],
            **{name: named[name] for name in _LOGGED if name in named},
        )
        return self.resolve(event, context)

    def _refused(self, error: LicensingError) -> HttpAnswer:
        status, title = next(_STATUS[kind] for kind in type(error).__mro__ if kind in _STATUS)
        return self._said(status, title, error.code, error.detail, error)

    def _no_route(self, _: RouteNotFoundError) -> HttpAnswer:
        detail = "There is nothing at this address. docs/openapi.json lists all addresses."
        return self._said(404, "Not found", "not_found", detail)

    def _failed(self, error: ClientError) -> HttpAnswer:
        return (self._unreachable if may_pass(error) else self._unexpected)(error)

    def _unreachable(self, error: Exception) -> HttpAnswer:
        logger.exception("aws_call_failed", exc_info=error)
        detail = "A service we rely on didn't answer. Try again in a moment; nothing is done twice."
        return self._said(503, "Try again", "try_again", detail)

    def _unexpected(self, error: Exception) -> HttpAnswer:
        logger.exception("unexpected_error", exc_info=error)
        request_id = self.current_event.request_context.request_id
        detail = (
            "Something went wrong on our end and was logged. Try once more; if it fails again, "
            f"report it as request {request_id}."
        )
        return self._said(500, "Our mistake", "internal_error", detail)

    def _said(
        self, status: int, title: str, code: str, detail: str, error: LicensingError | None = None
    ) -> HttpAnswer:
        if self._refusal is not None:
            answered = self._refusal(status, code, detail, error)
        else:
            request_id = self.current_event.request_context.request_id
            answered = _problem(status, title, code, detail, request_id, error)
        logger.info("refused", extra={"status": answered.status_code, "code": code})
        return answered


def etag(clinic: Clinic) -> dict[str, str]:
    """Return the entity tag of everything within a clinic, its version, as a header."""
    return {"ETag": f'"{clinic.version}"'}


def not_modified(clinic: Clinic) -> HttpAnswer:
    """Return 304 for what the caller has already."""
    return Response(status_code=304, headers={**SECURITY_HEADERS, **etag(clinic)}, body="")


def answer(
    status: int,
    body: Mapping[str, Any],
    headers: Mapping[str, str] | None = None,
    media_type: str = "application/json",
) -> HttpAnswer:
    """Return a JSON answer."""
    return Response(
        status_code=status,
        content_type=media_type,
        body=json.dumps(body, separators=(",", ":")),
        headers={**SECURITY_HEADERS, **(headers or {})},
    )


def located(collection: str, member: str) -> dict[str, str]:
    """Return the header that says where a new member of the collection that was called lies."""
    return {"Location": f"{collection}/{member}"}


def _is_staff(claims: Mapping[str, Any]) -> bool:
    """Return whether the token was given to somebody of the staff who still belongs to it."""
    if STAFF_GROUP not in _groups(claims.get("cognito:groups")):
        return False
    # The gateway has checked that the token is of our pool, which its issuer ends with.
    return is_staff(str(claims["iss"]).rpartition("/")[2], claims["sub"])


def _groups(claim: Any) -> set[str]:
    # API Gateway joins the groups by commas, the local emulator writes them as a list.
    if isinstance(claim, str):
        return set(claim.strip("[]").replace(",", " ").split())
    return set(claim or ())


def _problem(
    status: int, title: str, code: str, detail: str, request_id: str, error: LicensingError | None
) -> HttpAnswer:
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "request_id": request_id,
    }
    if isinstance(error, InvalidRequestError) and error.errors:
        body["errors"] = [entry._asdict() for entry in error.errors]
    return Response(
        status_code=status,
        content_type="application/problem+json",
        body=json.dumps(body, ensure_ascii=False),
        headers={**SECURITY_HEADERS, **({"Retry-After": "1"} if status == 503 else {})},
    )
