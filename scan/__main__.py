"""Runs every scanner, prints a line for each and every failure; ends with 1 if there is any."""

import json
import os
import re
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from scan.deployed import ROOT, sam_template, transformed, written
from scan.findings import MOST_SUPPRESSED, Result, misuses, suppressions
from scan.scanners import ScannerError, Target, scans

FOLDER = ROOT / ".local" / "scan"


def main() -> int:
    """Scan everything and return the exit status."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    sam = sam_template()
    templates = [_target("SAM", sam), _target("transformed", transformed(sam))]
    # As SAM writes it out before AWS sees it: without anchors and aliases.
    plain = _target("plain", written())
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        running = [pool.submit(scan) for scan in scans(plain, templates)]
    try:
        results = [result for scan in running for result in scan.result()]
    except ScannerError as error:
        print(f"FAILED {error}")
        return 2
    return _report(results)


def _target(name: str, template: dict[str, Any]) -> Target:
    path: Path = FOLDER / f"{name.lower()}.json"
    text = json.dumps(template, indent=2, default=str)
    # Only SAM knows the alias of a function by this name.
    path.write_text(re.sub(r'"Ref": "(\w+)\.Alias"', r'"Fn::GetAtt": ["\1", "Arn"]', text))
    return Target(name, path, len(template["Resources"]))


def _report(results: list[Result]) -> int:
    listed = suppressions()
    failures = []
    print(
        f"{'scanner':<20} {'scanned':<26} {'passed':>16} {'failed':>7} {'suppressed':>11}    time"
    )
    for result in sorted(results, key=lambda result: (result.scanner, result.target)):
        failed = [it for it in result.findings if not any(s.covers(it) for s in listed)]
        failures += [f"{it.scanner} {it.rule} on {it.where}: {it.text}" for it in failed]
        print(
            f"{result.scanner:<20} {result.target:<26} {result.passed:>6} {result.unit:<9} "
            f"{len(failed):>7} {len(result.findings) - len(failed):>11} {result.seconds:>5.1f} s"
        )
    failures += misuses(listed, [it for result in results for it in result.findings])
    for failure in dict.fromkeys(failures):
        print(f"FAILED {failure}")
    print(
        f"{len(set(failures))} failures; {len(listed)} of at most {MOST_SUPPRESSED} rules are "
        "suppressed, each with its reason in scan/suppressed.toml"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
