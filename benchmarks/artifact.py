"""What is measured: the built layers and a function as Lambda unpacks them."""

import compileall
import importlib.metadata
import os
import re
import shutil
import zipfile
from dataclasses import dataclass
from pathlib import Path

from local import deployment
from local.place import ROOT, Place

FUNCTIONS = (
    "get_license_status",
    "request_license_adjustment",
    "set_user_activation",
    "reconcile_billing",
    "serve_scim",
    "list_licenses",
    "receive_email_request",
)
LAYERS = ("DependenciesLayer", "LicensingLayer")
# What a handler of the references imports; the rest follows from their requirements.
STOCK = ("boto3", "aws-lambda-powertools", "aws-xray-sdk", "pydantic", "jmespath")
_1980 = 315_532_800


@dataclass(frozen=True)
class Artifact:
    """Folders to import from, and how large the layers are."""

    functions: Path
    layers: Path
    stock: Path
    zipped_bytes: int

    def paths(self, function: str) -> str:
        """Return the import path of a function as it was zipped."""
        return f"{self.functions / function}:{self.layers / 'python'}"

    @property
    def reference_paths(self) -> str:
        """Return the import path of the references."""
        return f"{ROOT / 'benchmarks' / 'references'}:{self.stock}"


def prepare(folder: Path) -> Artifact:
    """Build the layers for this interpreter, zip them as SAM does, and unpack them."""
    place = Place(folder, 0)
    place.temporary.mkdir(parents=True, exist_ok=True)
    deployment.build(place)
    unpacked = folder / "unpacked"
    shutil.rmtree(unpacked, ignore_errors=True)
    zipped = 0
    for layer in LAYERS:
        archive = unpacked / f"{layer}.zip"
        _zip(place.folder / "build" / layer, archive)
        zipped += archive.stat().st_size
        _unzip(archive, unpacked / "opt")
    for function in FUNCTIONS:
        # Without the bytecode that tests leave behind.
        source, target = ROOT / "functions" / function, unpacked / "functions" / function
        shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
    return Artifact(unpacked / "functions", unpacked / "opt", _stock(folder / "stock"), zipped)


def _zip(folder: Path, archive: Path) -> None:
    archive.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as file:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                # SAM gives no date, so that every file is of 1980 and no timestamp in bytecode
                # holds: https://github.com/aws/aws-sam-cli/blob/develop/samcli/lib/package/utils.py
                info = zipfile.ZipInfo(str(path.relative_to(folder)))
                file.writestr(info, path.read_bytes(), zipfile.ZIP_DEFLATED)


def _unzip(archive: Path, folder: Path) -> None:
    with zipfile.ZipFile(archive) as file:
        file.extractall(folder)
        for info in file.infolist():
            os.utime(folder / info.filename, (_1980, _1980))


def _stock(folder: Path) -> Path:
    """Return a folder that holds what pip installs for the references, with bytecode."""
    wanted, names = list(STOCK), dict[str, str]()
    while wanted:
        name = wanted.pop()
        if name in names:
            continue
        names[name] = importlib.metadata.version(name)
        wanted += [
            re.split(r"[^A-Za-z0-9._-]", requirement, maxsplit=1)[0]
            for requirement in importlib.metadata.requires(name) or ()
            if ";" not in requirement
        ]
    stamp = folder / "installed.txt"
    versions = "".join(f"{name}=={names[name]}\n" for name in sorted(names))
    if not stamp.exists() or stamp.read_text() != versions:
        shutil.rmtree(folder, ignore_errors=True)
        for name in names:
            for file in importlib.metadata.files(name) or ():
                if ".." not in file.parts and "__pycache__" not in file.parts:
                    target = folder / file
                    target.parent.mkdir(parents=True, exist_ok=True)
                    shutil.copyfile(str(file.locate()), target)
        compileall.compile_dir(folder, quiet=1)
        stamp.write_text(versions)
    return folder
