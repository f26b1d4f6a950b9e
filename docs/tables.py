"""The tables of docs/api.md: the routes, and the functions with what each may read and write."""

import json

from docs.routes import ROOT, ROUTES
from docs.template import Function, functions, template

TARGET = ROOT / "docs" / "api.md"

READS = [
    ("table", {"dynamodb:BatchGetItem", "dynamodb:Query", "dynamodb:Scan"}),
    ("stream", {"dynamodb:GetRecords"}),
    ("sign-ins", {"cognito-idp:AdminGetUser"}),
    ("mail bucket", {"s3:GetObject"}),
]
WRITES = [
    ("table", {"dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"}),
    (
        "sign-ins",
        {
            "cognito-idp:AdminCreateUser",
            "cognito-idp:AdminUpdateUserAttributes",
            "cognito-idp:AdminDeleteUser",
        },
    ),
    ("mail", {"ses:SendEmail"}),
    ("event bus", {"events:PutEvents"}),
]
EVENTS = {"DynamoDB": "table stream", "EventBridgeRule": "SES events"}


def rendered() -> str:
    """Return the page with both tables made anew."""
    text = TARGET.read_text()
    for name, table in (("routes", route_table()), ("functions", function_table())):
        before, opening, rest = text.partition(f"<!-- {name} -->\n")
        _, closing, after = rest.partition(f"<!-- end of {name} -->\n")
        if not (opening and closing):
            raise LookupError(f"docs/api.md has no place for the {name}")
        text = f"{before}{opening}\n{table}\n\n{closing}{after}"
    return text


def route_table() -> str:
    """Return the table of the API."""
    rows = [f"| `{one.call}` | {one.who.short(one.method)} | {one.what} |" for one in ROUTES]
    return "\n".join(["| call | who | what |", "|---|---|---|", *rows])


def function_table() -> str:
    """Return the table of functions, made from the template."""
    lines = ["| function | trigger | reads | writes |", "|---|---|---|---|"]
    for function in functions():
        actions = {action for granted in function.actions.values() for action in granted}
        reads = [word for word, needed in READS if actions & needed]
        writes = [word for word, needed in WRITES if actions & needed] + _started(function)
        lines.append(
            f"| `{function.name}` | {'<br>'.join(_triggers(function))} "
            f"| {', '.join(reads) or '-'} | {', '.join(writes) or '-'} |"
        )
    return "\n".join(lines)


def _started(function: Function) -> list[str]:
    # By a reference, or by the end of its full name where a reference would be circular.
    return [
        next(iter(json.loads(machine).values())).rpartition("-")[2]
        for machine, actions in function.actions.items()
        if "states:StartExecution" in actions
    ]


def _triggers(function: Function) -> list[str]:
    resources = template()["Resources"]
    events = [event["Type"] for event in function.properties.get("Events", {}).values()]
    found = [f"`{method} {path}`" for method, path in sorted(function.routes)]
    found += [word for kind, word in EVENTS.items() if kind in events]
    pool = resources["UserPool"]["Properties"]
    if {"Ref": f"{function.resource}.Alias"} in pool["LambdaConfig"].values():
        found.append("Cognito, before it invites")
    for name, resource in resources.items():
        substitutions = resource.get("Properties", {}).get("DefinitionSubstitutions", {})
        if {"Fn::GetAtt": [function.resource, "Arn"]} in substitutions.values():
            found.append(f"{name} workflow")
    return found or ["SES receipt rule"]
