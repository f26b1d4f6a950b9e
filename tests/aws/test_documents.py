"""The documents' commands can be typed as they stand: the shell, `sam` and AWS take them."""

import re
from pathlib import Path
from typing import Any

import botocore.session
import jmespath
import pytest
from botocore import xform_name

from docs.template import template
from local.place import ROOT
from tests.aws.documents import Ran, blocks, run

DOCUMENTS = [
    path for name in ("deploy", "operations") if (path := ROOT / f"docs/{name}.md").exists()
]
REGION = "eu-central-1"
"""Not what SAM falls back to."""
GLOBAL = {"--query", "--output", "--region", "--profile"}
# Commands of the CLI's own that stand for no single operation.
OWN = {("s3", "rb")}


@pytest.fixture(scope="module", params=DOCUMENTS, ids=lambda path: path.stem)
def ran(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Ran:
    return run(request.param, tmp_path_factory.mktemp("document") / "run", REGION)


def test_the_shell_takes_every_block(ran: Ran) -> None:
    """No command fails, and no variable is used that the document does not set."""
    assert (ran.status, ran.errors) == (0, "")


def test_sam_finds_its_region_and_knows_its_options(ran: Ran) -> None:
    """It fails only where it asks AWS, which is not there, in the region that was chosen."""
    for wrong in ("Unable to resolve a region", "No such option", "Missing option", "Usage:"):
        assert wrong not in ran.sam
    for region in re.findall(r"AWS Region \[([^\]]*)\]", ran.sam):
        assert region == REGION
    if "sam deploy" in ran.sam:
        assert "Could not connect to the endpoint URL" in ran.sam


def wrong_with(command: list[str]) -> str | None:
    """Tell what AWS's CLI would refuse of a command, by the models that it is made of."""
    service, operation, *options = command
    if (service, operation) in OWN:
        return None
    session = botocore.session.get_session()
    if service not in session.get_available_services():
        return f"no service {service}"
    model = session.get_service_model(service)
    names = {xform_name(name, "-"): name for name in model.operation_names}
    if operation == "wait":
        waiters = session.get_waiter_model(service)
        known_waiters = {xform_name(name, "-"): name for name in waiters.waiter_names}
        if options[0] not in known_waiters:
            return f"no waiter {options[0]}"
        awaited = waiters.get_waiter(known_waiters[options[0]]).operation
        return wrong_with([service, xform_name(awaited, "-"), *options[1:]])
    if operation not in names:
        return f"no operation {service} {operation}"
    shape = model.operation_model(names[operation]).input_shape
    members = dict(shape.members) if shape else {}
    known = {f"--{xform_name(name, '-')}": name for name in members}
    given = {option for option in options if option.startswith("--")}
    plain = {
        option.replace("--no-", "--", 1) if option not in known else option for option in given
    }
    # Pages are the CLI's own options, and stand for a member of the operation.
    if unknown := plain - set(known) - GLOBAL - {"--max-items"}:
        return f"no options {unknown}"
    required = {f"--{xform_name(name, '-')}" for name in (shape.required_members if shape else [])}
    if missing := required - plain:
        return f"without {missing}"
    return _wrong_query(model.operation_model(names[operation]).output_shape, options)


def _wrong_query(shape: Any, options: list[str]) -> str | None:
    if "--query" not in options:
        return None
    query = options[options.index("--query") + 1]
    try:
        found = jmespath.compile(query)
    except jmespath.exceptions.JMESPathError as error:
        return f"{query}: {error}"
    names = set(re.findall(r"\b[A-Z]\w*\b", re.sub(r"'[^']*'|`[^`]*`|\{|\w+:", " ", query)))
    if names - _members(shape, set()):
        return f"{query}: the answer has no {names - _members(shape, set())}"
    assert found.expression == query
    return None


def _members(shape: Any, seen: set[str]) -> set[str]:
    """Return the names of all members of a shape, at any depth."""
    if shape is None or shape.name in seen:
        return set()
    seen.add(shape.name)
    match shape.type_name:
        case "structure":
            below = (_members(member, seen) for member in shape.members.values())
            return set(shape.members).union(*below)
        case "list":
            return _members(shape.member, seen)
        case "map":
            return _members(shape.value, seen)
    return set()


def test_aws_knows_every_command_and_option(ran: Ran) -> None:
    """By the service's own model: operations, parameters, and what is picked out of answers."""
    assert ran.asked
    assert [(command, wrong) for command in ran.asked if (wrong := wrong_with(command))] == []


@pytest.mark.parametrize(
    "command",
    [
        ["sesv2", "get-mail-identity"],
        ["sesv2", "get-email-identity"],
        ["dynamodb", "delete-table", "--table-names", "licenses"],
        ["lambda", "get-account-settings", "--query", "AccountLimits.ConcurrentExecutions"],
    ],
)
def test_a_command_that_aws_does_not_know_is_told(command: list[str]) -> None:
    assert wrong_with(command)


def test_a_document_without_the_second_variable_is_told(tmp_path: Path) -> None:
    """As an earlier version had it: SAM found no region, or took another one."""
    document = tmp_path / "deploy.md"
    document.write_text("    export AWS_REGION=us-east-1\n\ntext\n\n    sam deploy\n")
    assert "Unable to resolve a region" in run(document, tmp_path / "run", REGION).sam


def test_every_output_that_is_read_is_one_of_the_stack() -> None:
    for document in DOCUMENTS:
        for text in blocks(document):
            for name in re.findall(r"\boutput ([A-Z]\w+)", text):
                assert name in template()["Outputs"], (document.name, name)
