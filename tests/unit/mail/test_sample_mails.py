"""The sample mails, up to what they ask for; what is done with it is tested elsewhere."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from licensing.mail.understanding import claim_key, understand_event
from tests.unit.mail.senders import OWN, clinics_of


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


def test_sample_mails_are_understood_as_their_labels_allow(sample: str, ses: Any) -> None:
    """Intent, lines and clinic are the label's, or one of the other outcomes that it allows."""
    entry = ses.EXPECTED[sample]
    event, stored = ses.build(sample)
    outcome = understand_event(
        event["Records"][0]["ses"], stored, clinics_of, own_addresses=[ses.RCPT, *OWN]
    )
    answer = outcome.answer(replied=outcome.intent != "ignore")
    found = (answer["intent"], sorted(line_key(dict(line)) for line in answer["lines"]))
    allowed = [
        (label["intent"], sorted(map(line_key, label["lines"])))
        for label in (entry, *entry["also_ok"])
    ]
    assert found in allowed, answer
    if found == allowed[0] and answer["lines"]:
        assert answer["clinic"] == (
            None if entry["clinic_hint"] == "multiple" else entry["clinic_hint"]
        )
        assert answer["explanation"] == entry["explanation"]


def test_sample_mails_delivered_twice_claim_the_same_mail(twice: str, ses: Any) -> None:
    """A second delivery has the first one's key, so that it is known again."""
    first = ses.EXPECTED[twice]["duplicate_of"]
    keys = {claim_key(ses.EXPECTED[name]["sender"], ses.build(name)[1]) for name in (first, twice)}
    assert len(keys) == 1
