"""The sample mails, up to what they ask for; what is done with it is tested elsewhere."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from licensing.mail.outcomes.outcome import Outcome
from licensing.mail.reading.identity import claim_key
from tests.unit.mail.senders import OWN, outcome_of


def samples(config: pytest.Config) -> tuple[Path, dict[str, Any]]:
    """Return the folder of samples and what is expected of them."""
    folder = Path(config.getoption("--mail-samples"))
    return folder, json.loads((folder / "expected.json").read_text(encoding="utf-8"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test per sample of the folder that was asked for."""
    _, expected = samples(metafunc.config)
    if "twice" in metafunc.fixturenames:
        again = [name for name, entry in expected.items() if "duplicate_of" in entry]
        metafunc.parametrize("twice", again)
    elif "sample" in metafunc.fixturenames:
        alone = [
            name
            for name, entry in expected.items()
            if "duplicate_of" not in entry and "after" not in entry
        ]
        metafunc.parametrize("sample", alone)


@pytest.fixture
def ses(pytestconfig: pytest.Config) -> Any:
    """The folder's own script that plays SES."""
    folder, _ = samples(pytestconfig)
    spec = importlib.util.spec_from_file_location("ses_event", folder / "ses_event.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def line_key(line: dict[str, Any]) -> tuple[str, ...]:
    """Return a line in an order that does not depend on how it was written."""
    return tuple(str(line.get(key, "")) for key in ("clinic", "action", "license_type", "quantity"))


def intent_of(outcome: Outcome) -> str:
    """Return what an outcome is called in the samples."""
    if outcome.verdict != "apply":
        return {"propose": "ask_back", "ask": "ask_back"}.get(outcome.verdict, outcome.verdict)
    actions = {str(line.action) for change in outcome.changes for line in change.lines}
    return actions.pop() if len(actions) == 1 else "mixed"


def applied_lines(outcome: Outcome, label: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the lines that are done, with their clinic if the label's lines have one."""
    named = any("clinic" in line for line in label["lines"])
    return [
        {
            "action": str(line.action),
            "license_type": str(line.license_type),
            "quantity": line.quantity,
            **({"clinic": change.clinic_id} if named else {}),
        }
        for change in outcome.changes
        for line in change.lines
        if outcome.verdict == "apply"
    ]


def test_sample_mails_are_understood_as_their_labels_allow(sample: str, ses: Any) -> None:
    """Intent, lines and clinic are the label's, or one of the other outcomes that it allows."""
    entry = ses.EXPECTED[sample]
    event, stored = ses.build(sample)
    outcome = outcome_of(event["Records"][0]["ses"], stored, [ses.RCPT, *OWN])
    allowed = [
        label
        for label in (entry, *entry["also_ok"])
        if label["intent"] == intent_of(outcome)
        and sorted(map(line_key, label["lines"]))
        == sorted(map(line_key, applied_lines(outcome, label)))
    ]
    assert allowed, outcome
    if allowed[0] is entry and entry["lines"]:
        clinics = {change.clinic_id for change in outcome.changes}
        assert len(clinics) > 1 or clinics == {entry["clinic_hint"]}
        told = [change.explanation for change in outcome.changes if change.explanation]
        assert told == ([entry["explanation"]] if entry["explanation"] else [])


def test_sample_mails_delivered_twice_claim_the_same_mail(twice: str, ses: Any) -> None:
    """A second delivery has the first one's key, so that it is known again."""
    first = ses.EXPECTED[twice]["duplicate_of"]
    keys = {claim_key(ses.EXPECTED[name]["sender"], ses.build(name)[1]) for name in (first, twice)}
    assert len(keys) == 1
