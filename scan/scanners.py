"""The scanners: how each is run, and what its answer means.

Comments and metadata that silence a scanner are ignored or refused: suppressed.toml alone tells
what is suppressed.
"""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.place import tool
from scan.deployed import ROOT
from scan.findings import Finding, Result

CODE = ("layers", "functions", "local", "docs", "benchmarks", "scan", "operations")
# Comes with the repository's other tools, in the versions that `make lint types` runs.
TOOLS = ROOT / ".venv" / "bin"
HERE = Path(__file__).parent
_MYPY_ERROR = re.compile(r"(?P<file>[^:]+):\d+: error: (?P<text>.*?)(  \[(?P<code>[\w-]+)\])?")
_MYPY_FILES = re.compile(r"\D*(\d+) source files?\)?")
_SERVERLESS_RULE = re.compile(r"[EWI]S\d+")


class ScannerError(RuntimeError):
    """A scanner did not do its work."""


@dataclass(frozen=True)
class Target:
    """A template to scan: what it is called, where it lies, how many resources it has."""

    name: str
    path: Path
    resources: int


def scans(plain: Target, templates: list[Target]) -> list[Callable[[], list[Result]]]:
    """Return everything that is to be run."""
    return [
        lambda: list(_mypy()),
        # cfn-lint follows conditions by itself: it sees the template as it lies there, too.
        lambda: list(_cfn_lint(plain)),
        *(lambda target=target: list(_cfn_lint_serverless(target)) for target in templates),
        *(lambda target=target: list(_checkov(target)) for target in templates),
        lambda: list(_cdk_nag(templates)),
        lambda: list(_workflows()),
        lambda: list(_bandit()),
        lambda: list(_ruff()),
    ]


def _cfn_lint(target: Target, *options: str) -> Iterator[Result]:
    told, seconds = _run([tool("cfn-lint"), "--format", "json", *options, str(target.path)])
    findings = [
        Finding(
            "cfn-lint-serverless" if _SERVERLESS_RULE.fullmatch(it["Rule"]["Id"]) else "cfn-lint",
            it["Rule"]["Id"],
            _place(it["Location"]["Path"] or []),
            it["Message"],
        )
        for it in json.loads(told or "[]")
    ]
    for scanner in ("cfn-lint", "cfn-lint-serverless") if options else ("cfn-lint",):
        own = tuple(it for it in findings if it.scanner == scanner)
        passed = target.resources - len({it.where for it in own})
        yield Result(scanner, target.name, passed, "resources", own, seconds)


def _cfn_lint_serverless(target: Target) -> Iterator[Result]:
    # Both sets of rules in one run: reading the template is what takes the time.
    yield from _cfn_lint(target, "--append-rules", "cfn_lint_serverless.rules", "--template")


def _place(path: list[Any]) -> str:
    return str(path[1]) if len(path) > 1 and path[0] == "Resources" else "/".join(map(str, path))


def _checkov(target: Target) -> Iterator[Result]:
    options = ["--framework", "cloudformation", "--skip-download", "--compact", "--output", "json"]
    told, seconds = _run([tool("checkov"), *options, "--file", str(target.path)])
    answer = json.loads(told)
    if answer["summary"]["parsing_errors"]:
        raise ScannerError(f"checkov can't read {target.path}")
    findings = tuple(
        Finding("checkov", it["check_id"], it["resource"].rpartition(".")[2], it["check_name"])
        # What the template asks to skip has failed, too.
        for it in answer["results"]["failed_checks"] + answer["results"]["skipped_checks"]
    )
    yield Result("checkov", target.name, answer["summary"]["passed"], "checks", findings, seconds)


def _cdk_nag(targets: list[Target]) -> Iterator[Result]:
    paths = [str(target.path) for target in targets]
    told, seconds = _run([_found("node"), str(HERE / "cdk_nag.js"), *paths])
    for target, answer in zip(targets, json.loads(told), strict=True):
        for pack, said in answer.items():
            findings = tuple(
                Finding(
                    "cdk-nag", it["rule"], it["resource"], f"{it['text']} {it['detail']}".strip()
                )
                for it in said["findings"]
            )
            yield Result(
                "cdk-nag", f"{target.name}, {pack}", said["passed"], "checks", findings, seconds
            )


def _workflows() -> Iterator[Result]:
    """Judge the state machines as definitions, and as what they do with each outcome."""
    told, seconds = _run([_found("node"), str(HERE / "workflows.js")])
    for workflow, answer in json.loads(told).items():
        for scanner, said in answer.items():
            found = tuple(Finding(scanner, "workflow", workflow, text) for text in said["findings"])
            unit = "states" if scanner == "asl-validator" else "runs"
            yield Result(scanner, workflow, said["passed"] - len(found), unit, found, seconds)


def _bandit() -> Iterator[Result]:
    command = [tool("bandit"), "--recursive", "--exclude", "*/node_modules/*", "--ignore-nosec"]
    told, seconds = _run([*command, "--quiet", "--format", "json", *CODE])
    answer = json.loads(told)
    if answer["errors"]:
        raise ScannerError(f"bandit: {answer['errors']}")
    findings = tuple(
        Finding(
            "bandit", it["test_id"], it["filename"], f"line {it['line_number']}: {it['issue_text']}"
        )
        for it in answer["results"]
    )
    # One of the metrics is the total.
    yield _of_code("bandit", len(answer["metrics"]) - 1, findings, seconds)


def _ruff() -> Iterator[Result]:
    ruff = [str(TOOLS / "ruff"), "check", "--isolated", "--no-cache", "--target-version", "py311"]
    rules = ["--select", "S", "--ignore-noqa", "--output-format", "json"]
    told, seconds = _run([*ruff, *rules, *CODE])
    listed, _ = _run([*ruff, "--show-files", *CODE])
    findings = tuple(
        Finding(
            "ruff",
            it["code"] or "syntax",
            str(Path(it["filename"]).relative_to(ROOT)),
            f"line {it['location']['row']}: {it['message']}",
        )
        for it in json.loads(told)
    )
    yield _of_code("ruff", len(listed.splitlines()), findings, seconds)


def _mypy() -> Iterator[Result]:
    told, seconds = _run([str(TOOLS / "mypy")])
    *lines, summary = told.splitlines()
    counted = _MYPY_FILES.search(summary)
    if counted is None:
        raise ScannerError(f"mypy: {told}")
    findings = tuple(
        Finding("mypy", found["code"] or "error", found["file"], line)
        for line in lines
        if (found := _MYPY_ERROR.fullmatch(line)) is not None
    )
    if not findings and not summary.startswith("Success"):
        raise ScannerError(f"mypy: {told}")
    yield _of_code("mypy", int(counted[1]), findings, seconds)


def _of_code(scanner: str, files: int, findings: tuple[Finding, ...], seconds: float) -> Result:
    passed = files - len({it.where for it in findings})
    return Result(scanner, "code", passed, "files", findings, seconds)


def _found(name: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise ScannerError(f"{name} is missing")
    return path


def _run(command: list[str]) -> tuple[str, float]:
    """Return what it says and how long it took; scanners end with an error for what they find."""
    began = time.monotonic()
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    if ended.returncode != 0 and not ended.stdout.strip():
        raise ScannerError(f"{' '.join(command)} failed:\n{ended.stderr}")
    return ended.stdout, seconds
