"""Runs the measured children: fresh for a cold start or a night, kept for warm requests."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Self

CHILD = Path(__file__).parent / "child.py"
NIGHT_CHILD = Path(__file__).parent / "night_child.py"
INTERPRETER = (sys.executable, "-I", "-S", "-B")
"""No site-packages but the given paths, and no bytecode left behind: /var/task is read-only."""

CALLGRIND = ("valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null")


@dataclass(frozen=True)
class Subject:
    """A module to measure: where it is imported from, and what it is asked."""

    paths: str
    module: str
    scene: Path | None = None
    clinics: int | None = None
    """How many a night sees; None for everything but a night."""

    @property
    def command(self) -> list[str]:
        child = CHILD if self.clinics is None else NIGHT_CHILD
        asked = [str(each) for each in (self.scene, self.clinics) if each is not None]
        return [*INTERPRETER, str(child), self.paths, self.module, *asked]


def _open(pipe: IO[str] | None) -> IO[str]:
    if pipe is None:
        raise RuntimeError("the child was started without this pipe")
    return pipe


def environment(home: Path) -> dict[str, str]:
    """Return the environment of a function on Lambda, and nothing of the caller's."""
    return {
        "HOME": str(home),
        "PATH": os.environ["PATH"],
        "PYTHONHASHSEED": "0",
        "AWS_REGION": "us-east-1",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_ACCESS_KEY_ID": "ASIAEXAMPLE",
        **dict.fromkeys(("AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"), "example"),
        "AWS_LAMBDA_FUNCTION_NAME": "function",
        # Without it the tracer of the reference takes itself for a test and does more.
        "LAMBDA_TASK_ROOT": "/var/task",
        "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Sampled=0",
        "TABLE_NAME": "licenses",
        "MAX_QUANTITY": "50",
        "USER_POOL_ID": "us-east-1_licenses",
        "SENDER_ADDRESS": "licenses@vendor.example",
        "CONFIGURATION_SET": "licenses",
        "MAIL_BUCKET": "mails",
        "REQUEST_ADDRESS": "licenses@requests.vendor.example",
        "INVOICE_UPDATE_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:InvoiceUpdate",
        "NOTICES_ARN": "arn:aws:states:us-east-1:123456789012:stateMachine:Notices",
        "SCHEDULED_ADJUSTMENT_ARN": (
            "arn:aws:states:us-east-1:123456789012:stateMachine:ScheduledAdjustment"
        ),
        # The night that is measured is past on no clock but that of its scene.
        "ALLOW_FUTURE_MOMENT": "true",
        "POWERTOOLS_SERVICE_NAME": "clinic-license-manager",
        "POWERTOOLS_METRICS_NAMESPACE": "ClinicLicenseManager",
    }


@dataclass(frozen=True)
class Runner:
    """Starts children in a folder that is empty of settings."""

    home: Path

    def cold_seconds(self, subject: Subject) -> float:
        """Return the CPU seconds of a fresh process, with its first answer if it has a scene."""
        process = self._started(subject, subprocess.DEVNULL)
        with _open(process.stdin) as asked:
            asked.write("1\n")
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            raise RuntimeError(f"{subject.module} of {subject.paths} failed")
        return used.ru_utime + used.ru_stime

    def instructions(self, subject: Subject) -> int:
        """Return how many instructions a fresh process executes, as callgrind counts them."""
        said = self._ended(*CALLGRIND, *subject.command).stderr
        line = next(line for line in said.splitlines() if "refs:" in line)
        return int(line.rpartition(":")[2].replace(",", ""))

    def night(self, subject: Subject) -> dict[str, Any]:
        """Return what the reconciliation of so many clinics took, and what it answered."""
        told: dict[str, Any] = json.loads(self._ended(*subject.command).stdout)
        return told

    def worker(self, subject: Subject) -> "Worker":
        """Start a child that stays."""
        return Worker(self._started(subject, subprocess.PIPE))

    def _started(self, subject: Subject, output: int) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            subject.command,
            env=environment(self.home),
            stdin=subprocess.PIPE,
            stdout=output,
            text=True,
        )

    def _ended(self, *command: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            command,
            env=environment(self.home),
            input="1\n",
            capture_output=True,
            text=True,
            check=True,
        )


@dataclass(frozen=True)
class Worker:
    """A child that answers many requests."""

    process: "subprocess.Popen[str]"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.process.communicate()

    def ask(self, times: int) -> dict[str, Any]:
        """Let it answer its request so many times, and return what it tells."""
        asked = _open(self.process.stdin)
        asked.write(f"{times}\n")
        asked.flush()
        told: dict[str, Any] = json.loads(_open(self.process.stdout).readline())
        return told

    def seconds(self, times: int) -> float:
        """Return the CPU seconds per request."""
        return float(self.ask(times)["cpu_ns"]) / times / 1e9
