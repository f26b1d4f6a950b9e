"""Takes out of the layer what no function of this system reads.

botocore carries the models of some 400 AWS services: 24 MB zipped, and creating a client lists
their folders and parses all their endpoints. Run as `trim.py FOLDER`, FOLDER holding the packages.
"""

import gzip
import json
import shutil
import sys
from pathlib import Path
from typing import Any

SERVICES = {"cognito-idp", "dynamodb", "events", "s3", "sesv2", "stepfunctions"}
# endpoints.json knows some services by the first part of their host name instead.
ENDPOINTS = {"cognito-idp", "dynamodb", "events", "s3", "email", "states"}
# What Logger, Metrics and the API resolver import.
UTILITIES = {"data_classes", "jmespath_utils", "typing"}


def trim_services(data: Path) -> None:
    """Drop the models of all other services."""
    for folder in data.iterdir():
        if folder.is_dir() and folder.name not in SERVICES:
            shutil.rmtree(folder)
    missing = sorted(name for name in SERVICES if not (data / name).is_dir())
    if missing:
        sys.exit(f"botocore has no model of {', '.join(missing)}: has it been renamed?")


def trim_documentation(data: Path) -> None:
    """Drop the texts from the models that are left: four fifths of what a client parses."""
    for path in data.glob("*/*/service-2.json.gz"):
        packed = path.read_bytes()
        model = json.loads(gzip.decompress(packed), object_hook=_without_documentation)
        text = json.dumps(model, separators=(",", ":"))
        path.write_bytes(gzip.compress(text.encode(), mtime=0))


def _without_documentation(node: dict[str, Any]) -> dict[str, Any]:
    # Emptied, not dropped: the client of S3 reads it. A member may have this name, too.
    if isinstance(node.get("documentation"), str):
        node["documentation"] = ""
    return node


def trim_endpoint_rules(data: Path) -> None:
    """Drop what works out the address of each call anew: a client then knows its own.

    It is evaluated at each call, which takes a tenth of the call. S3 needs it: there a call's
    address names the bucket.
    """
    for path in data.glob("*/*/endpoint-rule-set-1.json.gz"):
        if path.parent.parent.name != "s3":
            path.unlink()


def trim_endpoints(path: Path) -> None:
    """Drop the endpoints of all other services, in every partition."""
    endpoints = json.loads(path.read_text())
    for partition in endpoints["partitions"]:
        partition["services"] = {
            name: service for name, service in partition["services"].items() if name in ENDPOINTS
        }
    path.write_text(json.dumps(endpoints, separators=(",", ":")))


def trim_powertools(package: Path) -> None:
    """Drop the utilities that no function uses, and the Swagger page."""
    for folder in (package / "utilities").iterdir():
        if folder.is_dir() and folder.name not in UTILITIES:
            shutil.rmtree(folder)
    for asset in (package / "event_handler/openapi/swagger_ui").glob("*.min.*"):
        asset.unlink()


def trim_pydantic(package: Path) -> None:
    """Drop the copy of version 1 that comes with version 2."""
    shutil.rmtree(package / "v1")


def main() -> None:
    """Trim the packages in the folder named on the command line."""
    packages = Path(sys.argv[1])
    trim_services(packages / "botocore/data")
    trim_documentation(packages / "botocore/data")
    trim_endpoint_rules(packages / "botocore/data")
    trim_endpoints(packages / "botocore/data/endpoints.json")
    trim_powertools(packages / "aws_lambda_powertools")
    trim_pydantic(packages / "pydantic")


if __name__ == "__main__":
    main()
