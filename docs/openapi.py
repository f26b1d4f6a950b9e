"""Makes docs/openapi.json, docs/events/ and the tables of docs/api.md, from what they tell of."""

import enum
import json
import re
import types
from pathlib import Path
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints, is_typeddict

from pydantic import TypeAdapter

from docs import tables
from docs.routes import ROOT, ROUTES, Route, Schema
from licensing.answers.adjustments import AdjustmentsPage
from licensing.answers.clinics import MyLicensesPage
from licensing.answers.history import HistoryPage
from licensing.answers.invoices import InvoicesPage, InvoiceWithLinesAnswer
from licensing.answers.licenses import LicenseStatusAnswer
from licensing.answers.users import UsersPage
from licensing.events import DETAILS
from licensing.http.body import Body
from licensing.http.queries import CURSOR as CURSOR_PATTERN
from licensing.http.queries import LONGEST_PAGE, USUAL_PAGE

TARGET = ROOT / "docs" / "openapi.json"
EVENTS = ROOT / "docs" / "events"
SCHEMAS = "#/components/schemas/"

PROBLEMS = {
    400: (
        "malformed_request",
        "The request cannot be read; `idempotency_key_missing`: it needs an `Idempotency-Key`.",
    ),
    401: ("unauthorized", "No ID token of a sign-in to this product."),
    403: ("forbidden", "A member without the permission; or, by the gateway, no such route."),
    404: ("not_found", "Nothing there, or nothing that the caller may know of."),
    409: ("licenses_unavailable", "The clinic's present state forbids it; `code` says which rule."),
    412: ("precondition_failed", "If-Match names an older version."),
    413: ("payload_too_large", "The body has more than 65,536 bytes; a list, 262,144."),
    415: ("unsupported_media_type", "The body is not declared as what the route takes."),
    422: (
        "validation_failed",
        (
            "Fields are wrong; `errors` names them. `idempotency_key_reused`: the "
            "`Idempotency-Key` came before with another request."
        ),
    ),
    429: ("too_many_requests", "By the gateway: too many requests. Wait, then try again."),
    500: ("internal_error", "Our mistake. Send the same once more, then report its `request_id`."),
    503: ("try_again", "Others wrote at the same time, or a service did not answer."),
}

PROVISIONED_BY = "01KAQ3V7M0XQZ8E1R5T9YB2C4F"

# What a property of this name looks like, wherever it stands.
EXAMPLES: dict[str, Any] = {
    "clinic_id": "clinic-main-street",
    "name": "Main Street Physical Therapy",
    "email": "ana.silva@mainstreetpt.example",
    "currency": "USD",
    "time_zone": "America/New_York",
    "etag": '"3"',
    "billing_day": 1,
    "purchased": 7,
    "in_use": 5,
    "available": 2,
    "unit_price_cents": 9900,
    "idle_monthly_cost_cents": 19800,
    "quantity": 2,
    "adjustment_id": "01KAQ3V7M0XQZ8E1R5T9YB2C4D",
    "user_id": "4d7c1f2e-0000-4000-8000-000000000001",
    "token_id": PROVISIONED_BY,
    "token": f"clm.clinic-main-street.{PROVISIONED_BY}.(43 more characters)",
    "history_id": "01KAQ3V7M0XQZ8E1R5T9YB2C4E",
    "invoice_id": "2026-12",
    "fraction": "881112/2419200",
    "amount_cents": 7212,
    "total_cents": 84512,
    "explanation": "Ana left the clinic.",
    "reason": "The requester has the mail.",
    "channel": "web",
    "next_renewal": "2026-12-01",
    "next_cursor": None,
    "address": "ana.silva@mainstreetpt.example",
}
FORMAT_EXAMPLES = {"date-time": "2026-04-15T14:00:00Z", "date": "2026-12-01"}

LIMIT = {
    "name": "limit",
    "in": "query",
    "description": "How many entries a page may have.",
    "schema": {
        "type": "integer",
        "minimum": 1,
        "maximum": LONGEST_PAGE,
        "default": USUAL_PAGE,
    },
}
CURSOR = {
    "name": "cursor",
    "in": "query",
    "description": "`next_cursor` of the page before.",
    "schema": {"type": "string", "pattern": f"^{CURSOR_PATTERN}$"},
}

AS_CSV = (
    AdjustmentsPage,
    HistoryPage,
    InvoicesPage,
    InvoiceWithLinesAnswer,
    MyLicensesPage,
    UsersPage,
)


class Schemas:
    """The named schemas that the document refers to."""

    def __init__(self, place: str = SCHEMAS) -> None:
        self.named: dict[str, Schema] = {}
        self._place = place

    def body(self, model: type[Body]) -> Schema:
        """Return a reference to the schema of a body, of either kind."""
        schema = TypeAdapter(model).json_schema(ref_template=SCHEMAS + "{model}")
        for name, part in schema.pop("$defs", {}).items():
            self.named[name] = _plain(part)
        self.named[model.__name__] = _plain(schema)
        return {"$ref": SCHEMAS + model.__name__}

    def answer(self, kind: Any) -> Schema:
        """Return the schema of a type that answers are made of."""
        if get_origin(kind) is Annotated:
            text, form = get_args(kind)
            return {**self.answer(text), "format": form, "examples": [FORMAT_EXAMPLES[form]]}
        if is_typeddict(kind):
            return self._named(kind)
        if isinstance(kind, type) and issubclass(kind, enum.Enum):
            return {"enum": [str(member.value) for member in kind]}
        if get_origin(kind) in (Union, types.UnionType):
            return {"anyOf": [self.answer(part) for part in get_args(kind)]}
        if get_origin(kind) is list:
            return {"type": "array", "items": self.answer(get_args(kind)[0])}
        if get_origin(kind) is dict:
            return {"type": "object"}
        simple = {str: "string", int: "integer", bool: "boolean", type(None): "null"}
        return {"type": simple[kind]}

    def _named(self, kind: Any) -> Schema:
        name = kind.__name__.removesuffix("Answer")
        if name not in self.named:
            self.named[name] = {}
            properties = {}
            for field, hint in get_type_hints(kind, include_extras=True).items():
                properties[field] = self.answer(hint)
                if field in EXAMPLES and "$ref" not in properties[field]:
                    properties[field].setdefault("examples", [EXAMPLES[field]])
            self.named[name] = {
                "type": "object",
                "description": _first_line(kind.__doc__),
                "properties": properties,
                "required": sorted(properties),
                "additionalProperties": False,
            }
        return {"$ref": self._place + name}


def _version() -> str:
    """Return the latest release, which the changelog names first."""
    changelog = (ROOT / "CHANGELOG.md").read_text()
    version: str = re.findall(r"^## \[([0-9.]+)\]", changelog, re.MULTILINE)[0]
    return version


def document() -> Schema:
    """Return the whole description."""
    schemas = Schemas()
    paths: dict[str, dict[str, Any]] = {}
    for route in sorted(ROUTES, key=lambda route: route.folder):
        paths.setdefault(route.path, {})[route.method.lower()] = _operation(route, schemas)
    schemas.named["Problem"] = _problem_schema()
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Clinic License Manager",
            "version": _version(),
            "description": "User licenses of clinics: counts, adjustments, users, invoices. Times "
            "are RFC 3339 in UTC, money is whole cents. Every failure is application/problem+json "
            "with a `code`. Send the ID token of a sign-in, not the access token.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/", "description": "the API's own address"}],
        "security": [{"sign_in": []}],
        "paths": {path: paths[path] for path in sorted(paths)},
        "components": {
            "securitySchemes": {
                "sign_in": {"type": "http", "scheme": "bearer", "bearerFormat": "Cognito ID token"}
            },
            "schemas": {name: schemas.named[name] for name in sorted(schemas.named)},
            "responses": {
                str(status): _problem_response(status, code, text)
                for status, (code, text) in PROBLEMS.items()
            },
        },
    }


def _operation(route: Route, schemas: Schemas) -> Schema:
    paging = (LIMIT, CURSOR) if route.paged else ()
    described: Schema = {
        "operationId": route.name,
        "summary": route.summary,
        "description": f"For {route.who}."
        + (
            f" Refusals (409): {', '.join(f'`{code}`' for code in route.conflicts)}."
            if route.conflicts
            else ""
        ),
        "parameters": [
            *(
                _path_parameter(name, route.forms.get(name, {}))
                for name in re.findall(r"{(\w+)}", route.path)
            ),
            *route.parameters,
            *paging,
        ],
        "responses": {
            str(status): _answer(status, kind, schemas) for status, kind in route.answers.items()
        },
    }
    # Any request may be answered with these, by the gateway or, with 422, for its query.
    statuses = [400, 401, 403, 404, 413, 422, 429, 500, 503]
    if route.path == "/clinics":
        statuses.remove(404)
    if route.conflicts:
        statuses.append(409)
    if any(parameter["name"] == "If-Match" for parameter in route.parameters):
        statuses.append(412)
    if route.body:
        statuses.append(415)
        described["requestBody"] = {
            "required": True,
            "content": {
                "application/json": {
                    "schema": schemas.body(route.body),
                    "example": json.loads(route.event["body"]),
                }
            },
        }
    if route.table:
        statuses.append(415)
        table = {
            "schema": {"type": "string", "format": "user-list"},
            "example": route.event["body"],
        }
        described["requestBody"] = {"required": True, "content": {"text/csv": table}}
    for status in sorted(statuses):
        described["responses"][str(status)] = {"$ref": f"#/components/responses/{status}"}
    return described


def _answer(status: int, kind: Any, schemas: Schemas) -> Schema:
    if kind is None:
        return {"description": "The caller has the present version already."}
    answer: Schema = {
        "description": _first_line(kind.__doc__),
        "content": {"application/json": {"schema": schemas.answer(kind)}},
    }
    if kind in AS_CSV:
        answer["description"] += (
            " As CSV where Accept prefers text/csv: a whole list, unless `limit` asks for a page."
        )
        answer["content"]["text/csv"] = {"schema": {"type": "string"}}
    if kind is LicenseStatusAnswer:
        answer["headers"] = {
            "ETag": {"description": "The clinic's version.", "schema": {"type": "string"}}
        }
    if status == 201:
        answer["description"] += " Made by this request."
    return answer


def _path_parameter(name: str, form: Schema) -> Schema:
    example = EXAMPLES.get(name, "2026-04-15")
    return {
        "name": name,
        "in": "path",
        "required": True,
        "schema": {"type": "string", **form, "examples": form.get("examples", [example])},
    }


def _problem_schema() -> Schema:
    text = {"type": "string"}
    return {
        "type": "object",
        "description": "RFC 9457, with a code for programs and a sentence for people.",
        "properties": {
            "type": text,
            "title": text,
            "status": {"type": "integer"},
            "detail": text,
            "code": text,
            "request_id": text,
            "errors": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"field": text, "message": text},
                    "required": ["field", "message"],
                },
            },
        },
        "required": ["code", "detail", "request_id", "status", "title", "type"],
    }


def _problem_response(status: int, code: str, text: str) -> Schema:
    example = {
        "type": "about:blank",
        "title": text.split(".", maxsplit=1)[0].split(";", maxsplit=1)[0],
        "status": status,
        "detail": text.replace("`", ""),
        "code": code,
        "request_id": "c6af9ac6-7b61-11e6-9a41-93e8deadbeef",
    }
    if status == 422:
        message = "This must be a whole number from 1 to 50."
        example["errors"] = [{"field": "lines[0].quantity", "message": message}]
    return {
        "description": text,
        "content": {
            "application/problem+json": {
                "schema": {"$ref": SCHEMAS + "Problem"},
                "example": example,
            }
        },
    }


def _plain(schema: Any) -> Any:
    """Return the schema without pydantic's titles, which repeat the names of fields."""
    if isinstance(schema, dict):
        return {
            name: {key: _plain(value) for key, value in part.items()}
            if name == "properties"
            else _plain(part)
            for name, part in schema.items()
            if name != "title"
        }
    return [_plain(part) for part in schema] if isinstance(schema, list) else schema


def _first_line(text: str | None) -> str:
    return (text or "").strip().splitlines()[0].replace("``", "`")


def rendered() -> str:
    """Return the document as the file holds it."""
    return json.dumps(document(), indent=2, ensure_ascii=False) + "\n"


def event_schemas() -> dict[Path, str]:
    """Return each file of docs/events/ with its text: one JSON Schema per kind of event."""
    files = {}
    for kind, detail in DETAILS.items():
        schemas = Schemas("#/$defs/")
        schemas.answer(detail)
        own = schemas.named.pop(detail.__name__)
        schema: Schema = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": kind,
            **own,
            **({"$defs": schemas.named} if schemas.named else {}),
        }
        files[EVENTS / f"{kind}.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return files


def main() -> None:
    """Write the files that are not what the handlers say."""
    files = {TARGET: rendered(), tables.TARGET: tables.rendered(), **event_schemas()}
    for target, text in files.items():
        if not target.exists() or target.read_text() != text:
            target.write_text(text)
            print(f"wrote {target.relative_to(ROOT)}")


if __name__ == "__main__":
    main()
