"""GET /clinics/{clinic_id}/licenses."""

import pytest

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


@pytest.mark.parametrize(
    ("known", "status"),
    [("{tag}", 304), ('"0", W/{tag}', 304), ("*", 304), (' "0" ,"x"', 200), ("{tag}0", 200)],
)
def test_what_the_caller_has_already_is_not_sent_again(
    world: World, known: str, status: int
) -> None:
    """Entity tags in a list, weak or not, or any at all (RFC 9110, 13.1.2)."""
    tag = world.call("get_license_status").headers["ETag"]
    again = world.call("get_license_status", headers={"If-None-Match": known.format(tag=tag)})
    assert (again.status, again.headers["ETag"]) == (status, tag)
