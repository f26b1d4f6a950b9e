"""Looking back at usage: the periods, their peaks, what they cost, and advice."""

from datetime import timedelta
from typing import Any

from licensing.use_cases.renewals import renew_due
from tests.functions.conftest import World


def usage(world: World, **query: str) -> Any:
    return world.read("get_license_usage", query=query)


def pass_month(world: World) -> None:
    """Renew the clinic as its next period begins."""
    store, clinic = world.handler("get_license_usage").app.store, world.clinic()
    renew_due(store, clinic, now=clinic.coming_period.start + timedelta(hours=3))


def therapists(period: Any) -> Any:
    return next(each for each in period["licenses"] if each["license_type"] == "therapist")


def test_a_month_is_told_with_its_peaks_and_its_cost(world: World) -> None:
    """In use at most two, of seven after the addition; the month's cost is what was billed."""
    bo = world.add_user("Bo Lind")["user_id"]
    assert world.activate(bo).status == 200
    assert world.activate(bo, active=False).status == 200
    world.invoiced(world.adjust([("add", "therapist", 2)], key="k1").body)
    before = usage(world)
    clinic = world.clinic()

    pass_month(world)

    first, second = usage(world)["periods"]
    assert before["periods"] == [first]
    assert (first["first_day"], second["first_day"]) == (
        clinic.billing_calendar.period_at(clinic.registered_at).first.isoformat(),
        clinic.next_renewal.isoformat(),
    )
    assert {name: therapists(first)[name] for name in ("purchased_peak", "in_use_peak")} == {
        "purchased_peak": 7,
        "in_use_peak": 2,
    }
    counts = therapists(second)
    assert (counts["purchased_peak"], counts["in_use_peak"]) == (7, 1)
    assert counts["billed_cents"] == 7 * 9900
    invoices = world.listed("list_invoices", resource="/clinics/{clinic_id}/invoices")
    billed = sum(each["billed_cents"] for of in (first, second) for each in of["licenses"])
    assert billed == invoices[-1]["total_cents"]


def test_what_nobody_used_in_three_months_is_advised_to_be_released(world: World) -> None:
    """Not before, and not in the first month, which is not a whole one."""
    for months in range(1, 5):
        pass_month(world)
        advice = {each["license_type"]: each for each in usage(world, months="1")["advice"]}
        if months == 1:
            assert advice == {}
    assert advice["therapist"] == {
        "license_type": "therapist",
        "unused": 4,
        "in_use_peak": 1,
        "periods": 3,
        "monthly_saving_cents": 4 * 9900,
    }
    assert len(usage(world, months="2")["periods"]) == 2
