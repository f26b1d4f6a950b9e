"""Who knows nothing but the events knows every clinic's licenses and invoices."""

import json
import random
from datetime import timedelta
from typing import Any

import pytest

from tests.events.consumer import ClinicAsTold, Consumer
from tests.faults.acts import closing, transferring
from tests.functions.conftest import CLINIC, TABLE
from tests.model.machine import ClinicMachine, peopled
from tests.product import Product
from tests.unit.test_business_events import validator

opened = pytest.fixture(scope="module")(peopled)


@pytest.fixture
def product(opened: tuple[Product, Any]) -> Product:
    opened[0].restore(opened[1])
    return opened[0]


def in_the_table(product: Product) -> dict[str, ClinicAsTold]:
    """Return every clinic as it lies in the table."""
    found: dict[str, ClinicAsTold] = {}
    finalized = set()
    for item in product.table():
        owner, _, clinic_id = item["pk"]["S"].partition("#")
        kind, _, rest = item["sk"]["S"].partition("#")
        if owner != "CLINIC":
            continue
        clinic = found.setdefault(clinic_id, ClinicAsTold())
        if kind == "CLINIC":
            for name, license in item["licenses"]["M"].items():
                purchased, in_use, *_ = (int(value.get("N", 0)) for value in license["L"])
                clinic.purchased[name], clinic.in_use[name] = purchased, in_use
            clinic.closed = item.get("closing", {"L": []})["L"][2:] == [{"BOOL": True}]
        if kind == "ADJUSTMENT":
            status = item["status"]["S"]
            clinic.adjustments[rest] = "invoiced" if status == "confirmed" else status
            is_billed = status in ("invoiced", "confirmed")
            if is_billed and "applies" in item and not item["priced"]["L"]:
                # It holds from a renewal on: there is nothing to put on an invoice.
                clinic.adjustments[rest] = "applied"
        if kind == "INVOICE" and "#LINE#" not in rest and item["status"]["S"] == "finalized":
            finalized.add(rest)
            clinic.invoices[rest] = int(item["total_cents"]["N"]), {}
        if kind == "INVOICE" and "#LINE#" in rest and rest.partition("#")[0] in finalized:
            invoice_id, _, line_id = rest.partition("#LINE#")
            clinic.invoices[invoice_id][1][line_id] = int(item["cents"]["N"])
    return found


def publish_badly(product: Product, chance: random.Random) -> None:
    """Deliver the stream as Lambda may: in batches, some again, and to a bus that refuses."""
    product.cloud.refuses_event = lambda: chance.random() < 0.3
    stream, position = product.cloud.tables[TABLE].stream, 0
    while position < len(stream):
        again = max(position - chance.randrange(8), 0)
        position = max(position, product.publish(chance.choice([position, again])))
    product.cloud.refuses_event = lambda: False


def told(product: Product) -> Consumer:
    """Return the other system, told all that is on the bus: it knows what the table has."""
    consumer = Consumer()
    consumer.receive(product.cloud.bus)
    assert consumer.clinics() == in_the_table(product)
    return consumer


class ToldMachine(ClinicMachine):
    """A clinic's life of which another system is told, by a bus that refuses and repeats."""

    def teardown(self) -> None:
        """Judge what the other system knows, once the life is over."""
        super().teardown()
        publish_badly(self.product, random.Random(len(self.sent)))  # noqa: S311
        told = list(self.product.cloud.bus) * 2
        random.Random(2).shuffle(told)  # noqa: S311
        consumer = Consumer()
        consumer.receive(told)
        known = consumer.clinics()
        assert known == in_the_table(self.product)
        for clinic in known.values():
            for total, lines in clinic.invoices.values():
                assert sum(lines.values()) == total
        for kind, detail in consumer.kept.values():
            validator(kind).validate(detail)
            require_no_person(self.product, detail)


def require_no_person(product: Product, detail: dict[str, Any]) -> None:
    """Require that nothing in the event names anybody."""
    text = json.dumps(detail).lower()
    for item in product.items(begins="USER#"):
        assert item["email"]["S"].lower() not in text
        assert item["name"]["S"].lower() not in text


def test_the_same_record_makes_the_same_event(product: Product) -> None:
    """Also much later, when everything has changed."""
    product.publish()
    first = list(product.cloud.bus)
    assert first
    asked = product.adjust([("add", "therapist", 1)], key="later").body
    assert product.call("cancel_license_adjustment", adjustment_id=asked["adjustment_id"]).status
    product.cloud.bus.clear()
    product.publish()
    assert product.cloud.bus[: len(first)] == first


def test_a_bus_that_refuses_for_long_is_told_again_from_there(product: Product) -> None:
    """The first record that was not taken is named, and nothing after it is lost."""
    taken: list[bool] = [False, False]
    product.cloud.refuses_event = lambda: not taken or taken.pop()
    position = product.publish()
    product.cloud.refuses_event = lambda: False
    stream = product.cloud.tables[TABLE].stream
    assert 0 < position < len(stream)
    assert len(product.cloud.bus) == 2
    assert product.publish(position) == len(stream)
    told(product)


def test_a_user_manager_named_in_another_s_place_is_told_of_as_two(product: Product) -> None:
    """Who goes gives a license back, who comes takes one; who only may more is not told of."""
    for replaces, body in (
        (None, {"name": "Flo Hart", "email": "flo.hart@mainstreetpt.example"}),
        ("dana", {"name": "Gil Ross", "email": "gil.ross@mainstreetpt.example"}),
        (None, {"name": "Ann Lee", "email": "ann.lee@mainstreetpt.example"}),
    ):
        named = {**body, "license_type": "therapist", "reason": "They asked us by phone."}
        if replaces:
            named["replaces"] = product.accounts[replaces]
        assert product.call("name_user_manager", who="staff", body=named).status == 201
    product.publish()
    switched = [kind for kind, _ in told(product).kept.values() if kind.startswith("User")]
    assert switched.count("UserDeactivated") == 1


def test_scheduled_adjustments_are_told_of_from_the_request_to_the_end(product: Product) -> None:
    """Applied, cancelled before it came, or lapsed: counts change only where it was applied."""
    day = f"{product.clock.now + timedelta(days=20):%Y-%m-%d}"
    later: dict[str, Any] = {"effective_on": day}
    asked = [
        product.adjust([("add", "therapist", 2)], key="one", **later),
        product.adjust([("add", "therapist", 4)], key="two", **later),
        product.adjust([("remove", "billing", 1)], key="three", **later),
        product.adjust([("add", "assistant", 1)], key="four", effective_on="renewal"),
    ]
    assert [one.status for one in asked] == [201] * 4, asked
    applied, cancelled, lapsed, renewed = (one.body["adjustment_id"] for one in asked)
    answer = product.call("cancel_license_adjustment", adjustment_id=cancelled)
    assert answer.status == 200
    assert product.activate(product.accounts["bo"]).status == 200
    product.clock.now += timedelta(days=31)
    for task in product.adjustments():
        product.invoke("apply_scheduled_adjustment", task)
    product.publish()
    consumer = told(product)
    ends = {applied: "applied", cancelled: "cancelled", lapsed: "lapsed", renewed: "applied"}
    assert ends.items() <= consumer.clinics()[CLINIC].adjustments.items()
    kinds = [kind for kind, _ in consumer.kept.values() if kind.startswith("LicenseAdjustment")]
    assert kinds.count("LicenseAdjustmentScheduled") == 4


def test_transfers_and_the_end_of_a_clinic_are_told_of(product: Product) -> None:
    """A user who moves along, then everything that goes with the clinic."""
    for act in (transferring(), closing()):
        answer = act(product, {})
        assert answer.status < 300, answer.text
    product.publish()
    consumer = told(product)
    known = consumer.clinics()[CLINIC]
    assert known.closed
    assert not known.purchased.total()
    for kind, detail in consumer.kept.values():
        validator(kind).validate(detail)
