"""Makes docs/events/, one JSON Schema per kind of event, from the classes of their details."""

import json
from pathlib import Path
from typing import Any

from docs.routes import ROOT
from licensing.events import DETAILS

FOLDER = ROOT / "docs" / "events"


def rendered() -> dict[Path, str]:
    """Return each file with its text."""
    # Here, since the two make each other's files.
    from docs.openapi import Schemas  # noqa: PLC0415

    files = {}
    for kind, detail in DETAILS.items():
        schemas = Schemas("#/$defs/")
        schemas.answer(detail)
        own = schemas.named.pop(detail.__name__)
        schema: dict[str, Any] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": kind,
            **own,
            **({"$defs": schemas.named} if schemas.named else {}),
        }
        files[FOLDER / f"{kind}.json"] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return files
