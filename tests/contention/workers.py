"""Workers who compete for the last licenses of one clinic, and what they say they got."""

import multiprocessing
import random
import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import BotoCoreError, ClientError

from licensing.adapters.store import Store
from licensing.answers.adjustments import adjustment_requested
from licensing.answers.users import activation_set
from licensing.domain.adjustments import Action, Adjustment, AdjustmentRequest, Line
from licensing.domain.clinics import Clinic
from licensing.domain.errors import ConflictError, LicensingError
from licensing.use_cases.idempotency import RequestOnce
from licensing.use_cases.licenses.cancel_license_adjustment import cancel_license_adjustment
from licensing.use_cases.licenses.request_license_adjustment import request_license_adjustment
from licensing.use_cases.reading import get_license_status
from licensing.use_cases.users.set_user_activation import set_user_activation
from tests.contention.clinic import KIND, Scene, surroundings
from tests.faults.seam import Mode, ProcessKilledError, Seam

PROCESSES = 2
"""Python runs one thread at a time, so the workers are spread over processes."""


@dataclass
class Said:
    """What workers were told, added up."""

    answers: Counter[str] = field(default_factory=Counter)
    delta: int = 0
    """What acknowledged adjustments add up to."""
    acknowledged: int = 0
    over: int = 0
    """How often a status showed more in use than purchased."""
    keys: dict[str, str] = field(default_factory=dict)
    """What became of each Idempotency-Key: acknowledged, refused or unknown."""
    calls: int = 0
    """How many calls could have failed."""
    faults: int = 0

    def add(self, other: "Said") -> None:
        """Add another worker's."""
        self.answers += other.answers
        self.delta += other.delta
        self.acknowledged += other.acknowledged
        self.over += other.over
        self.keys |= other.keys
        self.calls += other.calls
        self.faults += other.faults


@dataclass(frozen=True)
class Job:
    """What one process does."""

    scenes: Sequence[Scene]
    name: str
    workers: int
    attempts: int
    faults: float = 0.0
    """How many of 1 calls fail, one way or another."""


def compete(
    scenes: Sequence[Scene], *, workers: int, attempts: int, faults: float = 0.0, turn: int = 0
) -> dict[str, Said]:
    """Let so many workers make so many attempts in all.

    Returns what they were told, by clinic. A further turn on the same clinics needs another
    number, so that its keys are new.
    """
    jobs = [
        Job(scenes, f"t{turn}p{number}", workers // PROCESSES, attempts // PROCESSES, faults)
        for number in range(PROCESSES)
    ]
    said: dict[str, Said] = defaultdict(Said)
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        for parts in pool.imap_unordered(_process, jobs):
            for clinic_id, part in parts.items():
                said[clinic_id].add(part)
    return said


def _process(job: Job) -> dict[str, Said]:
    with surroundings(job.scenes[0].endpoint):
        workers = [
            _Worker(job, number, job.attempts // job.workers) for number in range(job.workers)
        ]
    threads = [threading.Thread(target=worker.work) for worker in workers]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    said: dict[str, Said] = defaultdict(Said)
    for worker in workers:
        if worker.broken is not None:
            raise worker.broken
        said[worker.clinic_id].add(worker.said)
    return said


class Chance(Mapping[int, str]):
    """A plan in which each call that the seam sees fails by chance, in a way that it can fail."""

    def __init__(self, chance: random.Random, rate: float, seam: Seam) -> None:
        self._chance, self._rate, self._seam = chance, rate, seam

    def get(self, key: int, default: Any = None) -> Any:
        """Return what happens at this call."""
        if self._chance.random() >= self._rate:
            return default
        call = self._seam.trace[key - 1]
        modes = [mode for mode in Mode if mode is not Mode.TWIN and call.takes(mode)]
        return str(self._chance.choice(modes))

    def __getitem__(self, key: int) -> str:
        raise KeyError(key)

    def __iter__(self) -> Iterator[int]:
        return iter(())

    def __len__(self) -> int:
        return 0


class _Worker:
    """One caller after another, on a store of its own."""

    def __init__(self, job: Job, number: int, attempts: int) -> None:
        self._scene = job.scenes[number % len(job.scenes)]
        self._name = f"{job.name}-{number}"
        self._attempts = attempts
        self._chance = random.Random(self._name)  # noqa: S311
        self._store = self._scene.store()
        self.said = Said()
        self.broken: BaseException | None = None
        self._mine: list[str] = []
        self._seam = Seam()
        if job.faults:
            self._seam.arm(Chance(self._chance, job.faults, self._seam), {})
            events = self._store._dynamodb.meta.events
            events.register("before-call", self._seam.before)
            events.register("after-call", self._seam.after)
        self._act: Callable[[int], None] = self._keyed if job.faults else self._any

    @property
    def clinic_id(self) -> str:
        """The clinic that this worker works for."""
        return self._scene.clinic_id

    def work(self) -> None:
        """Make all attempts."""
        try:
            for number in range(self._attempts):
                self._act(number)
        except BaseException as error:  # noqa: BLE001  handed to the process
            self.broken = error
        self.said.calls, self.said.faults = len(self._seam.trace), len(self._seam.struck)

    def _any(self, number: int) -> None:
        draw = self._chance.random()
        if draw < 0.05:
            self._look()
        elif draw < 0.80:
            self._switch(active=True)
        elif draw < 0.86:
            self._switch(active=False)
        elif draw < 0.88:
            self._switch(active=False, release=f"{self._name}-{number}")
        elif draw < 0.90 and self._mine:
            self._cancel()
        else:
            # Releases find nothing available most of the time.
            delta = 1 if self._chance.random() < 0.3 else -1
            self._told(self._tell(lambda: self._ask(f"{self._name}-{number}", delta)), delta)

    def _keyed(self, number: int) -> None:
        """Ask under one key until an answer comes, or leave it unknown."""
        key = f"{self._name}-{number}"
        delta = 1 if self._chance.random() < 0.5 else -1
        while True:
            outcome = self._tell(lambda: self._ask(key, delta))
            if outcome not in ("no answer", "try_again"):
                self.said.keys[key] = "acknowledged" if outcome == "201" else "refused"
                self._told(outcome, delta)
                return
            if self._chance.random() < 0.3:
                self.said.keys[key] = "unknown"
                return

    def _ask(self, key: str, delta: int) -> str:
        answer = ask(self._scene, self._store, key, delta)
        self._mine.append(answer.body["adjustment_id"])
        return str(answer.status)

    def _switch(self, *, active: bool, release: str | None = None) -> None:
        user = self._chance.choice(self._scene.users)
        scene = self._scene
        known = RequestOnce.of(
            scene.clinic_id, scene.caller, f"activate {user}", release, {}, activation_set
        )

        def switch() -> str:
            answer = set_user_activation(
                self._store,
                scene.caller,
                scene.clinic_id,
                user,
                active=active,
                release_explanation="They left the clinic." if release else None,
                once=known,
            )
            return str(answer.status)

        outcome = self._tell(switch)
        if release:
            self._told("201" if outcome == "200" else outcome, -1)

    def _cancel(self) -> None:
        adjustment_id = self._mine.pop()

        def cancel() -> str:
            cancelled = cancel_license_adjustment(
                self._store,
                self._scene.caller,
                self._scene.clinic_id,
                adjustment_id,
            )
            self.said.delta -= sum(line.delta for line in cancelled.lines)
            return "cancelled"

        self._tell(cancel)

    def _look(self) -> None:
        clinic = get_license_status(self._store, self._scene.caller, self._scene.clinic_id)
        license = clinic.licenses[KIND]
        self.said.answers["looked"] += 1
        if not 0 <= license.in_use <= license.purchased:
            self.said.over += 1

    def _told(self, outcome: str, delta: int) -> None:
        if outcome == "201":
            self.said.delta += delta
            self.said.acknowledged += 1

    def _tell(self, act: Callable[[], str]) -> str:
        try:
            outcome = act()
        except ConflictError:
            outcome = "try_again"
        except LicensingError as refused:
            outcome = refused.code
        except (ClientError, BotoCoreError, ProcessKilledError):
            outcome = "no answer"
        self.said.answers[outcome] += 1
        return outcome


def ask(scene: Scene, store: Store, key: str, delta: int) -> Any:
    """Ask for one license more or less under the key."""
    action = Action.ADD if delta > 0 else Action.REMOVE
    return request_license_adjustment(
        store,
        scene.caller,
        scene.clinic_id,
        AdjustmentRequest((Line(action, KIND, abs(delta)),), "They left the clinic."),
        once=once(scene, key, delta),
    )


def once(scene: Scene, key: str, delta: int) -> RequestOnce[tuple[Clinic, Adjustment]]:
    """Return the request as its key names it."""
    body = {"delta": delta}
    render = adjustment_requested
    return RequestOnce.of(scene.clinic_id, scene.caller, "adjust", key, body, render)
