"""The files of the User Manager page as a browser gets them.

Standard library only: who opens the page does not wait for a framework to load.
"""

import hashlib
import json
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from licensing.adapters import settings
from licensing.domain.licenses import LicenseType

TYPES = {".css": "text/css", ".js": "text/javascript"}
SECURITY = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000",
}
FOREVER = "public, max-age=31536000, immutable"


def show_page(event: dict[str, Any], static: Path) -> dict[str, Any]:
    """Answer a browser from the page's folder of files."""
    variables = event.get("stageVariables") or {}
    path = event["path"].rstrip("/")
    if path == "":
        return _answer(event, "text/html", _document(event, static), _policy(variables))
    if path == "/config":
        return _answer(event, "application/json", json.dumps(_config(variables)))
    folder, _, name = path.rpartition("/")
    if folder == f"/static/{_version(static)}" and name in _files(static):
        text = _files(static)[name]
        return _answer(event, TYPES[Path(name).suffix], text, caching=FOREVER)
    return _not_found(event)


def _document(event: dict[str, Any], static: Path) -> str:
    """Return the page, told where it lies.

    That is below the stage at the API's own address (/v1/, also when asked for without the last
    slash), and at the root of a domain of its own.
    """
    stage = event["requestContext"]["stage"]
    base = f"/{stage}/" if ".execute-api." in _headers(event).get("host", "") else "/"
    page = (static / "index.html").read_text("utf-8").replace("{base}", base)
    return page.replace("{version}", _version(static))


@cache
def _files(static: Path) -> dict[str, str]:
    return {
        path.name: path.read_text("utf-8")
        for path in sorted(static.iterdir())
        if path.suffix in TYPES
    }


@cache
def _version(static: Path) -> str:
    """Return what stands in the path of all files, which name each other: they change together."""
    return _tag(json.dumps(_files(static)))


def _config(variables: dict[str, str]) -> dict[str, Any]:
    return {
        "user_pool_client_id": variables.get("user_pool_client_id", ""),
        "sign_in_url": variables.get("sign_in_url", "").rstrip("/"),
        "vendor": {
            "name": settings.vendor_name(),
            "address": settings.vendor_address(),
        },
        "request_address": settings.request_address() if settings.accepts_email_requests() else "",
        "demo_clock": variables.get("demo_clock") == "true",
        "business_day_seconds": int(variables.get("business_day_seconds") or 86400),
        "license_types": list(LicenseType),
    }


def _policy(variables: dict[str, str]) -> dict[str, str]:
    """Only our own files run, text never becomes markup, and only the sign-in is called besides."""
    sign_in = urlsplit(variables.get("sign_in_url", ""))
    directives = (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        f"connect-src 'self' {sign_in.scheme}://{sign_in.netloc}",
        "base-uri 'self'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "require-trusted-types-for 'script'",
        "trusted-types 'none'",
    )
    return {"Content-Security-Policy": "; ".join(directives)}


def _answer(
    event: dict[str, Any],
    media_type: str,
    body: str,
    more: dict[str, str] | None = None,
    *,
    caching: str = "no-cache",
) -> dict[str, Any]:
    tag = _tag(body)
    headers = {**SECURITY, **(more or {}), "ETag": f'"{tag}"', "Cache-Control": caching}
    known = _headers(event).get("if-none-match", "")
    if f'"{tag}"' in known or known.strip() == "*":
        return {"statusCode": 304, "headers": headers, "body": ""}
    headers["Content-Type"] = f"{media_type}; charset=utf-8"
    return {"statusCode": 200, "headers": headers, "body": body}


def _not_found(event: dict[str, Any]) -> dict[str, Any]:
    problem = {
        "type": "about:blank",
        "title": "Not found",
        "status": 404,
        "detail": "This file is no longer part of the page. Reload the page.",
        "code": "not_found",
        "request_id": event["requestContext"]["requestId"],
    }
    headers = {**SECURITY, "Content-Type": "application/problem+json", "Cache-Control": "no-store"}
    return {"statusCode": 404, "headers": headers, "body": json.dumps(problem)}


def _headers(event: dict[str, Any]) -> dict[str, str]:
    return {name.lower(): value for name, value in (event.get("headers") or {}).items()}


def _tag(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()[:16]
