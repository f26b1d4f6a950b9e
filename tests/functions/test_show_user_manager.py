"""The page's files as the browser gets them."""

import gzip
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from functions.show_user_manager.handler import lambda_handler
from licensing.domain.licenses import LicenseType
from tests.functions.mailing import REQUESTS

ROOT = Path(__file__).parents[2]
FILES = sorted(
    path.name
    for path in (ROOT / "functions/show_user_manager/static").iterdir()
    if path.suffix in (".css", ".js")
)
FIRST = ["app.css", "app.js"]
EVENT = json.loads((ROOT / "events/show_user_manager.json").read_text("utf-8"))
SIGN_IN = "https://licenses-example.auth.us-east-1.amazoncognito.com"


def get(path: str, **changes: Any) -> dict[str, Any]:
    return lambda_handler({**EVENT, "path": path, **changes}, None)


def asked() -> list[str]:
    """Return the files that the document asks for."""
    return re.findall(r'(?:src|href)="(static/[^"]+)"', get("/")["body"])


def path_of(name: str) -> str:
    """Return where a file lies for the document."""
    return "/" + asked()[0].replace("app.css", name)


@pytest.mark.parametrize("path", ["/", ""])
@pytest.mark.parametrize(
    ("host", "base"),
    [
        ("a1b2c3d4e5.execute-api.us-east-1.amazonaws.com", "/v1/"),
        ("licenses.vendor.example", "/"),
        ("127.0.0.1:4566", "/"),
    ],
)
def test_the_document_says_where_its_files_lie(host: str, base: str, path: str) -> None:
    assert f'<base href="{base}">' in get(path, headers={"Host": host})["body"]


def test_the_document_allows_nothing_but_its_own_files_and_the_sign_in() -> None:
    headers = get("/")["headers"]
    policy = dict(
        directive.split(" ", 1) for directive in headers["Content-Security-Policy"].split("; ")
    )
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' {SIGN_IN}",
        "base-uri": "'self'",
        "frame-ancestors": "'none'",
        "form-action": "'self'",
        "require-trusted-types-for": "'script'",
        "trusted-types": "'none'",
    }
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Type"] == "text/html; charset=utf-8"


def test_two_files_make_the_first_view_and_all_of_it_is_sent_in_at_most_30_kilobytes() -> None:
    assert [name.rpartition("/")[2] for name in asked()] == FIRST
    bodies = [get(path)["body"] for path in ("/", "/config", *map(path_of, FIRST))]
    assert sum(len(gzip.compress(body.encode())) for body in bodies) <= 30 * 1024


def test_what_is_loaded_on_demand_is_there_and_small() -> None:
    found = {name: get(path_of(name))["body"] for name in FILES if name.endswith(".js")}
    named = {name for body in found.values() for name in re.findall(r'"\./([^"]+)"', body)}
    assert named == set(found)
    later = [body for name, body in found.items() if name not in FIRST]
    assert max(len(gzip.compress(body.encode())) for body in later) <= 6 * 1024


@pytest.mark.parametrize("name", FILES)
def test_a_file_of_this_version_is_kept_for_ever_and_there_is_no_other(name: str) -> None:
    answer = get(path_of(name))
    assert answer["statusCode"] == 200
    assert answer["headers"]["Cache-Control"] == "public, max-age=31536000, immutable"
    for path in (f"/static/{name}", f"/static/0123456789abcdef/{name}"):
        assert get(path)["statusCode"] == 404
        assert get(path)["headers"]["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", ["/", "/config", path_of("app.js")])
def test_what_the_browser_has_already_is_not_sent_again(path: str) -> None:
    def ask(**headers: str) -> dict[str, Any]:
        return get(path, headers={"Host": "licenses.vendor.example", **headers})

    tag = ask()["headers"]["ETag"]
    for known in (f'"other", W/{tag}', "*"):
        again = ask(**{"if-none-match": known})
        assert (again["statusCode"], again["body"]) == (304, "")
        assert again["headers"]["ETag"] == tag
    assert ask(**{"If-None-Match": '"other"'})["statusCode"] == 200


def test_the_configuration_comes_from_the_stage(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("VENDOR_NAME", "Northwind Software")
    monkeypatch.setenv("VENDOR_ADDRESS", "1 Harbor Way; Boston")
    monkeypatch.setenv("REQUEST_ADDRESS", REQUESTS)
    vendor = {"name": "Northwind Software", "address": "1 Harbor Way; Boston"}
    types = [kind.value for kind in LicenseType]
    assert json.loads(get("/config")["body"]) == {
        "user_pool_client_id": "pageclient123",
        "sign_in_url": SIGN_IN,
        "vendor": vendor,
        "request_address": REQUESTS,
        "demo_clock": False,
        "business_day_seconds": 86400,
        "license_types": types,
    }
    demo = {"demo_clock": "true", "business_day_seconds": "60"}
    assert json.loads(get("/config", stageVariables=demo)["body"]) == {
        "user_pool_client_id": "",
        "sign_in_url": "",
        "vendor": vendor,
        "request_address": REQUESTS,
        "demo_clock": True,
        "business_day_seconds": 60,
        "license_types": types,
    }


def test_the_page_names_no_address_while_requests_by_mail_are_off(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("REQUEST_ADDRESS", REQUESTS)
    monkeypatch.setenv("EMAIL_REQUESTS", "off")
    assert json.loads(get("/config")["body"])["request_address"] == ""


def test_the_script_waits_for_no_other() -> None:
    assert not re.search(r"(^|[;}])import\b(?!\()", get(path_of("app.js"))["body"], re.MULTILINE)


@pytest.mark.parametrize(
    "path",
    [
        "/static/",
        path_of(""),
        path_of("api.js"),
        path_of("index.html"),
        path_of("../handler.py"),
        path_of("a/app.js"),
        "/nothing",
    ],
)
def test_any_other_file_is_a_problem_that_names_the_request(path: str) -> None:
    answer = get(path)
    problem = json.loads(answer["body"])
    assert answer["statusCode"] == problem["status"] == 404
    assert answer["headers"]["Content-Type"] == "application/problem+json"
    assert problem["code"] == "not_found"
    assert problem["request_id"] == EVENT["requestContext"]["requestId"]


def test_the_handler_loads_nothing_but_the_standard_library() -> None:
    code = (
        f"import sys; sys.path[:0] = [{str(ROOT)!r}, {str(ROOT / 'layers/licensing/python')!r}]\n"
        "import functions.show_user_manager.handler\n"
        "print(*{name.partition('.')[0] for name in sys.modules})"
    )
    run = subprocess.run(
        [sys.executable, "-I", "-B", "-c", code], capture_output=True, text=True, check=True
    )
    heavy = {"boto3", "botocore", "pydantic", "aws_lambda_powertools"}
    assert heavy.isdisjoint(run.stdout.split())
