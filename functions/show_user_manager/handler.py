"""GET /, GET /config and GET /static/{version}/{file}: the User Manager page, open to everyone."""

from pathlib import Path
from typing import Any

from licensing.http.page import show_page

STATIC = Path(__file__).parent / "static"


def lambda_handler(event: dict[str, Any], _context: object) -> dict[str, Any]:
    """Answer one request."""
    return show_page(event, STATIC)
