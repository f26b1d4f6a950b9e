"""GET /clinics/{clinic_id}/licenses."""

from tests.functions.conftest import World


def test_status_shows_counts_totals_and_idle_cost(world: World) -> None:
    """Five therapist licenses, one used by Dana: four are idle at 99 dollars each."""
    answer = world.call("get_license_status")
    assert answer.status == 200
    body = answer.body
    therapist = body["licenses"][0]
    assert (therapist["purchased"], therapist["in_use"], therapist["available"]) == (5, 1, 4)
    assert therapist["idle_monthly_cost_cents"] == 4 * 9900
    assert body["totals"]["purchased"] == 10
    assert body["totals"]["available"] == 9
    assert body["open_adjustments"] == {"count": 0, "newest": []}
