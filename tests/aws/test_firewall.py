"""The firewall lets through what the API takes, and keeps one caller from starving the others."""

from typing import Any

from licensing.http.body import LARGEST_BODY
from scan.deployed import SWITCHED_ON, stack_of

# What AWS's common rules block a body from, and what they look at where nothing else is said.
COMMON_LIMIT, COMMON_SIZE_RULE = 8 * 1024, "SizeRestrictions_BODY"

EVALUATION_SECONDS = 300


def firewall() -> dict[str, Any]:
    found: dict[str, Any] = stack_of(SWITCHED_ON)["Resources"]["ApiFirewall"]["Properties"]
    return found


def test_a_body_that_the_api_takes_passes_the_firewall_and_is_judged_in_full() -> None:
    """AWS's common rules block bodies over 8 KB unless their size rule only counts."""
    inspected = firewall()["AssociationConfig"]["RequestBody"]["API_GATEWAY"]
    assert int(inspected["DefaultSizeInspectionLimit"].removeprefix("KB_")) * 1024 >= LARGEST_BODY
    for rule in firewall()["Rules"]:
        group = rule["Statement"].get("ManagedRuleGroupStatement", {})
        if group.get("Name") == "AWSManagedRulesCommonRuleSet":
            counted = [
                it["Name"] for it in group["RuleActionOverrides"] if "Count" in it["ActionToUse"]
            ]
            assert COMMON_LIMIT >= LARGEST_BODY or COMMON_SIZE_RULE in counted


def test_one_caller_cannot_use_up_what_all_may_ask() -> None:
    """Whoever goes beyond is blocked long before the API's own limit for all is reached."""
    rates = {
        rule["Statement"]["RateBasedStatement"]["AggregateKeyType"]: (
            rule["Statement"]["RateBasedStatement"]["Limit"] / EVALUATION_SECONDS
        )
        for rule in firewall()["Rules"]
        if "RateBasedStatement" in rule["Statement"]
    }
    (settings,) = (
        it["Properties"]["MethodSettings"]
        for it in stack_of({})["Resources"].values()
        if it["Type"] == "AWS::ApiGateway::Stage"
    )
    for_all = next(it for it in settings if it["ResourcePath"] == "/*")["ThrottlingRateLimit"]
    assert rates["CUSTOM_KEYS"] < rates["IP"] <= for_all / 4
