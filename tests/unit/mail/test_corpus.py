"""The examples beside the rules: each file of corpus/ goes with a file of the lexicon."""

from pathlib import Path

import pytest

from licensing.domain.licenses import LicenseType
from licensing.mail import lexicon
from licensing.mail.language.clinic_names import ClinicNames
from licensing.mail.language.license_grammar import Item
from licensing.mail.language.license_phrases import runs_of
from licensing.mail.language.tokens import tokens_of
from licensing.mail.language.words import plain, words_of
from tests.unit.mail.senders import MAIN_STREET, in_short, says

HERE = Path(__file__).parent / "corpus"
LEXICON = Path(lexicon.__file__).parent / "lexicon"


def examples(name: str) -> list[tuple[str, str]]:
    """Return outcome and text of each example of a file."""
    lines = (HERE / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    pairs = (line.split(" | ") for line in lines if line and not line.startswith("#"))
    return [(outcome, text) for outcome, text in pairs]


def named(item: Item) -> str:
    """Return type and number of an item; what nobody can tell is "?"."""
    number = item.quantity if item.doubt is None or item.license_type is None else None
    return f"{item.license_type or '?'} {number or '?'}"


@pytest.mark.parametrize(("outcome", "text"), examples("licenses"))
def test_licenses_are_read(outcome: str, text: str) -> None:
    """Behind a verb, so that they are asked for."""
    names = ClinicNames([MAIN_STREET])
    runs = runs_of(tokens_of(words_of(plain(f"Please add {text}")), names))
    assert ", ".join(named(item) for run in runs for item in run.items) == outcome


@pytest.mark.parametrize(("outcome", "text"), examples("requests"))
def test_requests_are_heard(outcome: str, text: str) -> None:
    """With a clinic and, where something may be asked, a reason, so that nothing is lacking."""
    reason = " because of turnover" if outcome != "-" else ""
    found = says(f"{text} at Lakeside{reason}.")
    if outcome in ("add", "remove"):
        assert found.verdict == "apply"
        assert {str(line.action) for change in found.changes for line in change.lines} == {outcome}
    elif outcome == "?":
        assert found.verdict in ("propose", "ask")
    else:
        assert found.verdict in ("none", "ask")


def test_remarks_are_judged() -> None:
    """Beside a request that is done without them."""
    wrong = []
    for doubt, text in examples("remarks"):
        found = says(f"Please add 2 PT licenses at Main Street. {text}")
        if doubt == "-":
            right = found.verdict == "apply"
        elif doubt == "retracted":
            right = (found.verdict, found.reason) == ("none", "retracted")
        else:
            right = found.verdict in ("propose", "ask") and found.doubt == doubt
        if not right:
            wrong.append(f"{found.verdict} {found.doubt}, not {doubt} | {text}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(("kind", "text"), examples("answers"))
def test_answers_are_known(kind: str, text: str) -> None:
    """By their words alone."""
    said = tuple(word.plain for word in words_of(plain(text)) if word.plain.isalpha())
    assert said in lexicon.phrases("answers")[kind]


def test_each_type_of_license_has_words() -> None:
    """A new type needs words of its own, in singular and plural, or nobody can ask for it."""
    for kind in LicenseType:
        assert len(lexicon.phrases("licenses")[f"type {kind}"]) >= 2
        said = says(f"Please add 2 {kind.label} licenses at Lakeside.")
        assert in_short(said) == f"lakeside +2 {kind}"


@pytest.mark.parametrize("path", sorted(LEXICON.glob("*.txt")), ids=lambda path: path.stem)
def test_a_file_of_the_lexicon_says_what_it_is_for(path: Path) -> None:
    """Each begins with a comment, each section has one or a name, and no phrase stands twice."""
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    if path.stem in ("fine", "told", "stop", "adds", "releases", "asks_nothing"):
        return
    assert max(map(len, lines)) <= 100
    if path.stem in ("structure", "words", "spellings", "against"):
        return
    for section, listed in lexicon.phrases(path.stem).items():
        assert len(set(listed)) == len(listed), section
