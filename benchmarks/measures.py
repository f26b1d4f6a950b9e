"""What is measured, in the order of the table."""

import json
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import mails, nights, recorded
from benchmarks.artifact import FUNCTIONS, Artifact
from benchmarks.figures import Figure, compared, counted
from benchmarks.processes import Runner, Subject
from benchmarks.scenes import Clinic
from licensing.adapters.nightly_records import sums_from

STATUS, ADJUSTMENT, ACTIVATION, RECONCILIATION, SCIM, GLANCE, MAIL = FUNCTIONS
MEGABYTE = 1_000_000
ROUNDS = 21
# Of one batch of warm requests: long enough for the clock, short enough for many rounds.
BATCH = 60
# Of requests that take longer.
SMALL_BATCH = 6
_CHANCE = random.SystemRandom()
CLINICS, MANY_CLINICS = 10_000, 40_000
# Of nights whose instructions are counted: what grows by more than it should does so here, too.
FEW_CLINICS, MORE_CLINICS = 500, 2_000
EVERY_MAIL = 3
"""Of a thousand, read once each."""
# A night takes seconds, which no clock's grain disturbs.
NIGHTS = 3


@dataclass(frozen=True)
class Bench:
    """The built artifact, and requests to it."""

    artifact: Artifact
    runner: Runner
    scenes: Mapping[str, Path | None]
    progress: Callable[[str], None]

    @classmethod
    def prepare(cls, artifact: Artifact, folder: Path, progress: Callable[[str], None]) -> "Bench":
        """Write the scenes into the folder."""
        folder.mkdir(parents=True, exist_ok=True)
        # The handlers ask the clock: a clinic whose renewals are late by months would cost more.
        recently = datetime.now(UTC) - timedelta(hours=1)
        clinic = Clinic(users=2, open_adjustments=2, now=recently)
        scenes = [*clinic.scenes(), clinic.typical_scene(), *recorded.scenes(recently)]
        paths: dict[str, Path | None] = {scene.name: scene.write(folder) for scene in scenes}
        paths |= {"night": nights.write(folder), "": None}
        return cls(artifact, Runner(folder), paths, progress)

    def ours(self, function: str, scene: str = "", clinics: int | None = None) -> Subject:
        """Return a function of the product, as it was zipped."""
        return Subject(self.artifact.paths(function), "handler", self.scenes[scene], clinics)

    def reference(self, module: str, scene: str = "", clinics: int | None = None) -> Subject:
        """Return one of the references."""
        paths = self.artifact.reference_paths
        return Subject(paths, module, self.scenes[scene], clinics)


def cold_starts(bench: Bench) -> Iterator[Figure]:
    """Measure fresh processes in random order, one of each per round."""
    subjects = {
        "nothing": bench.reference("nothing"),
        "bare": bench.reference("bare_client"),
        "plain first": bench.reference("plain", STATUS),
        "status first": bench.ours(STATUS, STATUS),
        "typical": bench.reference("typical"),
        **{function: bench.ours(function) for function in (STATUS, ADJUSTMENT, ACTIVATION)},
    }
    spent: dict[str, list[float]] = {name: [] for name in subjects}
    for number in range(ROUNDS):
        bench.progress(f"cold starts, round {number + 1} of {ROUNDS}")
        for name in _CHANCE.sample(list(subjects), len(subjects)):
            spent[name].append(bench.runner.cold_seconds(subjects[name]))
    nothing = min(spent["nothing"])
    for function, goal in ((STATUS, 1.10), (ADJUSTMENT, 1.15), (ACTIVATION, 1.15)):
        name = f"cold start {function} / bare boto3.client"
        yield compared(name, spent[function], spent["bare"], goal, net_of=nothing)
    name = "cold start with first answer, status / plain"
    yield compared(name, spent["status first"], spent["plain first"], 1.15, net_of=nothing)
    name = "cold start request_license_adjustment / typical"
    yield compared(name, spent[ADJUSTMENT], spent["typical"], None, net_of=nothing)


def instructions(bench: Bench) -> Iterator[Figure]:
    """Count the instructions of cold starts and nights: the same however busy the machine is."""

    def count(title: str, subject: Subject) -> float:
        bench.progress(f"count instructions: {title}")
        return float(bench.runner.instructions(subject))

    nothing = count("an interpreter", bench.reference("nothing"))
    plain = count("plain", bench.reference("plain"))
    plain_first = count("plain with its first answer", bench.reference("plain", STATUS))
    for name, subject, reference, goal in (
        (f"cold instructions {STATUS} / plain", bench.ours(STATUS), plain, 1.15),
        (
            "cold instructions with first answer, status / plain",
            bench.ours(STATUS, STATUS),
            plain_first,
            1.15,
        ),
        (f"cold instructions {ADJUSTMENT} / plain", bench.ours(ADJUSTMENT), plain, None),
        (f"cold instructions {ACTIVATION} / plain", bench.ours(ACTIVATION), plain, None),
    ):
        ours = count(name, subject)
        yield compared(name, [ours], [reference], goal, net_of=nothing, unit="M", scale=1e-6)
    begun, few, more = (
        count(f"a night, {clinics} clinics", bench.ours(RECONCILIATION, "night", clinics))
        for clinics in (1, FEW_CLINICS, MORE_CLINICS)
    )
    name = f"night instructions, {MORE_CLINICS} / {FEW_CLINICS} clinics"
    yield compared(name, [more], [few], 4.1, net_of=begun, unit="M", scale=1e-6)


def no_valgrind() -> str | None:
    """Return why instructions cannot be counted here, if so."""
    return None if shutil.which("valgrind") else "instruction counts: valgrind is not installed"


def warm_requests(bench: Bench) -> Iterator[Figure]:
    """Measure batches of requests to running processes, in random order."""
    subjects = {
        "plain": bench.reference("plain", STATUS),
        "status": bench.ours(STATUS, STATUS),
        "typical": bench.reference("typical", "typical"),
        "adjustment": bench.ours(ADJUSTMENT, ADJUSTMENT),
        "activation": bench.ours(ACTIVATION, ACTIVATION),
        "scim": bench.ours(SCIM, SCIM),
        "glance": bench.ours(GLANCE, GLANCE),
        "mail": bench.ours(MAIL, MAIL),
    }
    batch = {name: SMALL_BATCH if name in ("glance", "mail") else BATCH for name in subjects}
    spent: dict[str, list[float]] = {name: [] for name in subjects}
    with ExitStack() as stack:
        workers = {
            name: stack.enter_context(bench.runner.worker(subject))
            for name, subject in subjects.items()
        }
        answers = {name: worker.ask(1)["answer"] for name, worker in workers.items()}
        _require_sense(answers)
        for name, worker in workers.items():
            worker.ask(batch[name])
        for number in range(ROUNDS):
            bench.progress(f"warm requests, round {number + 1} of {ROUNDS}")
            for name in _CHANCE.sample(list(workers), len(workers)):
                spent[name].append(workers[name].seconds(batch[name]))
    yield compared("warm status / plain", spent["status"], spent["plain"], 0.76)
    yield compared("warm adjustment / typical", spent["adjustment"], spent["typical"], 0.42)
    yield compared("warm activation / typical", spent["activation"], spent["typical"], 0.36)
    # Its six calls alone are 1.2 activations, which make two.
    yield compared("warm SCIM create / activation", spent["scim"], spent["activation"], 2.1)
    # Its three calls, and writing its answer of 50 clinics, are 4.9 alone.
    name = f"warm glance at {recorded.CLINICS} clinics / status"
    yield compared(name, spent["glance"], spent["status"], 25)
    yield counted("warm mail request", min(spent["mail"]) * 1000, 60, unit="ms")


def costliest_mail(bench: Bench) -> Iterator[Figure]:
    """Read a part of the mails that the tests make up to be hard to read."""
    bench.progress("read mails that are hard to read")
    spent = list(mails.measured(EVERY_MAIL))
    seconds, name = max(spent)
    yield counted(f"costliest of {len(spent)} mails, {name}", seconds, 2, unit="s")


def _require_sense(answers: Mapping[str, Any]) -> None:
    """Compare only what does the same work."""
    # A mail is answered by another one.
    codes = {
        name: answer.get("statusCode", answer.get("replied")) for name, answer in answers.items()
    }
    expected = dict.fromkeys(codes, 200) | {"adjustment": 201, "scim": 201, "mail": True}
    if codes != expected:
        raise RuntimeError(f"requests were answered otherwise than expected: {codes}")
    plain, ours = (json.loads(answers[name]["body"]) for name in ("plain", "status"))
    if plain != ours:
        unlike = [name for name in {*plain, *ours} if plain.get(name) != ours.get(name)]
        raise RuntimeError(f"the two sides do not answer alike: {unlike}")


def reconciliation(bench: Bench) -> Iterator[Figure]:
    """Measure nights over many clinics, in random order; of four times as many what is exact."""

    def night(subject: Subject) -> dict[str, Any]:
        bench.progress(f"night of {subject.module}, {subject.clinics} clinics")
        told = bench.runner.night(subject)
        _require_peace(told, subject.clinics)
        return told

    sides = (
        bench.ours(RECONCILIATION, "night", CLINICS),
        bench.reference("query_loop", "night", CLINICS),
    )
    told: dict[Subject, list[dict[str, Any]]] = {subject: [] for subject in sides}
    for _ in range(NIGHTS):
        for subject in _CHANCE.sample(sides, len(sides)):
            told[subject].append(night(subject))
    ours, theirs = ([one["cpu_ns"] for one in told[subject]] for subject in sides)
    name = f"reconciliation / query_loop, {CLINICS} clinics"
    yield compared(name, ours, theirs, 0.28, scale=1e-6)
    many, few = night(bench.ours(RECONCILIATION, "night", MANY_CLINICS)), told[sides[0]][0]
    for title, key, goal, unit, scale in (
        ("read units", "read_units", 4.05, "", 1.0),
        ("peak memory", "peak_kilobytes", 1.1, "MB", 1e-3),
    ):
        name = f"reconciliation, {MANY_CLINICS} / {CLINICS} clinics, {title}"
        yield compared(name, [many[key]], [few[key]], goal, unit=unit, scale=scale)


def _require_peace(told: Mapping[str, Any], clinics: int | None) -> None:
    """Compare only nights that saw every clinic and found nothing wrong."""
    answer = told["answer"]
    # The one write of ours is the night's report.
    written = told["called"].get("TransactWriteItems", 0)
    # Ours adds up more than the clinics; the reference only counts them.
    checked = sums_from(answer["sums"]).clinics if "sums" in answer else answer["clinics"]
    if (answer["outcome"], checked) != ("done", clinics) or written > 1:
        raise RuntimeError(f"the night was not as it should be: {answer}, {written} writes")
    if answer.get("wrong"):
        raise RuntimeError(f"query_loop found {len(answer['wrong'])} clinics wrong")


def layer_size(bench: Bench) -> Iterator[Figure]:
    """Weigh the layers."""
    yield counted("layers, zipped", bench.artifact.zipped_bytes / MEGABYTE, 10, unit="MB")
