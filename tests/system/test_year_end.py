"""Months pass in one command: renewals, finalized invoices, the report.

Last in its folder by name: it moves the clinics ahead of the clock.
"""

import json
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from local.place import ROOT, Place
from local.stack import Stack
from tests.system.api import Api

LAKESIDE = "/clinics/clinic-lakeside"
PAT = "pat.cole@lakesiderehab.example"
STAFF = "sam.rivera@clinicapp.example"


def test_a_month_passes_in_one_command(
    stack: Stack, place: Place, id_token: Callable[[str], str]
) -> None:
    """Each period is billed once, and the report is there."""
    pat, staff = (Api(stack["api_url"], id_token(email)) for email in (PAT, STAFF))
    at = (datetime.now(UTC) + timedelta(days=65)).replace(microsecond=0)
    before = pat.call("GET", f"{LAKESIDE}/invoices").body["invoices"]
    assert [invoice["status"] for invoice in before] == ["upcoming"]

    report = reconcile(place, at)
    assert (report["status"], report["date"]) == ("complete", f"{at:%Y-%m-%d}")

    invoices = pat.call("GET", f"{LAKESIDE}/invoices").body["invoices"]
    upcoming, *finalized = invoices
    assert upcoming["status"] == "upcoming"
    assert upcoming["period_start"] > at.isoformat()
    assert {invoice["status"] for invoice in finalized} == {"finalized"}
    assert len(finalized) >= 2
    assert before[0]["invoice_id"] == finalized[-1]["invoice_id"]
    for invoice in finalized:
        lines = pat.call("GET", f"{LAKESIDE}/invoices/{invoice['invoice_id']}").body["lines"]
        assert invoice["total_cents"] == sum(line["amount_cents"] for line in lines)
        assert {line["kind"] for line in lines} >= {"recurring"}

    dates = [row["date"] for row in staff.call("GET", "/reconciliations").body["reconciliations"]]
    assert dates[0] == f"{at:%Y-%m-%d}"
    night = staff.call("GET", f"/reconciliations/{dates[0]}")
    assert night.status == 200
    assert night.body["clinics_checked"] >= 2
    assert pat.call("GET", f"/reconciliations/{dates[0]}").status == 404


def reconcile(place: Place, at: datetime) -> dict[str, object]:
    """Run the nightly reconciliation as of a moment yet to come, by the command line."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "local", "--state-dir", str(place.folder)),
            *("reconcile", "--at", at.isoformat()),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    )
    report: dict[str, object] = json.loads(done.stdout)
    return report
