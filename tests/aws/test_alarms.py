"""Each alarm fires when it should and not else, and watches what is really emitted."""

import json
import math
import random
import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from docs.template import functions
from scan.deployed import ROOT, STACK_NAME, SWITCHED_ON, stack_of
from tests.aws.arns import Resolved
from tests.product import Product

HOUR, DAY = 3600, 86_400
LOOK = 900
"""Seconds between two looks of CloudWatch at an alarm; it looks more often."""

# What AWS's services emit, with the dimensions that they emit it under.
EMITTED = {
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {"QueueName"},
    ("AWS/States", "ExecutionsFailed"): {"StateMachineArn"},
    ("AWS/States", "ExecutionsStarted"): {"StateMachineArn"},
    ("AWS/States", "ExecutionsSucceeded"): {"StateMachineArn"},
    ("AWS/ApiGateway", "5XXError"): {"ApiName", "Stage"},
    ("AWS/ApiGateway", "4XXError"): {"ApiName", "Stage"},
    ("AWS/ApiGateway", "Count"): {"ApiName", "Stage"},
    ("AWS/ApiGateway", "Latency"): {"ApiName", "Stage"},
    ("AWS/Lambda", "Errors"): {"FunctionName"},
    ("AWS/Lambda", "Throttles"): {"FunctionName"},
    ("AWS/DynamoDB", "ThrottledRequests"): {"TableName", "Operation"},
    ("AWS/DynamoDB", "TransactionConflict"): {"TableName"},
}


def alarms(stack_name: str = STACK_NAME) -> dict[str, dict[str, Any]]:
    return {
        name: it["Properties"]
        for name, it in stack_of(SWITCHED_ON, stack_name)["Resources"].items()
        if it["Type"] == "AWS::CloudWatch::Alarm"
    }


Datum = tuple[float, float]
"""A moment in seconds, and what was emitted then."""


@dataclass(frozen=True)
class Alarm:
    """An alarm over one metric as CloudWatch evaluates it: its windows slide with its looks."""

    period: int
    periods: int
    to_alarm: int
    statistic: str
    breaches: Callable[[float], bool]
    missing: str
    filled: bool

    @classmethod
    def of(cls, properties: Mapping[str, Any]) -> "Alarm":
        """Return the alarm that the template describes."""
        expression, stat = "", properties
        for metric in properties.get("Metrics", []):
            expression += metric.get("Expression", "")
            stat = metric.get("MetricStat", stat)
        threshold = properties["Threshold"]
        less = properties["ComparisonOperator"] == "LessThanThreshold"
        return cls(
            stat["Period"],
            properties["EvaluationPeriods"],
            properties.get("DatapointsToAlarm", properties["EvaluationPeriods"]),
            stat.get("Stat") or stat["Statistic"],
            (lambda value: value < threshold) if less else (lambda value: value > threshold),
            properties["TreatMissingData"],
            expression.startswith("FILL("),
        )

    def is_on(self, data: Sequence[Datum], now: float) -> bool:
        points = [self._point(data, now - self.period * (n + 1)) for n in range(self.periods)]
        if self.filled and any(point is not None for point in points):
            points = [0.0 if point is None else point for point in points]
        missing = self.missing == "breaching"
        breaching = [missing if point is None else self.breaches(point) for point in points]
        return sum(breaching) >= self.to_alarm

    def _point(self, data: Sequence[Datum], begins: float) -> float | None:
        values = [value for at, value in data if begins <= at < begins + self.period]
        if not values:
            return None
        return sum(values) if self.statistic == "Sum" else max(values)

    @property
    def window(self) -> int:
        """How far it looks back."""
        return self.period * self.periods


def fired(alarm: Alarm, data: Sequence[Datum], begins: float, ends: float) -> list[float]:
    """Return the looks at which it is in alarm."""
    found = []
    data = sorted(data)
    for now in range(math.ceil(begins), int(ends), LOOK):
        since, until = (bisect_left(data, (at,)) for at in (now - alarm.window, now))
        if alarm.is_on(data[since:until], now):
            found.append(float(now))
    return found


def nights(days: int, chance: random.Random) -> list[float]:
    """Return when the nights of so many days end: 11:00 UTC, and as long as the clinics take."""
    return [day * DAY + 11 * HOUR + chance.uniform(20, 50 * 60) for day in range(days)]


@pytest.fixture
def chance() -> random.Random:
    """Chance that is the same each time."""
    return random.Random(20)  # noqa: S311


def test_a_year_of_nights_that_end_well_never_alarms(chance: random.Random) -> None:
    """However much sooner or later than the one before a night ends."""
    alarm = Alarm.of(alarms()["NoReconciliationAlarm"])
    ended = [(at, 1.0) for at in nights(365, chance)]
    assert fired(alarm, ended, 2 * DAY, 365 * DAY) == []


@pytest.mark.parametrize("missed", [100, 200, 300])
@pytest.mark.parametrize("how_many", [1, 3])
def test_a_night_that_did_not_end_alarms_within_three_hours_of_its_time(
    chance: random.Random, missed: int, how_many: int
) -> None:
    alarm = Alarm.of(alarms()["NoReconciliationAlarm"])
    without = range(missed, missed + how_many)
    ended = [(at, 1.0) for day, at in enumerate(nights(365, chance)) if day not in without]
    found = fired(alarm, ended, (missed - 5) * DAY, (missed + 10) * DAY)
    back = next(at for at, _ in ended if at > (missed + how_many) * DAY)
    assert missed * DAY + 11 * HOUR <= found[0] <= missed * DAY + 14 * HOUR
    assert back - LOOK <= found[-1] <= back + LOOK + HOUR
    assert len(found) == round((found[-1] - found[0]) / LOOK) + 1


@pytest.mark.parametrize(
    "name",
    [name for name, it in alarms().items() if it["ComparisonOperator"].startswith("Greater")],
)
def test_an_alarm_on_what_goes_wrong_fires_when_it_does_and_not_else(
    chance: random.Random, name: str
) -> None:
    """Within an hour and a quarter of the first bad value, and never in good nights."""
    properties = alarms()[name]
    alarm = Alarm.of(properties)
    good = [(at, 0.0) for at in nights(30, chance)]
    assert fired(alarm, good, DAY, 30 * DAY) == []
    went_wrong = 15 * DAY + 11 * HOUR + 600.0
    bad = [(went_wrong + 60 * minute, 1.0) for minute in range(30)]
    found = fired(alarm, [*good, *bad], DAY, 30 * DAY)
    assert went_wrong <= found[0] <= went_wrong + 75 * 60
    assert found[-1] <= went_wrong + 30 * 60 + alarm.window


def test_no_alarm_looks_back_further_than_cloudwatch_lets_it() -> None:
    """A day for periods of less than an hour, else a week."""
    for name, properties in alarms().items():
        alarm = Alarm.of(properties)
        assert alarm.window <= (DAY if alarm.period < HOUR else 7 * DAY), name
        assert alarm.to_alarm <= alarm.periods, name


def watched(stack_name: str = STACK_NAME) -> list[tuple[str, str, str, dict[str, Any]]]:
    """Return each metric of each alarm: the alarm, namespace, name, dimensions."""
    stack = Resolved(stack_of(SWITCHED_ON, stack_name), {})
    found = []
    for name, properties in alarms(stack_name).items():
        stats = [
            it["MetricStat"]["Metric"] for it in properties.get("Metrics", []) if "MetricStat" in it
        ]
        for metric in stats or [properties]:
            dimensions = {it["Name"]: stack.text(it["Value"]) for it in metric["Dimensions"]}
            found.append((name, metric["Namespace"], metric["MetricName"], dimensions))
    return found


@pytest.fixture(scope="module")
def own_metrics() -> dict[tuple[str, str], list[dict[str, str]]]:
    """What a night emits of our own: the dimensions of each metric, by namespace and name."""
    with pytest.MonkeyPatch.context() as patch:
        lines: list[str] = []
        product = Product.open()
        patch.setattr("builtins.print", lambda text, **_: lines.append(str(text)))
        with product.active():
            product.with_demo()
            product.reconcile(product.clock.now)
    found: dict[tuple[str, str], list[dict[str, str]]] = {}
    for text in lines:
        blob = json.loads(text)
        for directive in blob["_aws"]["CloudWatchMetrics"]:
            for metric in directive["Metrics"]:
                given = [{key: blob[key] for key in keys} for keys in directive["Dimensions"]]
                found.setdefault((directive["Namespace"], metric["Name"]), []).extend(given)
    return found


def test_each_alarm_watches_a_metric_that_is_emitted_under_its_very_dimensions(
    own_metrics: dict[tuple[str, str], list[dict[str, str]]],
) -> None:
    """One dimension more or less is another metric, of which there is no data."""
    for name, namespace, metric, dimensions in watched():
        if namespace.startswith("AWS/"):
            assert EMITTED[namespace, metric] == set(dimensions), name
        else:
            assert dimensions in own_metrics[namespace, metric], name


def test_whatever_runs_behind_the_api_is_watched_for_errors_and_throttles() -> None:
    """Nobody waits for its answer; only Cognito's trigger fails who called the API."""
    behind = {one.name for one in functions() if not one.routes} - {"write_invitation"}
    for metric in ("Errors", "Throttles"):
        seen = [of["FunctionName"] for _, _, named, of in watched() if named == metric]
        assert {name.removeprefix(f"{STACK_NAME}-") for name in seen} == behind


def test_no_alarm_is_made_of_more_metrics_than_cloudwatch_takes() -> None:
    # https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/alarm-limits.html
    assert max(Counter(name for name, _, _, _ in watched()).values()) <= 10


def test_the_cost_counts_every_metric(
    own_metrics: dict[tuple[str, str], list[dict[str, str]]],
) -> None:
    (told,) = re.findall(
        r"(\d+) alarm metrics, (\d+) metrics of our own", (ROOT / "docs" / "deploy.md").read_text()
    )
    assert told == (str(len(watched())), str(len(own_metrics)))


def test_each_alarm_watches_something_of_this_stack() -> None:
    """The queue, machine, API or function is one that it makes; our own metrics have its name."""
    stack = Resolved(stack_of(SWITCHED_ON, "other-stack"), {})
    made = {stack.name(name) for name in stack.resources} | {stack.arn(n) for n in stack.resources}
    for name, _, _, dimensions in watched("other-stack"):
        for key, value in dimensions.items():
            if key != "Stage":
                assert value in made | {"other-stack"}, (name, key, value)
    for name, it in stack.resources.items():
        if it["Type"] == "AWS::Lambda::Function":
            variables = it["Properties"]["Environment"]["Variables"]
            assert variables["POWERTOOLS_SERVICE_NAME"] == "other-stack", name


def test_the_dashboard_shows_metrics_that_are_emitted(
    own_metrics: dict[tuple[str, str], list[dict[str, str]]],
) -> None:
    """By the shorthand of dashboards, in which a dot repeats what stands above."""
    body = stack_of(SWITCHED_ON)["Resources"]["Dashboard"]["Properties"]["DashboardBody"]
    text = re.sub(r"\$\{[^}]+\}", "it", body["Fn::Sub"] if isinstance(body, dict) else body)
    for widget in json.loads(text)["widgets"]:
        above: list[Any] = []
        for written in widget["properties"]["metrics"]:
            row = [part for part in written if not isinstance(part, dict)]
            if row[0] == "...":
                row = [*above[: len(above) - len(row) + 1], *row[1:]]
            row = [above[place] if part == "." else part for place, part in enumerate(row)]
            above = row
            namespace, metric, *dimensions = row
            if namespace.startswith("AWS/"):
                assert EMITTED[namespace, metric] == set(dimensions[::2]), row
            else:
                pairs = dict(zip(dimensions[::2], dimensions[1::2], strict=True))
                assert pairs in own_metrics[namespace, metric], row
