"""The template agrees with the code, the events, and the workflows."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from docs.template import ROOT, Function, as_list, functions, template
from licensing.adapters.nightly_records import plain_sums
from licensing.domain.licenses import LicenseType
from licensing.domain.reconciliation import Sums
from local import deployment
from local.place import Place, tool
from scan.deployed import SWITCHED_ON, sam_template, stack_of, transformed
from tests.functions.conftest import description, validator

PROBE = ROOT / "tests" / "probe_handlers.py"
USE_CASES = ROOT / "layers" / "licensing" / "python" / "licensing" / "use_cases"

# Wildcards that AWS leaves no way around, by resource of the template; each says why there.
_UPDATES = {":execution:${AWS::StackName}-InvoiceUpdate:*"}
_DAYS = {":execution:${AWS::StackName}-ScheduledAdjustment:*"}
WILDCARDS = {
    "RuntimePolicy": {"*", ":*/*"},
    "ApiAccountRole": {"*", ":*"},
    "WorkflowLogPolicy": {"*"},
    "StartWorkflowsRole": {"*"} | _UPDATES | _DAYS,
    "SettleConfirmationRole": _UPDATES,
    "ReconcileBillingRole": _UPDATES | _DAYS,
    "RecordMailEventRole": _UPDATES,
    "PublishEventsRole": {"*"},
    "ReceiveEmailRequestRole": {"*", "${MailBucket.Arn}/raw/*"},
    # In the local cloud only, see the template.
    "AddUserRole": {"*"},
    "NameUserManagerRole": {"*"},
    "ServeScimRole": {"*"},
    "RegisterClinicRole": {"*"},
    "SendConfirmationRole": {"*"},
    "SendNoticeRole": {"*"},
    "SummarizeReconciliationRole": {"*"},
}
NEVER_IMPORTED = {
    "aws_lambda_powertools.event_handler.openapi.models",
    "aws_xray_sdk",
    "boto3",
    "s3transfer",
}
# What User Managers use all day starts without pydantic, which is a fifth of a cold start.
WITHOUT_PYDANTIC = {
    "get_license_status",
    "preview_license_adjustment",
    "request_license_adjustment",
    "set_user_activation",
}
PUBLIC = {"show_user_manager"}
CHECKS_TOKENS = {"serve_scim"}
"""Functions that the gateway lets everybody reach, and that check tokens of their own."""


each_function = pytest.mark.parametrize("function", functions(), ids=lambda function: function.name)


@pytest.fixture(scope="session")
def layers() -> list[str]:
    """The built layers, as Lambda puts them on the path: the last one first."""
    place = Place(ROOT / ".local" / "template", 0)
    place.temporary.mkdir(parents=True, exist_ok=True)
    deployment.build(place)
    names = [layer["Ref"] for layer in template()["Globals"]["Function"]["Layers"]]
    return [str(place.folder / "build" / name / "python") for name in names]


@pytest.fixture(scope="session")
def probes(layers: list[str]) -> dict[str, dict[str, Any]]:
    """What came of importing each handler with nothing but the layers on the path."""
    handlers = {
        function.name: (
            str(ROOT / "functions" / function.name / "handler.py"),
            dict.fromkeys(function.environment, "1"),
        )
        for function in functions()
    }
    ended = subprocess.run(
        [sys.executable, "-I", "-S", str(PROBE), *layers],
        input=json.dumps(handlers),
        env={
            "PATH": os.environ["PATH"],
            "AWS_DEFAULT_REGION": "us-east-1",
            "LAMBDA_TASK_ROOT": "/var/task",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    told: dict[str, dict[str, Any]] = json.loads(ended.stdout)
    return told


def test_every_function_has_one_stem_in_folder_resource_and_name() -> None:
    for function in functions():
        stem = "".join(word.capitalize() for word in function.name.split("_"))
        assert function.resource == f"{stem}Function"
        assert function.properties["FunctionName"] == {
            "Fn::Sub": f"${{AWS::StackName}}-{function.name}"
        }
        assert function.properties["Role"] == {"Fn::GetAtt": [f"{stem}Role", "Arn"]}
        assert function.properties["LoggingConfig"] == {"LogGroup": {"Ref": f"{stem}Logs"}}


def test_folders_and_functions_are_the_same() -> None:
    folders = {path.parent.name for path in (ROOT / "functions").glob("*/handler.py")}
    assert folders == {function.name for function in functions()}


def test_a_function_folder_holds_its_handler_only() -> None:
    for folder in (ROOT / "functions").iterdir():
        allowed = {"handler.py", "__pycache__"}
        if folder.name == "show_user_manager":
            allowed |= {"static"}
        assert {path.name for path in folder.iterdir()} <= allowed


def test_every_function_has_one_realistic_event() -> None:
    events = {path.stem: json.loads(path.read_text()) for path in (ROOT / "events").glob("*.json")}
    assert set(events) == {function.name for function in functions()}
    for function in functions():
        if function.routes:
            event = events[function.name]
            assert (event["httpMethod"], event["resource"]) in function.routes


@each_function
def test_a_handler_imports_with_nothing_but_its_layers(
    function: Function, probes: dict[str, dict[str, Any]]
) -> None:
    assert probes[function.name]["callable"]


@pytest.mark.parametrize(
    "function",
    # These two look at paths by themselves: their own tests ask for each of their addresses.
    [function for function in functions() if function.name not in PUBLIC | CHECKS_TOKENS],
    ids=lambda function: function.name,
)
def test_a_handler_answers_the_routes_that_the_template_sends_it(
    function: Function, probes: dict[str, dict[str, Any]]
) -> None:
    answered = {
        (method, path.replace("<", "{").replace(">", "}"))
        for method, path in probes[function.name]["routes"]
    }
    assert answered == function.routes


@each_function
def test_a_handler_leaves_slow_modules_alone(
    function: Function, probes: dict[str, dict[str, Any]]
) -> None:
    imported = set(probes[function.name]["modules"])
    forbidden = NEVER_IMPORTED | ({"pydantic"} if function.name in WITHOUT_PYDANTIC else set())
    assert imported & forbidden == set()


def test_only_the_page_is_open_to_everybody() -> None:
    for function in functions():
        for event in function.properties.get("Events", {}).values():
            if event["Type"] == "Api":
                is_open = event["Properties"].get("Auth", {}).get("Authorizer") == "NONE"
                assert is_open == (function.name in PUBLIC | CHECKS_TOKENS)
    authorizers = template()["Resources"]["Api"]["Properties"]["Auth"]
    assert authorizers["DefaultAuthorizer"] in authorizers["Authorizers"]
    assert "AuthorizationScopes" not in json.dumps(authorizers)


@pytest.mark.parametrize("kind", template()["Resources"]["Api"]["Properties"]["GatewayResponses"])
def test_what_the_gateway_answers_itself_is_described(kind: str) -> None:
    """It has the form of the functions' own problems, and every route names its status."""
    given = template()["Resources"]["Api"]["Properties"]["GatewayResponses"][kind]
    problem = json.loads(given["ResponseTemplates"]["application/json"])
    assert problem["request_id"] == "$context.requestId"
    assert problem["status"] == given["StatusCode"]
    challenge = {"WWW-Authenticate": "'Bearer'"} if given["StatusCode"] == 401 else {}
    assert given["ResponseParameters"]["Headers"] == {
        "Content-Type": "'application/problem+json'",
        **challenge,
    }
    validator("/components/schemas/Problem").validate(problem)
    for path, operations in description()["paths"].items():
        for method, operation in operations.items():
            # Without a body there is no media type to refuse.
            if kind != "UNSUPPORTED_MEDIA_TYPE" or "requestBody" in operation:
                assert str(problem["status"]) in operation["responses"], f"{method} {path}"


def test_the_gateway_says_in_our_form_what_it_may_refuse() -> None:
    """Nothing that a caller can bring about is left to AWS's own form."""
    assert set(template()["Resources"]["Api"]["Properties"]["GatewayResponses"]) == {
        "UNAUTHORIZED",
        "EXPIRED_TOKEN",
        "ACCESS_DENIED",
        "MISSING_AUTHENTICATION_TOKEN",
        "BAD_REQUEST_BODY",
        "BAD_REQUEST_PARAMETERS",
        "REQUEST_TOO_LARGE",
        "UNSUPPORTED_MEDIA_TYPE",
        "THROTTLED",
        "QUOTA_EXCEEDED",
        "WAF_FILTERED",
        "INTEGRATION_FAILURE",
        "INTEGRATION_TIMEOUT",
        "DEFAULT_4XX",
        "DEFAULT_5XX",
    }


def _statements() -> Iterator[tuple[str, dict[str, Any]]]:
    for name, resource in template()["Resources"].items():
        properties = resource.get("Properties", {})
        documents = []
        if resource["Type"] == "AWS::IAM::Role":
            documents = [policy["PolicyDocument"] for policy in properties.get("Policies", [])]
        if resource["Type"] == "AWS::IAM::ManagedPolicy":
            documents = [properties["PolicyDocument"]]
        for document in documents:
            for statement in as_list(document["Statement"]):
                # Under a condition: what is granted when it holds.
                yield name, statement["Fn::If"][1] if "Fn::If" in statement else statement


def test_no_policy_grants_a_whole_service() -> None:
    for name, statement in _statements():
        for action in as_list(statement["Action"]):
            assert "*" not in action, name


def test_resources_are_named_exactly_but_where_aws_knows_no_narrower_right() -> None:
    for name, statement in _statements():
        texts = re.findall(r'"([^"]*\*[^"]*)"', json.dumps(statement["Resource"]))
        for text in texts:
            assert any(
                text == allowed if allowed == "*" else text.endswith(allowed)
                for allowed in WILDCARDS.get(name, set())
            ), f"{name}: {text}"


WRITES_MEMBERSHIP = {"set_notices"}
"""What writes the very membership that it relies on, which is checked so."""
RELYING = re.compile(r"relying_on=|\bdecide\(")
"""What makes a use case check the membership that it relies on, itself or by decide()."""


def _use_case(name: str) -> str:
    """The module of a function's use case, or its part of a module that several share."""
    modules = {path.stem: path.read_text() for path in USE_CASES.rglob("*.py")}
    shared = (
        ast.unparse(part)
        for text in modules.values()
        for part in ast.parse(text).body
        if isinstance(part, ast.FunctionDef) and part.name == name
    )
    return modules.get(name) or "".join(shared)


def test_only_who_checks_a_record_that_it_does_not_write_may_do_so() -> None:
    for function in functions():
        code = _use_case(function.name)
        relies = bool(RELYING.search(code)) or ("as_manager" in code and ".commit(" in code)
        relies &= "commit" in code  # a preview decides and writes nothing
        checks = relies and function.name not in WRITES_MEMBERSHIP
        actions = {action for granted in function.actions.values() for action in granted}
        assert ("dynamodb:ConditionCheckItem" in actions) == checks, function.name


def test_functions_take_no_policy_but_their_own() -> None:
    roles = [json.dumps(function.properties["Role"]) for function in functions()]
    assert len(set(roles)) == len(roles)
    for function in functions():
        assert "Policies" not in function.properties
        assert function.role["ManagedPolicyArns"] == [{"Ref": "RuntimePolicy"}]


def test_whoever_signs_in_is_asked_for_a_second_factor() -> None:
    """Cognito's pages offer its setup only where it is required."""
    pool = stack_of({})["Resources"]["UserPool"]["Properties"]
    assert (pool["MfaConfiguration"], pool["EnabledMfas"]) == ("ON", ["SOFTWARE_TOKEN_MFA"])
    assert set(template()["Parameters"]["MultiFactor"]["AllowedValues"]) == {"ON", "OFF"}


def test_a_token_has_the_name_of_whoever_signs_in_by_the_page_or_by_curl() -> None:
    """Cognito leaves out what no scope is asked for; staff have their name from nowhere else."""
    client = template()["Resources"]["PageClient"]["Properties"]
    asked = (ROOT / "page" / "auth.js").read_text() + (ROOT / "docs" / "deploy.md").read_text()
    scopes = re.findall(r"scope(?:: '|=)([a-z +]+)", asked)
    assert [re.split("[ +]", text) for text in scopes] == [client["AllowedOAuthScopes"]] * 2
    assert {"openid", "email", "profile"} <= set(client["AllowedOAuthScopes"])


@pytest.mark.parametrize("layer", ["DependenciesLayer", "LicensingLayer"])
def test_a_release_that_changes_a_layer_alone_reaches_whatever_goes_by_an_alias(layer: str) -> None:
    """SAM publishes a version under a name made of what it is told to look at."""

    def published(description: str) -> set[str]:
        changed = sam_template()
        changed["Resources"][layer]["Properties"]["Description"] = description
        kinds = {name: it["Type"] for name, it in transformed(changed)["Resources"].items()}
        return {name for name, kind in kinds.items() if kind == "AWS::Lambda::Version"}

    before, after = published("as it was"), published("as it is")
    assert len(before) == len(after) == len(functions())
    assert not before & after


def test_every_log_is_kept_for_a_limited_time() -> None:
    groups = [
        resource["Properties"]
        for resource in template()["Resources"].values()
        if resource["Type"] == "AWS::Logs::LogGroup"
    ]
    assert len(groups) > len(functions())
    assert all(group["RetentionInDays"] == {"Ref": "LogRetentionDays"} for group in groups)


def test_every_dead_letter_queue_has_an_alarm() -> None:
    resources = template()["Resources"]
    queues = {name for name, resource in resources.items() if resource["Type"] == "AWS::SQS::Queue"}
    watched = {
        resource["Properties"]["Dimensions"][0]["Value"]["Fn::GetAtt"][0]
        for resource in resources.values()
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        and resource["Properties"].get("Namespace") == "AWS/SQS"
    }
    assert queues
    assert watched == queues


def test_every_workflow_has_an_alarm_on_its_failures() -> None:
    resources = template()["Resources"].items()
    watched = {
        resource["Properties"]["Dimensions"][0]["Value"]["Ref"]
        for _, resource in resources
        if resource["Type"] == "AWS::CloudWatch::Alarm"
        and resource["Properties"].get("MetricName") == "ExecutionsFailed"
    }
    kind = "AWS::Serverless::StateMachine"
    assert watched == {name for name, resource in resources if resource["Type"] == kind}


def test_one_failure_leaves_one_message() -> None:
    """A function has a dead-letter queue or a destination for what fails, not both."""
    for name, resource in stack_of(SWITCHED_ON)["Resources"].items():
        if resource["Type"] == "AWS::Lambda::EventInvokeConfig":
            assert "OnFailure" not in json.dumps(resource), name
        if resource["Type"] == "AWS::Lambda::Function":
            assert "DeadLetterConfig" in resource["Properties"], name


def test_every_alarm_goes_to_the_one_topic() -> None:
    for name, resource in template()["Resources"].items():
        if resource["Type"] == "AWS::CloudWatch::Alarm":
            assert resource["Properties"]["AlarmActions"] == [{"Ref": "AlarmTopic"}], name


def _workflows() -> Iterator[tuple[dict[str, Any], str, dict[str, Any]]]:
    for resource in template()["Resources"].values():
        if resource["Type"] == "AWS::Serverless::StateMachine":
            text = (ROOT / resource["Properties"]["DefinitionUri"]).read_text()
            yield resource["Properties"], text, json.loads(text)


def test_workflows_are_given_what_they_name() -> None:
    used = set()
    for properties, text, _ in _workflows():
        assert set(re.findall(r"\$\{(\w+)\}", text)) == set(properties["DefinitionSubstitutions"])
        used.add(Path(properties["DefinitionUri"]).name)
    assert "invoice_update.asl.json" in used


def _tasks(states: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for state in states.values():
        if state["Type"] == "Task":
            yield state
        if state["Type"] == "Map":
            yield from _tasks(state["ItemProcessor"]["States"])


def test_every_task_is_retried_with_jitter_and_no_failure_is_lost() -> None:
    for _, _, definition in _workflows():
        for task in _tasks(definition["States"]):
            assert [retry["JitterStrategy"] for retry in task["Retry"]] == ["FULL"]
        for state in definition["States"].values():
            if state["Type"] in {"Task", "Map"} and state.get("Next") != "Failed":
                assert [catch["Next"] for catch in state["Catch"]] == ["KeepFailure"]
        assert definition["States"]["KeepFailure"]["Next"] == "Failed"
        assert definition["States"]["Failed"]["Type"] == "Fail"


def test_parameters_say_what_they_are_for() -> None:
    listed = [
        name
        for group in template()["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        for name in group["Parameters"]
    ]
    parameters = template()["Parameters"]
    assert sorted(listed) == sorted(parameters)
    for name, parameter in parameters.items():
        assert len(parameter["Description"]) > 20, name
        assert "Default" in parameter, name
        free_text = parameter["Type"] == "String" and "AllowedValues" not in parameter
        assert not free_text or "AllowedPattern" in parameter, name


def test_a_night_comes_after_midnight_everywhere_in_the_country() -> None:
    """A billing day's invoice is then final, and a day's notice told, that very night."""
    schedule = template()["Parameters"]["ReconciliationSchedule"]["Default"]
    minute, hour = map(int, re.findall(r"\d+", schedule))
    for month in (1, 7):
        night = datetime(2026, month, 10, hour, minute, tzinfo=UTC)
        for zone in ("America/New_York", "America/Los_Angeles", "Pacific/Honolulu"):
            assert night.astimezone(ZoneInfo(zone)).date() == night.date()


def test_what_the_most_segments_of_a_night_add_up_to_fits_a_state() -> None:
    """Beyond 262,144 bytes an execution ends with an error that no state can catch."""
    most = template()["Parameters"]["ReconciliationSegments"]["MaxValue"]
    counts = {str(kind): 10**7 for kind in LicenseType}
    cents = {f"C{n:02}": 10**12 for n in range(20)}
    sums = plain_sums(Sums(10**7, counts, counts, cents, 10**5, 10**5, 10**5))
    state = [{"segment": segment, "sums": sums} for segment in range(most)]
    assert len(json.dumps(state)) < 250_000


def test_what_the_local_cloud_lacks_is_off_there() -> None:
    lacking = {
        "AWS::ApiGateway::Account",
        "AWS::Budgets::Budget",
        "AWS::Cognito::ManagedLoginBranding",
        "AWS::Events::Archive",
        "AWS::SES::ReceiptRule",
        "AWS::SES::ReceiptRuleSet",
        "AWS::WAFv2::WebACLAssociation",
    }
    for name, resource in template()["Resources"].items():
        if resource["Type"] in lacking:
            assert "Condition" in resource, name


def test_sam_finds_nothing_wrong() -> None:
    place = Place(ROOT / ".local" / "template", 0)
    place.temporary.mkdir(parents=True, exist_ok=True)
    ended = subprocess.run(
        [tool("sam"), "validate", "--lint", "--template-file", str(ROOT / "template.yaml")],
        env=place.environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
