"""The template as data: tests take the table and the routes from it."""

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple, cast

from samcli.yamlhelper import yaml_parse

ROOT = Path(__file__).parents[1]


@cache
def template() -> dict[str, Any]:
    """Return template.yaml, its short intrinsic functions spelled out."""
    parsed: dict[str, Any] = yaml_parse((ROOT / "template.yaml").read_text())
    return parsed


def table_properties() -> dict[str, Any]:
    """Return what create_table needs to make the template's table."""
    properties = template()["Resources"]["LicenseTable"]["Properties"]
    wanted = ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes", "BillingMode")
    return {name: properties[name] for name in wanted}


def stream_filters(function: str) -> list[Any]:
    """Return the patterns of the table's records that a function is called for."""
    (stream,) = template()["Resources"][function]["Properties"]["Events"].values()
    filters = stream["Properties"]["FilterCriteria"]["Filters"]
    return [json.loads(one["Pattern"]) for one in filters]


class Function(NamedTuple):
    """A function as the template describes it."""

    name: str
    resource: str
    properties: dict[str, Any]

    @property
    def routes(self) -> set[tuple[str, str]]:
        """The API's methods and paths that lead here."""
        return {
            (event["Properties"]["Method"], event["Properties"]["Path"])
            for event in self.properties.get("Events", {}).values()
            if event["Type"] == "Api"
        }

    @property
    def environment(self) -> set[str]:
        """The names of the variables that it is given."""
        everywhere = template()["Globals"]["Function"]["Environment"]["Variables"]
        own = self.properties.get("Environment", {}).get("Variables", {})
        return {*everywhere, *own}

    @property
    def role(self) -> dict[str, Any]:
        """The role that it runs as."""
        name = self.properties["Role"]["Fn::GetAtt"][0]
        return cast("dict[str, Any]", template()["Resources"][name]["Properties"])

    @property
    def actions(self) -> dict[str, set[str]]:
        """What it may do to each resource, by the text that names the resource."""
        found: dict[str, set[str]] = {}
        for statement in self.role["Policies"][0]["PolicyDocument"]["Statement"]:
            for resource in as_list(statement["Resource"]):
                found.setdefault(json.dumps(resource), set()).update(as_list(statement["Action"]))
        return found


def as_list(value: Any) -> list[Any]:
    """Return what may be written as one value or as several."""
    return value if isinstance(value, list) else [value]


@cache
def functions() -> list[Function]:
    """Return all functions, in the template's order."""
    return [
        Function(
            resource["Properties"]["CodeUri"].removeprefix("functions/"),
            name,
            resource["Properties"],
        )
        for name, resource in template()["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    ]
