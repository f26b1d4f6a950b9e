"""Whatever is wrong with a request, its answer names the field, and nothing changes."""

from collections.abc import Iterable

from tests.functions.conftest import Answer
from tests.fuzz.inputs import BadInput, bad_headers, bad_paths, bad_queries, targets
from tests.fuzz.scene import known
from tests.product import Product


def test_wrong_fields_are_named(product: Product) -> None:
    """Every field of every body: other kinds, other forms, missing, unknown, too much."""
    for target in targets(known(product)):
        require_refused(product, target.bad_bodies())


def test_what_cannot_be_read_is_refused(product: Product) -> None:
    """Broken JSON, other encodings and types, too deep, too large."""
    for target in targets(known(product)):
        require_refused(product, target.bad_messages())


def test_wrong_queries_are_named(product: Product) -> None:
    """Limits, cursors, choices, and of every route the parameters that it does not take."""
    require_refused(product, bad_queries(known(product)))


def test_wrong_paths_and_headers_are_refused(product: Product) -> None:
    """Ids that are none, ids of nothing, keys, versions."""
    require_refused(product, bad_paths(known(product)))
    require_refused(product, bad_headers(known(product)))


def test_there_are_a_thousand_bad_inputs_that_name_a_field(product: Product) -> None:
    """And hundreds more from which no field can be read."""
    ids = known(product)
    fields = [bad for target in targets(ids) for bad in target.bad_bodies()]
    named = [*fields, *bad_queries(ids), *(bad for bad in bad_paths(ids) if bad.field)]
    assert len({str(bad.call) for bad in named}) >= 1000


def require_refused(product: Product, inputs: Iterable[BadInput]) -> None:
    """Assert that each is answered as it should be, and that nothing was changed by any."""
    before = product.cloud.snapshot()
    wrong = []
    for bad in inputs:
        call = dict(bad.call)
        answer = product.call(call.pop("function"), **call)
        if found := difference(bad, answer):
            wrong.append(f"{bad.why}: {found}")
        if product.cloud.snapshot() != before:
            wrong.append(f"{bad.why} changed something")
            product.cloud.restore(before)
    assert not wrong, "\n".join(wrong)


def difference(bad: BadInput, answer: Answer) -> str | None:
    """Return what is not as it should be."""
    if answer.status < 400:
        return f"{answer.status} {answer.text[:200]}"
    told = (answer.status, answer.code, [entry["field"] for entry in answer.body.get("errors", ())])
    expected = (bad.status, bad.code, [] if bad.field is None else [bad.field])
    if told != expected:
        return f"{told} instead of {expected}"
    detail = answer.body["detail"]
    return None if bad.says in detail else f"{detail} does not say {bad.says}"
