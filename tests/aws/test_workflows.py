"""The judge of the workflows, which `make scan` runs, tells what is wrong with one."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from local.place import ROOT

WORKFLOWS = ROOT / "workflows"

pytestmark = pytest.mark.skipif(
    not (ROOT / "scan" / "node_modules" / "jsonata").is_dir() or shutil.which("node") is None,
    reason="make .venv-scan installs what judges workflows",
)


def findings(folder: Path) -> dict[str, list[str]]:
    """Return what is found wrong with the workflows in a folder, by scanner."""
    ended = subprocess.run(
        [shutil.which("node") or "node", str(ROOT / "scan" / "workflows.js"), str(folder)],
        capture_output=True,
        text=True,
        check=True,
    )
    found: dict[str, list[str]] = {}
    for answer in json.loads(ended.stdout).values():
        for scanner, said in answer.items():
            found.setdefault(scanner, []).extend(said["findings"])
    return found


def test_the_workflows_are_as_step_functions_takes_them() -> None:
    """As definitions, and in every outcome of their tasks."""
    assert findings(WORKFLOWS) == {"asl-validator": [], "jsonata": []}


@pytest.mark.parametrize(
    ("scanner", "right", "wrong"),
    [
        ("asl-validator", '"Type": "Succeed"', '"Type": "Success"'),
        ("asl-validator", '"Next": "SendConfirmation"', '"Next": "SendConfirmations"'),
        ("jsonata", "$states.input.outcome = 'cancelled'", "$states.input.outcome = 'canceled'"),
        ("jsonata", "$states.input.task", "$states.input.tasks"),
        ("jsonata", "$states.context.Map.Item.Value", "$states.context.Map.Item.Index1"),
        ("jsonata", "[0..$states.input.segments - 1]", "[1..$states.input.segments]"),
    ],
)
def test_what_is_wrong_with_a_workflow_is_told(
    scanner: str, right: str, wrong: str, tmp_path: Path
) -> None:
    changed = 0
    for path in WORKFLOWS.glob("*.json"):
        text = path.read_text()
        changed += right in text
        (tmp_path / path.name).write_text(text.replace(right, wrong))
    assert changed
    assert findings(tmp_path)[scanner]
