"""Builds and deploys the template by the same tools as for AWS: sam build, sam deploy."""

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from local.clients import Clients
from local.failures import LocalCloudError, tail
from local.place import ROOT, Place, tool

BUCKET = "deployment"
REQUEST_DOMAIN = "requests.clinicapp.example"


def build(place: Place) -> None:
    """Build both layers for this machine, unless nothing changed since the last build.

    Functions are deployed as they lie in the tree, so that their code needs no build.
    """
    if shutil.which("make") is None:
        raise LocalCloudError("make is missing: install it (on Debian, `apt-get install make`).")
    stamp = place.folder / "build.sha256"
    wanted = _fingerprint()
    if _template(place).exists() and stamp.exists() and stamp.read_text() == wanted:
        return
    stamp.unlink(missing_ok=True)
    _run(
        place,
        "build",
        [
            "build",
            *("--config-file", str(ROOT / "samconfig.toml"), "--config-env", "local"),
            *("--template-file", str(ROOT / "template.yaml")),
            *("--build-dir", str(_template(place).parent)),
            *("--cache-dir", str(place.folder / "build-cache")),
        ],
        # Native code for this interpreter, in which MiniStack runs every function.
        {"LOCAL_PYTHON": sys.executable},
    )
    stamp.write_text(wanted)


def deploy(place: Place, clients: Clients, business_day: float) -> None:
    """Deploy the built template to the emulator."""
    clients.buckets().create_bucket(Bucket=BUCKET)
    parameters = {
        "LocalPort": str(place.port),
        # The page and the API at the root of a host of their own.
        "DomainName": "127.0.0.1",
        "CertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/local",
        "BusinessDaySeconds": f"{business_day:g}",
        "AllowFutureMoment": "true",
        "RequestDomain": REQUEST_DOMAIN,
        "VendorName": "Clinic App, Inc.",
        "VendorAddress": "100 Example Street; Boston, MA 02101",
        "ProtectData": "off",
        "MultiFactor": "OFF",
        # More than a clinic of the tests has users.
        "MaxInvitations": "10000",
        "RequestsPerSecond": "10000",
        "ChangesPerSecond": "10000",
        "ReconciliationSegments": "2",
    }
    _run(
        place,
        "deploy",
        [
            "deploy",
            *("--config-file", str(ROOT / "samconfig.toml"), "--config-env", "local"),
            *("--template-file", str(_template(place))),
            "--parameter-overrides",
            *(f'{name}="{value}"' for name, value in parameters.items()),
        ],
        {},
    )


def _template(place: Place) -> Path:
    return place.folder / "build" / "template.yaml"


def _fingerprint() -> str:
    """Return what the build depends on, as one hash."""
    digest = hashlib.sha256(f"{sys.version} {sys.executable}".encode())
    layers = sorted(
        path
        for path in (ROOT / "layers").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    )
    for path in [ROOT / "template.yaml", *layers]:
        digest.update(str(path.relative_to(ROOT)).encode() + b"\0")
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _run(place: Place, step: str, command: Sequence[str], more: dict[str, str]) -> None:
    log = place.log(step)
    with log.open("wb") as output:
        ended = subprocess.run(
            [tool("sam"), *command],
            env={**place.environment(), **more},
            # SAM leaves an empty .aws-sam where it runs.
            cwd=place.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if ended.returncode != 0:
        raise LocalCloudError(f"sam {step} failed (all of it: {log}):{tail(log)}")
