"""A first deployment that fails rolls back cleanly, whichever resource it fails at."""

from typing import Any

import pytest

from scan.deployed import SWITCHED_ON, stack_of

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


@pytest.mark.parametrize("parameters", PARAMETERS, ids=["default", "unprotected", "everything"])
def test_what_aws_refuses_to_delete_is_kept_by_a_rollback(parameters: dict[str, Any]) -> None:
    """Of a first deployment, too, whichever resource fails beside it.

    Else the stack ends in ROLLBACK_FAILED, of which only a person can rid it.
    """
    for name, resource in stack_of(parameters)["Resources"].items():
        if refuses_deletion(resource):
            assert resource["DeletionPolicy"] == "Retain", name


@pytest.mark.parametrize("parameters", PARAMETERS, ids=["default", "unprotected", "everything"])
def test_what_a_rollback_keeps_is_in_nobodys_way(parameters: dict[str, Any]) -> None:
    """It has a name that CloudFormation makes, so that the next try makes another."""
    for name, resource in stack_of(parameters)["Resources"].items():
        # A version goes with its function.
        if resource["Type"] != VERSION and resource.get("DeletionPolicy") == "Retain":
            assert not set(NAMES) & set(resource.get("Properties", {})), name


def test_data_outlives_the_stack() -> None:
    """A deleted stack keeps what cannot be made again."""
    resources = stack_of(SWITCHED_ON)["Resources"]
    kept = {name for name, it in resources.items() if "Retain" in it.get("DeletionPolicy", "")}
    assert {"LicenseTable", "UserPool", "MailBucket", "DataKey"} <= kept
