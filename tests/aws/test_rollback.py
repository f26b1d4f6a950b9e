"""A first deployment that fails rolls back cleanly, whichever resource it fails at."""

from collections.abc import Iterator
from typing import Any

import pytest

from scan.deployed import SWITCHED_ON, stack_of

Resources = dict[str, dict[str, Any]]

PARAMETERS = [{}, {"ProtectData": "off"}, SWITCHED_ON]
# Where a resource's own name is written: a second try of one that was kept would find it taken.
NAMES = ("TableName", "BucketName", "AliasName", "RoleName", "Name", "LogGroupName", "FunctionName")

VERSION = "AWS::Lambda::Version"


def refuses_deletion(resource: dict[str, Any]) -> bool:
    """Tell whether AWS refuses to delete it while it is as the template makes it."""
    properties = resource.get("Properties", {})
    match resource["Type"]:
        case "AWS::DynamoDB::Table":
            return bool(properties.get("DeletionProtectionEnabled"))
        case "AWS::Cognito::UserPool":
            return bool(properties.get("DeletionProtection") == "ACTIVE")
    return False


def needs(resource: Any, names: set[str]) -> Iterator[str]:
    """Yield the resources that one refers to."""
    if isinstance(resource, list):
        for item in resource:
            yield from needs(item, names)
    elif isinstance(resource, dict):
        for key, value in resource.items():
            if key in ("Ref", "DependsOn"):
                yield from names & set(value if isinstance(value, list) else [value])
            elif key == "Fn::GetAtt":
                yield value.split(".")[0] if isinstance(value, str) else value[0]
            elif key == "Fn::Sub":
                text = value if isinstance(value, str) else value[0]
                yield from (name for name in names if f"${{{name}" in text)
            else:
                yield from needs(value, names)


def needed_by(resources: Resources) -> dict[str, set[str]]:
    """Return for each resource all those that must be made before it."""
    direct = {name: set(needs(it, set(resources))) - {name} for name, it in resources.items()}
    found: dict[str, set[str]] = {}

    def of(name: str, above: tuple[str, ...] = ()) -> set[str]:
        assert name not in above, f"a circle: {above}"
        if name not in found:
            below = direct[name] & set(resources)
            found[name] = below.union(*(of(each, (*above, name)) for each in below))
        return found[name]

    for name in resources:
        of(name)
    return found


def stuck(resources: Resources) -> dict[str, set[str]]:
    """Return for each resource that may fail which ones the rollback could not delete then.

    Whatever does not need the failed one may exist by then, since CloudFormation works in
    parallel. What is only kept when an update or a deletion removes it goes at a rollback.
    """
    above = needed_by(resources)
    kept = {name for name, it in resources.items() if it.get("DeletionPolicy") == "Retain"}
    return {
        failed: found
        for failed in resources
        if (
            found := {
                name
                for name, it in resources.items()
                if name not in kept
                and name != failed
                and failed not in above[name]
                and refuses_deletion(it)
            }
        )
    }


@pytest.mark.parametrize("parameters", PARAMETERS, ids=["default", "unprotected", "everything"])
def test_a_rollback_of_the_first_deployment_deletes_all_that_is_not_kept(
    parameters: dict[str, Any],
) -> None:
    """Else the stack ends in ROLLBACK_FAILED, of which only a person can rid it."""
    assert stuck(stack_of(parameters)["Resources"]) == {}


@pytest.mark.parametrize("parameters", PARAMETERS, ids=["default", "unprotected", "everything"])
def test_what_a_rollback_keeps_is_in_nobodys_way(parameters: dict[str, Any]) -> None:
    """It has a name that CloudFormation makes, so that the next try makes another."""
    for name, resource in stack_of(parameters)["Resources"].items():
        # A version goes with its function.
        if resource["Type"] != VERSION and resource.get("DeletionPolicy") == "Retain":
            assert not set(NAMES) & set(resource.get("Properties", {})), name


def test_protected_data_that_a_rollback_would_delete_is_told() -> None:
    resources = stack_of({})["Resources"]
    resources["LicenseTable"]["DeletionPolicy"] = "RetainExceptOnCreate"
    assert stuck(resources)["Api"] == {"LicenseTable"}
    # What needs the table fails when it exists; what the table needs fails before.
    assert "LicenseTable" not in stuck(resources)


def test_data_outlives_the_stack() -> None:
    """A deleted stack keeps what cannot be made again."""
    resources = stack_of(SWITCHED_ON)["Resources"]
    kept = {name for name, it in resources.items() if "Retain" in it.get("DeletionPolicy", "")}
    assert {"LicenseTable", "UserPool", "MailBucket", "DataKey"} <= kept
