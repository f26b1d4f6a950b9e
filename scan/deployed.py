"""The template as it is deployed with every optional part on, before and after SAM's transform.

Scanners judge what they can read. A condition or a parameter hides from most of them what will be
deployed, so that parameters, conditions and the stack's name are replaced by what they stand for.
"""

import copy
import logging
import os
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, cast

from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

ROOT = Path(__file__).resolve().parent.parent
TEMPLATE = ROOT / "template.yaml"

SWITCHED_ON = {
    "SenderAddress": "licenses@clinicapp.example",
    "RequestDomain": "requests.clinicapp.example",
    "AlarmEmail": "alarms@clinicapp.example",
    "DomainName": "licenses.clinicapp.example",
    "CertificateArn": "arn:aws:acm:us-east-1:123456789012:certificate/clinicapp",
    "LoginPrefix": "clinicapp",
    "InvitationsBySes": "on",
    "ManagedLogin": "on",
    "MultiFactor": "ON",
    "Firewall": "on",
    "MonthlyBudget": 100,
    "CustomerKey": "on",
    "ThreatProtection": "on",
    "AccessLogBucket": "clinicapp-access-logs",
    "ReservedConcurrency": 10,
    "SubnetIds": "subnet-0a1b2c3d,subnet-1a2b3c4d",
    "SecurityGroupIds": "sg-0a1b2c3d",
}
STACK_NAME = "clinic-license-manager"
KNOWN = {
    # A reference of SAM's own, which nothing else understands.
    "Api.Stage": "v1",
    # The stage waits for this log group, and that for the API: a circle to tools that take SAM's
    # Api for one resource.
    "ApiExecutionLogs": "api-execution-logs",
}

LOCAL_ONLY = {"IsLocal", "HasDemoClock"}
# Any other metadata may tell a scanner what to leave out.
METADATA = {"AWS::CloudFormation::Interface", "BuildMethod", "BuildArchitecture", "SkipBuild"}

_NOTHING = object()
_REFERENCE = re.compile(r"\$\{([\w.:]+)\}")


def sam_template() -> dict[str, Any]:
    """Return the SAM template with every optional part on."""
    settled = _Settled(written(), SWITCHED_ON, STACK_NAME)
    if forgotten := settled.off - LOCAL_ONLY:
        raise ValueError(f"SWITCHED_ON leaves off {', '.join(sorted(forgotten))}")
    return settled.template()


def stack_of(parameters: Mapping[str, Any], stack_name: str = STACK_NAME) -> dict[str, Any]:
    """Return what CloudFormation makes a stack of, with these parameters and that name."""
    settled = _Settled(written(), parameters, stack_name)
    return transformed(settled.template())


@cache
def written() -> dict[str, Any]:
    """Return the template as it stands, its aliases written out."""
    return cast("dict[str, Any]", yaml_parse(TEMPLATE.read_text()))


def transformed(template: dict[str, Any]) -> dict[str, Any]:
    """Return the plain CloudFormation that SAM makes of it."""
    # It asks for the region to know the partition.
    os.environ.setdefault("AWS_DEFAULT_REGION", "us-east-1")
    logging.getLogger("samtranslator").setLevel(logging.ERROR)
    packaged = copy.deepcopy(template)
    for resource in packaged["Resources"].values():
        properties = resource.get("Properties", {})
        for name in {"CodeUri", "ContentUri", "DefinitionUri"} & set(properties):
            # As `sam package` leaves them.
            properties[name] = f"s3://clinicapp-artifacts/{name}"
    plain = cast("dict[str, Any]", Translator({}, Parser()).translate(packaged, {}))
    for name, resource in plain["Resources"].items():
        if resource["Type"] == "AWS::StepFunctions::StateMachine":
            # Inlined, so that cfn-lint reads it too.
            source = ROOT / template["Resources"][name]["Properties"]["DefinitionUri"]
            del resource["Properties"]["DefinitionS3Location"]
            text = source.read_text().replace("${Partition}", "aws")
            resource["Properties"]["DefinitionString"] = text
    return plain


class _Settled:
    """A template, its parameters and conditions replaced by what they stand for."""

    def __init__(
        self, template: dict[str, Any], parameters: Mapping[str, Any], stack_name: str
    ) -> None:
        self._template = template
        defaults = {name: it["Default"] for name, it in template["Parameters"].items()}
        if unknown := set(parameters) - set(defaults):
            raise KeyError(f"the template has no parameter {', '.join(sorted(unknown))}")
        described = [template, *template["Resources"].values()]
        if silencing := {name for it in described for name in it.get("Metadata", ())} - METADATA:
            raise ValueError(f"the template has metadata {', '.join(sorted(silencing))}")
        self._values = {**defaults, **parameters, **KNOWN, "AWS::StackName": stack_name}

    @property
    def off(self) -> set[str]:
        """The conditions that do not hold."""
        names = self._template["Conditions"]
        return {name for name in names if not self._holds({"Condition": name})}

    def template(self) -> dict[str, Any]:
        """Return what is left of it."""
        kept = {
            name: self._template[name]
            for name in ("AWSTemplateFormatVersion", "Transform", "Description")
        }
        return kept | {
            "Globals": self._settle(self._template["Globals"]),
            "Resources": self._present(self._template["Resources"]),
            "Outputs": self._present(self._template["Outputs"]),
        }

    def _present(self, section: dict[str, Any]) -> dict[str, Any]:
        return {
            name: self._settle({key: value for key, value in it.items() if key != "Condition"})
            for name, it in section.items()
            if "Condition" not in it or self._holds({"Condition": it["Condition"]})
        }

    def _holds(self, condition: dict[str, Any]) -> bool:
        ((function, arguments),) = condition.items()
        if function == "Condition":
            return self._holds(self._template["Conditions"][arguments])
        if function == "Fn::Not":
            return not self._holds(arguments[0])
        if function == "Fn::And":
            return all(self._holds(argument) for argument in arguments)
        if function == "Fn::Equals":
            left, right = (str(self._settle(argument)) for argument in arguments)
            return left == right
        raise ValueError(f"{function} is not known here")

    def _settle(self, value: Any) -> Any:
        if isinstance(value, list):
            settled = [self._settle(item) for item in value]
            return [item for item in settled if item is not _NOTHING]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((function, argument),) = value.items()
            if function == "Fn::If":
                condition, yes, no = argument
                return self._settle(yes if self._holds({"Condition": condition}) else no)
            if function == "Ref":
                return self._referred(argument)
            if function == "Fn::Sub" and isinstance(argument, str):
                return self._substituted(argument)
        settled_items = {key: self._settle(item) for key, item in value.items()}
        return {key: item for key, item in settled_items.items() if item is not _NOTHING}

    def _referred(self, name: str) -> Any:
        return _NOTHING if name == "AWS::NoValue" else self._values.get(name, {"Ref": name})

    def _substituted(self, text: str) -> Any:
        known = _REFERENCE.sub(lambda found: str(self._values.get(found[1], found[0])), text)
        return {"Fn::Sub": known} if "${" in known else known
