"""The clinic of which a measured night sees so many copies: twelve items, its books in order."""

import base64
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

from benchmarks.scenes import CLINIC, NOW, Clinic
from licensing.domain.adjustments import Adjustment
from licensing.domain.keys import partition
from licensing.domain.licenses import LicenseType
from licensing.use_cases.billing.update_invoice import update_invoice
from licensing.use_cases.letters.send_confirmation import send_confirmation
from local.memory.tables import item_size
from local.people import MAIL

ITEMS = 12
AT = NOW + timedelta(days=5)
"""The moment of the night, when the clinic's one adjustment is confirmed."""


def scene() -> dict[str, Any]:
    """Return the clinic's items as they lie in the table, with their sizes, and the event.

    It has licenses of two types, and one adjustment that went all its way.
    """
    types = (LicenseType.THERAPIST, LicenseType.FRONT_OFFICE)
    clinic = Clinic(users=0, open_adjustments=1, types=types)
    store = clinic.store
    (adjustment,) = (each for each in store.records().values() if isinstance(each, Adjustment))
    due = adjustment.invoice_update_due_at
    update_invoice(store, CLINIC, adjustment.adjustment_id, now=due)
    send_confirmation(store, MAIL, CLINIC, adjustment.adjustment_id, now=due)
    items = [item for item in store.table.items() if item["pk"]["S"] == partition(CLINIC)]
    if len(items) != ITEMS:
        raise RuntimeError(f"the clinic has {len(items)} items instead of {ITEMS}")
    sizes = {item["sk"]["S"]: item_size(item) for item in items}
    for item in items:
        for value in item.values():
            if "B" in value:
                value["B"] = base64.b64encode(value["B"]).decode()
    return {
        "event": {"at": f"{AT:%Y-%m-%dT%H:%M:%SZ}", "segments": 1, "segment": 0},
        "clinic_id": CLINIC,
        "items": items,
        "sizes": sizes,
    }


def write(folder: Path) -> Path:
    """Write the scene for a child process."""
    path = folder / "night.json"
    path.write_text(json.dumps(scene()))
    return path
