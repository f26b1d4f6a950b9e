"""Whatever the stack is called within the documented pattern, AWS takes all names made of it."""

import re
from collections.abc import Iterator

import pytest

from local.place import ROOT
from scan.deployed import SWITCHED_ON, stack_of
from tests.aws.arns import Resolved

# What AWS takes, by type and property: how long, and of what.
LIMITS = {
    ("AWS::Lambda::Function", "FunctionName"): (64, r"[A-Za-z0-9_-]+"),
    ("AWS::Logs::LogGroup", "LogGroupName"): (512, r"[A-Za-z0-9_/.#-]+"),
    ("AWS::Events::Rule", "Name"): (64, r"[A-Za-z0-9._-]+"),
    ("AWS::Events::EventBus", "Name"): (256, r"[A-Za-z0-9/._-]+"),
    ("AWS::Events::Archive", "ArchiveName"): (48, r"[A-Za-z0-9._-]+"),
    ("AWS::SES::ConfigurationSet", "Name"): (64, r"[A-Za-z0-9_-]+"),
    ("AWS::SES::ReceiptRuleSet", "RuleSetName"): (64, r"[A-Za-z0-9][A-Za-z0-9_.-]*"),
    ("AWS::Cognito::UserPool", "UserPoolName"): (128, r"[\w\s+=,.@-]+"),
    ("AWS::Cognito::UserPoolDomain", "Domain"): (
        63,
        r"(?!.*(aws|amazon|cognito))[a-z0-9]([a-z0-9-]*[a-z0-9])?",
    ),
    ("AWS::CloudWatch::Dashboard", "DashboardName"): (255, r"[A-Za-z0-9_-]+"),
    ("AWS::ApiGateway::RestApi", "Name"): (1024, r".+"),
    ("AWS::Budgets::Budget", "BudgetName"): (100, r"[^:\\]+"),
    ("AWS::Cognito::UserPoolGroup", "GroupName"): (128, r"\S+"),
    ("AWS::StepFunctions::StateMachine", "StateMachineName"): (80, r"[A-Za-z0-9_-]+"),
}
ID = "arn:aws:cloudformation:us-east-1:123456789012:stack/{}/1a2b3c4d-aaaa-11f0-9c3d-0a1b2c3d4e5f"

DOCUMENTED = re.compile(
    re.findall(r"`(\[A-Za-z\]\[[^`]*)`", (ROOT / "docs" / "deploy.md").read_text())[0]
)


def refused(stack_name: str) -> Iterator[str]:
    """Yield every name that AWS would refuse in a stack of this name."""
    parameters = SWITCHED_ON | {"LoginPrefix": ""}
    stack = Resolved(stack_of(parameters, stack_name), {"AWS::StackId": ID.format(stack_name)})
    for logical, resource in stack.resources.items():
        for (kind, key), (most, form) in LIMITS.items():
            if resource["Type"] == kind and key in resource.get("Properties", {}):
                name = str(stack.text(resource["Properties"][key]))
                if len(name) > most or not re.fullmatch(form, name):
                    yield f"{logical}: {name}"


def names() -> list[str]:
    """Return stack names that CloudFormation takes, of each tenth length and about the bound."""
    lengths = [1, 2, 10, 25, 26, 36, 37]
    plain = [("Licenses-" * 15)[:length].rstrip("-").ljust(length, "x") for length in lengths]
    return [*plain, "aws-licenses", "my-cognito-licenses", "AmazonLicenses", "UPPER"]


@pytest.mark.parametrize("name", names())
def test_a_stack_name_that_is_documented_makes_no_name_that_aws_refuses(name: str) -> None:
    """Long, short, with upper case, or with words that Cognito keeps for itself."""
    assert DOCUMENTED.fullmatch(name)
    assert list(refused(name)) == []


@pytest.mark.parametrize("length", [38, 64, 128])
def test_a_longer_one_is_neither_documented_nor_taken(length: int) -> None:
    """Else the documented bound would be an arbitrary one."""
    name = "n" * length
    assert not DOCUMENTED.fullmatch(name)
    assert any("Function" in each for each in refused(name))


def test_every_name_that_is_made_of_the_stack_is_judged() -> None:
    """A name of a kind that is not listed is seen here."""
    stack = Resolved(stack_of(SWITCHED_ON, "the-stack"), {})
    for logical, resource in stack.resources.items():
        for key, value in resource.get("Properties", {}).items():
            named = re.fullmatch(r"\w*Name|Domain", key) and "the-stack" in str(stack.text(value))
            if named and (resource["Type"], key) not in LIMITS:
                # What refers to something by its name, of which the name is judged.
                assert key in {"ConfigurationSetName", "FunctionName", "RuleSetName"}, (
                    logical,
                    key,
                )


def test_who_is_let_in_by_a_name_names_it_exactly() -> None:
    """A name that CloudFormation makes holds only a part of a long stack name."""
    stack = Resolved(stack_of(SWITCHED_ON, "n" * 37), {})
    rules = {
        stack.arn(name) for name, it in stack.resources.items() if it["Type"] == "AWS::Events::Rule"
    }
    statements = stack.resources["MailEventDeadLettersPolicy"]["Properties"]["PolicyDocument"]
    (let_in,) = (
        stack.text(it["Condition"]["ArnEquals"]["aws:SourceArn"])
        for it in statements["Statement"]
        if it["Effect"] == "Allow"
    )
    assert {let_in} == rules
