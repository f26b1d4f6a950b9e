"""The tables of docs/api.md: the routes, and the functions with what each may read and write."""

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
    ("InvoiceUpdate", {"states:StartExecution"}),
    ("mail", {"ses:SendEmail"}),
    ("event bus", {"events:PutEvents"}),
]


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
        writes = [word for word, needed in WRITES if actions & needed]
        lines.append(
            f"| `{function.name}` | {_trigger(function)} "
            f"| {', '.join(reads) or '-'} | {', '.join(writes) or '-'} |"
        )
    return "\n".join(lines)


def _trigger(function: Function) -> str:
    if function.routes:
        return "<br>".join(f"`{method} {path}`" for method, path in sorted(function.routes))
    for event in function.properties.get("Events", {}).values():
        return {"DynamoDB": "table stream", "EventBridgeRule": "SES events"}[event["Type"]]
    pool = template()["Resources"]["UserPool"]["Properties"]
    if {"Ref": f"{function.resource}.Alias"} in pool["LambdaConfig"].values():
        return "Cognito, before it invites"
    for name, resource in template()["Resources"].items():
        substitutions = resource.get("Properties", {}).get("DefinitionSubstitutions", {})
        if {"Fn::GetAtt": [function.resource, "Arn"]} in substitutions.values():
            return f"{name} workflow"
    return "SES receipt rule"
