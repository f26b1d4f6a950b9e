"""The template as data: tests take the table and the routes from it."""

from functools import cache
from pathlib import Path
from typing import Any

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
