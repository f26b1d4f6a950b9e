"""Documents as the scripts that they are: every block of commands, run as somebody would run it.

`aws` is a stand-in that notes what it is asked and answers with what a stack would have; `sam` is
the real one, which finds no AWS behind its endpoint. Only documented variables are set.
"""

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from docs.template import template
from local.place import ROOT, tool

# Indented, but nothing to type: records of the DNS, and formulas.
PROSE = re.compile(r"^\S+\s+(TXT|MX)\s|^month =")

AWS = r"""#!/bin/bash
printf '%s\0' "$@" >> "$NOTES/aws"; printf '\n' >> "$NOTES/aws"
case "$*" in
  *describe-active-receipt-rule-set*) echo clinic-license-manager ;;
  *"OutputKey=='"*)
    key=$(grep -o "OutputKey=='[A-Za-z]*" <<< "$*" | cut -d"'" -f2)
    sed -n "s|^$key ||p" "$NOTES/outputs" ;;
  *ConcurrentExecutions*) echo 1000 ;;
  *) echo '[]' ;;
esac
"""
CURL = r"""#!/bin/bash
case "$*" in *http_code*) printf 200 ;; *) echo '{"id_token": "a.b.c"}' ;; esac
"""
SAM = r"""#!/bin/bash
touch "$NOTES/sam"
# What it has said once it would say again.
if grep -qxF "\$ sam $*" "$NOTES/sam"; then exit; fi
echo "\$ sam $*" >> "$NOTES/sam"
[ "$1" = build ] || yes '' | timeout 60 "$REAL_SAM" "$@" >> "$NOTES/sam" 2>&1
exit 0
"""
# The scripts' options are read by themselves; there is no table and no API for them.
PYTHON = r"""#!/bin/bash
case "$1 $2" in "-m operations."*) ;; *) exec "$REAL_PYTHON" "$@" ;; esac
cd "$ROOT" && exec "$REAL_PYTHON" -c 'import sys
from importlib import import_module
import_module(sys.argv[1]).arguments(sys.argv[2:])' "${@:2}"
"""
NOTHING = "#!/bin/bash\n"


@dataclass(frozen=True)
class Ran:
    """What came of a document: its exit, its errors, what `aws` was asked, what `sam` said."""

    status: int
    errors: str
    asked: list[list[str]]
    sam: str


def blocks(document: Path) -> list[str]:
    """Return the document's blocks of commands."""
    found, block = [], ""
    for line in [*document.read_text().splitlines(), "-"]:
        if line.startswith("    ") or (block and not line.strip()):
            block += line + "\n"
        elif block:
            found.append(re.sub(r"(?m)^    (    )?", "", block).strip("\n"))
            block = ""
    return [text for text in found if text and not PROSE.search(text)]


def run(document: Path, folder: Path, region: str) -> Ran:
    """Run all blocks of a document, one after the other, in an empty environment."""
    notes, programs = folder / "notes", folder / "bin"
    for made in (notes, programs, folder / "home"):
        made.mkdir(parents=True)
    for name in ("template.yaml", "samconfig.toml"):
        shutil.copy(ROOT / name, folder)
    (notes / "outputs").write_text(
        "".join(f"{name} https://{name.lower()}.example/\n" for name in template()["Outputs"])
    )
    stand_ins = {"aws": AWS, "curl": CURL, "sam": SAM, "python3": PYTHON}
    stand_ins |= {"git": NOTHING, "make": NOTHING}
    for name, text in stand_ins.items():
        (programs / name).write_text(text)
        (programs / name).chmod(0o755)
    script = "set -eu\n" + "\n".join(blocks(document))
    ended = subprocess.run(
        [shutil.which("bash") or "/bin/bash", "-c", script.replace("us-east-1", region)],
        cwd=folder,
        env={
            "PATH": f"{programs}:{Path(tool('python')).parent}:/usr/bin:/bin",
            "HOME": str(folder / "home"),
            "NOTES": str(notes),
            "REAL_SAM": tool("sam"),
            "REAL_PYTHON": sys.executable,
            "ROOT": str(ROOT),
            "SAM_CLI_TELEMETRY": "0",
            # Credentials are the reader's own. Nothing listens there.
            "AWS_ACCESS_KEY_ID": "nobody",
            "AWS_SECRET_ACCESS_KEY": "nothing",
            "AWS_ENDPOINT_URL": "http://127.0.0.1:9",
            "AWS_MAX_ATTEMPTS": "1",
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    asked = (notes / "aws").read_text() if (notes / "aws").exists() else ""
    return Ran(
        ended.returncode,
        ended.stderr,
        [line.rstrip("\0").split("\0") for line in asked.split("\0\n") if line],
        (notes / "sam").read_text() if (notes / "sam").exists() else "",
    )
