"""The real handlers do what the model does, in sequences that nobody thought of."""

from typing import Any

import pytest

from tests.campaign import Piece, campaign
from tests.events.test_events import ToldMachine
from tests.model.machine import ClinicMachine, peopled, run_sequences
from tests.product import Product

opened = pytest.fixture(scope="module")(peopled)


@campaign("lives beside the model", "sequences", usual=[0], whole=range(100))
def test_the_product_does_what_its_model_does(opened: tuple[Product, Any], piece: Piece) -> None:
    """And tells another system of it, here; `make faults` runs ten thousand longer lives."""
    lives, steps, kind = (100, 50, ClinicMachine) if piece.whole else (120, 25, ToldMachine)
    lived = run_sequences(*opened, kind=kind, sequences=lives, steps=steps, seed=piece.of)
    piece.count(lived)
    assert lived >= lives


@pytest.mark.parametrize("credit", ["prorated", "none"])
def test_two_changes_of_one_midnight_count_in_their_order(
    opened: tuple[Product, Any], credit: str
) -> None:
    """What is added and released by the day is billed for it."""
    ClinicMachine.product, ClinicMachine.demo = opened
    life = ClinicMachine()
    life.terms(cents=0, credit=credit, kind="therapist", unit="day")
    life.wait(hours=24 * 40)
    life.schedule(days=1, lines=(("billing", 1),), who="dana")
    life.schedule(days=1, lines=(("billing", -2),), who="dana")
    life.wait(hours=20)
    life.teardown()


def test_what_two_changes_of_one_renewal_come_to_is_billed(
    opened: tuple[Product, Any],
) -> None:
    """Also by the day: nobody had the license between them."""
    ClinicMachine.product, ClinicMachine.demo = opened
    life = ClinicMachine()
    life.schedule(days=None, lines=(("front_office", 1),), who="dana")
    life.schedule(days=None, lines=(("front_office", -3),), who="dana")
    life.terms(cents=0, credit="prorated", kind="therapist", unit="day")
    life.teardown()


def test_a_release_taken_back_months_later_leaves_the_peaks_between(
    opened: tuple[Product, Any],
) -> None:
    """Those of the months in which nothing happened are the counts that there were."""
    ClinicMachine.product, ClinicMachine.demo = opened
    life = ClinicMachine()
    life.release(name="ann", who="dana")
    life.request(lines=(("billing", 3),), who="dana")
    life.wait(hours=24 * 60)
    life.cancel(number=0, who="dana")
    life.teardown()
