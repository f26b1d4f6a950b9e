"""Forty workers compete for the last licenses: nobody gets one that is not there."""

import math
from collections.abc import Collection

import pytest

from tests.campaign import Piece, campaign
from tests.contention.clinic import KIND, Scene, scenes, surroundings
from tests.contention.workers import Said, ask, compete, once
from tests.invariants import partitions, violations

pytestmark = pytest.mark.contention

WORKERS = 40


def ledger(place: Scene) -> tuple[int, int, int]:
    """Return purchased, in use, and what the adjustments that hold add up to."""
    (clinic,) = partitions(place.items()).values()
    purchased, in_use, *_ = clinic.clinic["licenses"][KIND]
    total = sum(
        delta
        for adjustment in clinic.adjustments.values()
        if adjustment["status"] != "cancelled"
        for _, delta in adjustment["lines"]
    )
    return purchased, in_use, total


def require_agreement(place: Scene, said: Said) -> None:
    """Demand that what was acknowledged, the ledger and the counters say the same."""
    assert violations(place.items(), staff=["staff"]) == []
    assert said.over == 0
    purchased, in_use, total = ledger(place)
    assert purchased == place.registered + total == place.registered + said.delta
    assert 0 <= in_use <= purchased


@campaign("attempts by 40 workers", "attempts", usual=[0], whole=range(25))
def test_the_last_licenses_are_given_out_once(endpoint: str, piece: Piece) -> None:
    """Attempts of all kinds; every acknowledged one counts exactly once."""
    (place,) = scenes(endpoint, 1, users=120, purchased=20)
    attempts = 4000 if piece.whole else 600
    said = compete([place], workers=WORKERS, attempts=attempts, turn=piece.of)[place.clinic_id]
    piece.count(attempts)
    assert sum(said.answers.values()) == attempts
    assert said.answers["no answer"] == 0
    assert said.answers["licenses_unavailable"] > attempts / 4
    require_agreement(place, said)
    # Five tries instead of twelve would leave half of them. On a quiet machine it is one percent,
    # but the slower a call, the more often it is in conflict, and a long run is not alone.
    assert piece.whole or said.answers["try_again"] <= 0.1 * attempts


@campaign(
    "histories with unknowns",
    "requests",
    usual=[(0.4, 0)],
    whole=[(faults, turn) for turn in range(12) for faults in (0.2, 0.4)],
)
def test_a_history_with_unknown_outcomes_adds_up(endpoint: str, piece: Piece) -> None:
    """Calls fail in every way; asking again under the same keys settles what nobody knew."""
    places = scenes(endpoint, 8, users=0, purchased=5)
    faults, turn = piece.of
    attempts = 1000 if piece.whole else 200
    said = compete(places, workers=WORKERS, attempts=attempts, faults=faults, turn=turn)
    piece.count(attempts, faults=sum(of.faults for of in said.values()))
    require_rate(said.values(), faults)
    assert any("unknown" in of.keys.values() for of in said.values())
    for place in places:
        require_settled(place, said[place.clinic_id])


def require_rate(said: Collection[Said], rate: float) -> None:
    """Demand that as many calls failed as were to fail, within six standard deviations."""
    calls = sum(of.calls for of in said)
    assert calls > 500
    spread = math.sqrt(calls * rate * (1 - rate))
    assert abs(sum(of.faults for of in said) - calls * rate) < 6 * spread


def require_settled(place: Scene, said: Said) -> None:
    """Demand that every key has had one effect or none, as its caller was told."""
    with surroundings(place.endpoint):
        store = place.store()
    stored = {
        key: answer
        for key in said.keys
        # The key alone finds the answer; the body would only be compared.
        for answer in store.load(*once(place, key, 1).keys)
        if answer is not None
    }
    for key, outcome in said.keys.items():
        if outcome != "unknown":
            assert (key in stored) == (outcome == "acknowledged"), key
        elif key in stored:
            (line,) = stored[key].body["lines"]
            delta = 1 if line["action"] == "add" else -1
            assert ask(place, store, key, delta).body == stored[key].body
            said.delta += delta
    (clinic,) = partitions(place.items()).values()
    assert len(clinic.adjustments) == clinic.requests == len(stored)
    require_agreement(place, said)
