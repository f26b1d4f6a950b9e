"""Bad inputs: every field of every body, every query, path and header, wrong in every known way.

What a field may be is read from docs/openapi.json, and what is wrong then is generated here: a
new field gets its share without being named. Values are pieces of JSON as sent, since ``1e400`` and
``-0`` cannot be told from other numbers once they are parsed.
"""

import base64
import copy
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from docs.routes import IF_MATCH, ROUTES, Route, Who
from tests.functions.conftest import description
from tests.fuzz.scene import MANAGER, STAFF

Schema = dict[str, Any]
Call = dict[str, Any]

_HOLE, _NOTHING = "@@hole@@", "@@nothing@@"
_OTHER_KINDS = ("5", "-1", "1.5", "1e400", "true", "false", "[]", "{}", '["a"]', '{"a":1}')
_NO_TEXT = (
    *('""', '"   "', '"\\u0000abc"', '"ab\\u202ec"', '"ab\\ud800c"', '"ab\\ue000c"'),
    *('"ab\\uffffc"', '"\\u200d\\u200d\\u200d\\u200d"'),
)
_NO_NUMBER = (
    *('"5"', '"five"', '""', '"NaN"', '"0x10"', "1.5", "0.1", "1e30", "-1e30", "1e400", "-1e400"),
    *("true", "false", "[]", "{}", "[1]", '{"a":1}', "9" * 400, "-" + "9" * 400),
)
_NO_BOOLEAN = ('"true"', '""', "0", "1", "1.0", "[]", "{}", "[true]")
_NO_CHOICE = (
    *('"janitor"', '""', '" "', '"null"', '"0"', '"\\u0000"', '"\\ud800"', "0", "5", "1e30"),
    *("true", "false", "[]", "{}"),
)
_NO_LIST = ("{}", '""', '"[]"', "0", "5", "1.5", "true", "false", '{"0":{}}')
_NO_ITEM = ("null", "5", '"x"', "[]", "true", "1e400")
_NO_OBJECT = ("[]", "[{}]", '""', '"{}"', "0", "5", "1.5", "true", "false")
_UNKNOWN = ("total_cents", "__proto__", "Name", "x" * 300, "\u202e")

_BY_FORMAT: Mapping[str, tuple[str, ...]] = {
    "email": (
        *("nobody", "@b.co", "a@", "a@b", "a@b.c", "a@@b.co", "a@b..co", ".a@b.co", "a.@b.co"),
        *("a b@c.co", "a@-b.co", "a@b-.co", "a@b.0c", "ä@b.co", "a@bä.co", "\u212a@b.co"),
        *("Ana <a@b.co>", "a@b.co,c@d.co", "a@b.co\n", "a@[127.0.0.1]", '"a"@b.co', "(a)a@b.co"),
        *("a" * 65 + "@b.co", "a@" + "b" * 64 + ".co", "a@" + "b." * 125 + "example"),
    ),
    "time-zone": (
        *("localtime", "posixrules", "Factory", "right/UTC", "posix/UTC", "US/Eastern"),
        *("Mars/Base", "utc+1", "America/New York", "america/nowhere", "EST5EDT6", "+02:00"),
        *("../../etc/passwd", "/etc/localtime", "UTC\x00", "America/", "Z" * 65, "\ud800"),
    ),
    "date-time": (
        *("yesterday", "2026-04-15", "14:00:00Z", "2026-04-15T14:00:00", "2026-04-15 14:00:00Z"),
        *("2026-13-01T00:00:00Z", "2026-02-30T00:00:00Z", "2026-04-15T25:00:00Z", "1776261600"),
        *("0000-01-01T00:00:00Z", "2026-04-15T14:00:00+99:00", "0001-01-01T00:00:00+23:59"),
        *("٢٠٢٦-04-15T14:00:00Z", "2026-04-15T14:00:00Z\n", "2026-W16-3T14:00:00Z"),
    ),
}

_MALFORMED = (
    *("", " \n ", "{", "}", "[]", "[{}]", "null", "true", "5", '"text"', "NaN", "-Infinity"),
    *('{"a": NaN}', '{"a": Infinity}', '{"a": 01}', '{"a": .5}', '{"a": +1}', '{"a": 1,}'),
    *("{'a': 1}", "{a: 1}", '{"a" 1}', '{"a": 1} {}', '{"a": "\t"}', '{"a": "\\x"}', "// {}\n{"),
    *('{"a": 1, "a": 1}', "\ufeff{}", "\x00{}", '{"a": "\ud800"}', "<a/>", "a=1&b=2", "--x\r\n"),
    *("[" * 100_00, '{"a":' * 10_000, '{"a":' * 21 + "1" + "}" * 21, '{"a": ' + "9" * 5000 + "}"),
)
_NO_UTF8 = (b"\xff\xfe{}", b'{"a": "\xe4"}', b'{"a": "\xed\xa0\x80"}')
_NO_JSON = (
    *("text/plain", "application/xml", "multipart/form-data", "application/x-www-form-urlencoded"),
    *("application/jsonp", "text/json", "application/json; charset=latin-1", "*/*", "", "json"),
    "application/problem+json",
)
_NO_LIMIT = (
    *("0", "101", "-1", "1.5", "ten", "٣", "", " 5", "+5", "1e2", "0x10", "NaN", "null", "true"),
    *("9" * 30, "5,5", "²", "\x00", "[]"),
)
_NO_CURSOR = ("", "!", "=", "a b", "é", "..", "%00", "a+b", "a/b", "x" * 1001, "\u202e")
_OF_ANOTHER_LIST = ("Q0xJTklD", "UkVRVUVTVCN4", "____", "Q", "QQ", "8J-YgA")
_NO_PARAMETER = ("color", "offset", "page", "Limit", "limit[]", "clinic_id", "$where", "\u202e")
_NO_CLINIC_ID = (
    *("a", "ab", "-abc", "abc-", "ABC", "Abc", "a_b_c", "a.b", "a b c", "clinic%2Fx", "ä-clinic"),
    *("a" * 64, "a" * 3000, "..", "%2e%2e", "%00", "null%00", "{clinic_id}", "abc'", "a,b"),
)
_NOWHERE = (
    *("nobody", "-", "..", "%2e%2e", "%00", "%2F", "a b", "\ud800", "\u202e", "É", "x" * 1100),
    *("x" * 5000, "{user_id}", "USER#1", "__proto__", "2026-13", "9999-99-99"),
)
_NO_KEY = ("", " ", "a" * 256, "\x00", "a\tb", "a\nb", "\x7f", "clé", "\u202e", "\xa0", "\xad")
_NO_VERSION = ("", "x", '"0"', '"999"', "W/", 'W/"', "**", '"1', "\u202e", "\xff")


@dataclass(frozen=True)
class BadInput:
    """One request that is wrong in one way."""

    why: str
    call: Call
    status: int
    code: str
    field: str | None = None
    """Which field the answer must name, and no other."""
    says: str = ""
    """What the sentence must name, where it is no field."""


@dataclass(frozen=True)
class Target:
    """A route that takes a body, with a body that is right and names every field."""

    route: Route
    call: Call
    """One that is right."""

    def bad_bodies(self) -> Iterator[BadInput]:
        """Yield bodies with something wrong in them."""
        operation = description()["paths"][self.route.path][self.route.method.lower()]
        schema = operation["requestBody"]["content"]["application/json"]["schema"]
        for name, place, raw in _wrong(schema, self.route.sample, (), ""):
            sent = _put(self.route.sample, place, raw)
            why = f"{name} = {raw[:40]}"
            yield BadInput(why, self._with(sent), 422, "validation_failed", name)

    def bad_messages(self) -> Iterator[BadInput]:
        """Yield messages from which no body can be read."""
        for raw in _MALFORMED:
            call = self._with(raw)
            yield BadInput(repr(raw[:40]), call, 400, "malformed_request", says="The body")
        for content in _NO_UTF8:
            call = self._with(base64.b64encode(content).decode(), base64=True)
            yield BadInput(repr(content[:40]), call, 400, "malformed_request", says="UTF-8")
        call = self._with("e30", base64=True)
        yield BadInput("no base64", call, 400, "malformed_request", says="The body")
        right = json.dumps(self.route.sample)
        for kind in (None, *_NO_JSON):
            call = self._with(right, headers={"Content-Type": kind})
            why = f"a body of {kind}"
            yield BadInput(why, call, 415, "unsupported_media_type", says="Content-Type")
        for padded in (right + " " * 65_536, right + "\u2003" * 22_000):
            why = f"{len(padded)} characters"
            yield BadInput(why, self._with(padded), 413, "payload_too_large", says="The body")

    def _with(self, raw: str, **more: Any) -> Call:
        return {**self.call, "raw_body": raw, **more}


def _wrong(
    schema: Schema, value: Any, place: tuple[str | int, ...], name: str
) -> Iterator[tuple[str, tuple[str | int, ...], str]]:
    """Yield what to put where, and the field that is wrong then."""
    schema, nullable = _resolved(schema)
    if place:
        for raw in _wrong_values(schema, value):
            yield name, place, raw
        if not nullable:
            yield name, place, "null"
    if schema.get("type") == "array":
        for raw in _NO_ITEM:
            yield f"{name}[0]", place, f"[{raw}]"
        yield from _wrong(schema["items"], value[0], (*place, 0), f"{name}[0]")
    elif schema.get("type") == "object":
        dot = f"{name}." if name else ""
        for key in schema.get("required", ()):
            yield dot + key, (*place, key), _NOTHING
        for key in _UNKNOWN:
            yield dot + key, (*place, key), "1"
        for key, part in schema["properties"].items():
            yield from _wrong(part, value[key], (*place, key), dot + key)


def _wrong_values(schema: Schema, value: Any) -> Iterator[str]:
    kind = schema.get("type")
    if "enum" in schema or "const" in schema:
        yield from _NO_CHOICE
        yield json.dumps(str(value).swapcase())
        yield json.dumps(f" {value}")
    elif kind == "integer":
        yield from _NO_NUMBER
        low, high = schema["minimum"], schema["maximum"]
        yield from (str(number) for number in (low - 1, high + 1, -high - 1))
        if low > 0:
            yield from ("0", "-0", "0.0", "-0.0", "0e9")
    elif kind == "boolean":
        yield from _NO_BOOLEAN
    elif kind == "array":
        yield from _NO_LIST
        if schema.get("minItems"):
            yield "[]"
        yield json.dumps(value * (schema["maxItems"] + 1))
    elif kind == "object":
        yield from _NO_OBJECT
    else:
        yield from _OTHER_KINDS
        yield from _NO_TEXT
        if "maxLength" in schema:
            yield json.dumps("x" * (schema["maxLength"] + 1))
        yield from (json.dumps(text) for text in _BY_FORMAT.get(schema.get("format", ""), ()))


def _resolved(schema: Schema) -> tuple[Schema, bool]:
    """Return the schema without references, and whether it allows null as well."""
    if "$ref" in schema:
        return description()["components"]["schemas"][schema["$ref"].rpartition("/")[2]], False
    if "anyOf" in schema:
        # Of several forms, what is wrong for the first is wrong for the others.
        inner, *_ = (part for part in schema["anyOf"] if part != {"type": "null"})
        return _resolved(inner)[0], {"type": "null"} in schema["anyOf"]
    return schema, False


def _put(body: Any, place: tuple[str | int, ...], raw: str) -> str:
    changed = copy.deepcopy(body)
    inner = changed
    for step in place[:-1]:
        inner = inner[step]
    inner[place[-1]] = _HOLE
    if raw == _NOTHING:
        del inner[place[-1]]
    return json.dumps(changed).replace(json.dumps(_HOLE), raw)


NIGHT = "2026-04-03"
"""The night that the scene has."""
NEW_CLINIC = "clinic-riverside"
# Of these, a cursor is an id: one that is not there only begins somewhere else.
_PLAIN_CURSORS = ("list_invoices", "list_clinics", "list_licenses")


def targets(ids: Mapping[str, list[str]]) -> list[Target]:
    """Return every route that takes a body; ``ids`` is what there is to name in a path."""
    return [Target(route, _call(route, ids)) for route in ROUTES if route.body is not None]


def _call(route: Route, ids: Mapping[str, list[str]] | None = None) -> Call:
    """Return a call of the route that is right."""
    call: Call = {
        "function": route.folder,
        "who": STAFF if route.who is Who.STAFF else MANAGER,
        "resource": route.path,
        "date": NIGHT,
        "invoice_id": "upcoming",
        "token_id": "none",
        "address": "nobody@mainstreetpt.example",
    }
    if route.name == "register_clinic":
        call["clinic"] = NEW_CLINIC
    if route.body is not None:
        call["body"] = route.sample
    if IF_MATCH in route.parameters:
        call["key"] = "k"
    if ids is not None:
        call |= {"user_id": ids["user_id"][0], "adjustment_id": ids["adjustment_id"][1]}
    return call


def bad_queries(ids: Mapping[str, list[str]]) -> Iterator[BadInput]:
    """Yield wrong values, and parameters that the route does not take."""
    for route in ROUTES:
        wrong = [(name, "1") for name in _NO_PARAMETER]
        if route.paged:
            wrong += [("limit", text) for text in _NO_LIMIT]
            wrong += [("cursor", text) for text in _NO_CURSOR]
        else:
            wrong += [("limit", "1")]
        if route.paged and route.name not in _PLAIN_CURSORS:
            wrong += [("cursor", text) for text in _OF_ANOTHER_LIST]
        for of in (of for of in route.parameters if of["in"] == "query"):
            most = of["schema"].get("maximum", 0)
            texts = ("", "yes", "TRUE", "null", "Therapist", "[]", "0", str(most + 1))
            wrong += [(of["name"], text) for text in texts]
        for name, text in wrong:
            call = _call(route, ids) | {"query": {name: text}}
            why = f"{route.name}?{name}={text[:40]!r}"
            yield BadInput(why, call, 422, "validation_failed", name)


def bad_paths(ids: Mapping[str, list[str]]) -> Iterator[BadInput]:
    """Yield paths whose parameters are no good ids, and such that name nothing."""
    named = {route.name: route for route in ROUTES}
    for text in _NO_CLINIC_ID:
        call = _call(named["register_clinic"]) | {"clinic": text}
        why = f"register {text[:40]!r}"
        yield BadInput(why, call, 422, "validation_failed", "clinic_id")
    for text in _BY_FORMAT["email"]:
        call = _call(named["clear_mail_address"]) | {"address": quote(text)}
        yield BadInput(f"clear {text[:40]!r}", call, 422, "validation_failed", "address")
    for route in ROUTES:
        for name in re.findall(r"{(\w+)}", route.path):
            # Nothing is left of a removed user by which a repeat could be told from a guess.
            if name not in route.forms and (route.name, name) != ("remove_user", "user_id"):
                for text in _NOWHERE:
                    call = _call(route, ids) | {name.replace("clinic_id", "clinic"): text}
                    yield BadInput(f"{route.name} {name}={text[:40]!r}", call, 404, "not_found")


def bad_headers(ids: Mapping[str, list[str]]) -> Iterator[BadInput]:
    """Yield keys that are none, and versions that are not the present one."""
    for route in ROUTES:
        call, takes = _call(route, ids), {of["name"] for of in route.parameters}
        of = call["function"]
        for key in _NO_KEY if "Idempotency-Key" in takes else ():
            why, keyed = f"{of} by {key[:9]!r}", {**call, "key": key}
            yield BadInput(why, keyed, 400, "malformed_request", says="Idempotency-Key")
        if "Idempotency-Key" in takes:
            why, without = f"{of} without key", {**call, "headers": {"Idempotency-Key": None}}
            yield BadInput(why, without, 400, "idempotency_key_missing", says="Idempotency-Key")
        for tag in _NO_VERSION if "If-Match" in takes else ():
            stale = {**call, "key": "k", "headers": {"If-Match": tag}}
            yield BadInput(f"{of} if {tag!r}", stale, 412, "precondition_failed")
