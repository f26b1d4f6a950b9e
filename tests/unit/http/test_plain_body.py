"""Bodies that are read without pydantic, judged by pydantic, which reads the same annotations."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from licensing.domain.errors import InvalidRequestError
from licensing.domain.licenses import LicenseType
from licensing.http.activation_bodies import ActivationBody
from licensing.http.adjustment_bodies import LicenseAdjustmentBody, PreviewBody
from licensing.http.plain_body import PlainBody

ORACLES = {kind: TypeAdapter(kind) for kind in (LicenseAdjustmentBody, PreviewBody, ActivationBody)}
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=4,
)
EXPLANATION = (
    st.sampled_from(["They left.", "  ab ", "a\u200bbc", "x\r\ny z", "x" * 1001]) | ANYTHING
)
MOMENT = st.sampled_from(
    ["2026-04-15T14:00:00Z", "2026-04-15t14:00:60.5+02:00", "2026-02-30T00:00:00Z", "now"]
)


def mostly(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Draw objects that have these fields, and at times lack some or have another."""
    several = st.fixed_dictionaries(fields) | st.fixed_dictionaries({}, optional=fields)
    return st.builds(lambda known, others: known | others, several, st.just({}) | OTHERS)


OTHERS = st.dictionaries(st.sampled_from(["price", "clinic_id", "1"]), ANYTHING, max_size=1)
LINE = mostly(
    action=st.sampled_from(["add", "remove", "drop"]) | ANYTHING,
    license_type=st.sampled_from(["therapist", "front_office", "janitor"]) | ANYTHING,
    quantity=st.integers(-1, 52) | st.sampled_from([1.0, 1.5, "5"]) | ANYTHING,
)
LINES = st.lists(LINE, max_size=6) | st.lists(LINE | ANYTHING, max_size=2) | ANYTHING
ADJUSTMENT = mostly(
    lines=LINES, explanation=st.none() | EXPLANATION, priced_at=st.none() | MOMENT | ANYTHING
)
RELEASE = mostly(explanation=EXPLANATION) | ANYTHING
ACTIVATION = mostly(active=st.booleans() | ANYTHING, release_license=st.none() | RELEASE)


@given(
    st.tuples(st.just(LicenseAdjustmentBody) | st.just(PreviewBody), ADJUSTMENT)
    | st.tuples(st.just(ActivationBody), ACTIVATION)
)
def test_pydantic_reads_the_same(case: tuple[type[PlainBody], dict[str, Any]]) -> None:
    """The same bodies are taken with the same values, and the same fields found wrong."""
    kind, value = case
    expected: object
    found: object
    try:
        expected = ORACLES[kind].validate_python(value)  # type: ignore[index]
    except ValidationError as error:
        expected = sorted(
            "".join(f"[{n}]" if isinstance(n, int) else f".{n}" for n in entry["loc"]).removeprefix(
                "."
            )
            # What does not go together: pydantic gives it no place.
            or entry["ctx"]["error"].field
            for entry in error.errors()
        )
    try:
        found = kind.read(value)
    except InvalidRequestError as refused:
        found = sorted(entry.field for entry in refused.errors)
    assert found == expected


def test_every_wrong_field_is_named_with_a_sentence() -> None:
    """In the order of the fields; unknown ones come last."""
    value = {
        "price": 0,
        "lines": [
            {"action": "drop", "license_type": "therapist", "seats": 1},
            [],
            {"action": "add", "license_type": None, "quantity": True},
        ],
        "explanation": 5,
        "priced_at": "yesterday",
    }
    with pytest.raises(InvalidRequestError) as refused:
        LicenseAdjustmentBody.read(value)
    *others, last = map(repr, map(str, LicenseType))
    types = f"{', '.join(others)} or {last}"
    assert [tuple(entry) for entry in refused.value.errors] == [
        ("lines[0].action", "Use one of 'add' or 'remove'."),
        ("lines[0].quantity", "This field is required."),
        ("lines[0].seats", "This field is unknown. Leave it out."),
        ("lines[1]", "This must be an object, such as {…}."),
        ("lines[2].license_type", f"Use one of {types}."),
        ("lines[2].quantity", "This must be a whole number from 1 to 50."),
        ("explanation", "This must be text in quotation marks."),
        ("priced_at", "This must be a time, such as 2026-04-15T14:00:00Z."),
        ("price", "This field is unknown. Leave it out."),
    ]
    assert refused.value.detail == "lines[0].action: Use one of 'add' or 'remove'. (8 more)"


@pytest.mark.parametrize(
    ("kind", "value", "field", "message"),
    [
        (PreviewBody, {"lines": []}, "lines", "Enter at least 1."),
        (PreviewBody, {"lines": [1] * 99}, "lines", f"Enter at most {len(LicenseType)}."),
        (PreviewBody, {"lines": {}}, "lines", "This must be a list, such as […]."),
        (
            PreviewBody,
            {"lines": [{"action": "add", "license_type": "billing", "quantity": 1}] * 2},
            "lines",
            "List billing once.",
        ),
        (
            PreviewBody,
            {
                "lines": [{"action": "add", "license_type": "billing", "quantity": 1}],
                "effective_on": "2026-02-30",
            },
            "effective_on",
            "There is no such date. Use one such as 2026-04-15.",
        ),
        (
            ActivationBody,
            {"active": 1},
            "active",
            "This must be true or false, without quotation marks.",
        ),
        (
            ActivationBody,
            {"active": True, "release_license": {"explanation": "They left."}},
            "release_license",
            'This goes with "active": false only.',
        ),
        (
            ActivationBody,
            {"active": False, "release_license": {}},
            "release_license.explanation",
            "This field is required.",
        ),
    ],
)
def test_a_mistake_has_its_sentence(
    kind: type[PlainBody], value: dict[str, Any], field: str, message: str
) -> None:
    with pytest.raises(InvalidRequestError) as refused:
        kind.read(value)
    assert [tuple(entry) for entry in refused.value.errors] == [(field, message)]


def test_every_spelling_of_a_request_is_the_same_plain_data() -> None:
    """Whole numbers, time zones, white space, absent and null fields: one stored digest."""
    line = {"quantity": 2.0, "license_type": "therapist", "action": "remove"}
    body = LicenseAdjustmentBody.read(
        {"priced_at": "2026-04-15T10:00:00-04:00", "explanation": " They left. ", "lines": [line]}
    )
    assert body.canonical() == {
        "lines": [{"action": "remove", "license_type": "therapist", "quantity": 2}],
        "explanation": "They left.",
        "priced_at": "2026-04-15T14:00:00Z",
    }
    absent, null = ({"active": False}, {"active": False, "release_license": None})
    assert ActivationBody.read(absent).canonical() == ActivationBody.read(null).canonical()


def test_the_limit_of_a_deployment_is_asked_for_when_it_is_needed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Not when a module is imported: whoever is imported first would decide for all."""
    line = {"quantity": 4, "license_type": "therapist", "action": "add"}
    PreviewBody.read({"lines": [line]})
    monkeypatch.setenv("MAX_QUANTITY", "3")
    with pytest.raises(InvalidRequestError, match="a whole number from 1 to 3"):
        PreviewBody.read({"lines": [line]})
