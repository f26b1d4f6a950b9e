"""Running what is left to do: in a process per core, or a piece at a time on DynamoDB Local."""

import multiprocessing
import signal
import time
from collections.abc import Iterable
from concurrent.futures import ProcessPoolExecutor, as_completed

from tests.campaign import pieces
from tests.campaign.pieces import Part, Piece, Result, World
from tests.campaign.progress import Progress, say
from tests.contention import dynamodb_local

Done = Iterable[tuple[Piece, Result | None]]
"""Pieces as they are done; None where the time was over before."""


def campaign(progress: Progress, *, minutes: float, jobs: int, only: str) -> None:
    """Run what is not done yet of the parts whose names contain ``only``."""
    until = time.time() + minutes * 60 if minutes else float("inf")
    World.open()
    chosen = [part for part in pieces.parts() if only in part.name and progress.left(part)]
    _side_by_side(progress, [part for part in chosen if not part.judged_by_dynamodb], until, jobs)
    _on_dynamodb(progress, [part for part in chosen if part.judged_by_dynamodb], until)


def _side_by_side(progress: Progress, parts: list[Part], until: float, jobs: int) -> None:
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(jobs, mp_context=spawn, initializer=_begin) as pool:
        try:
            for part in parts:
                futures = [pool.submit(_run, piece, until) for piece in progress.left(part)]
                done = (future.result() for future in as_completed(futures))
                _follow(progress, part, len(futures), until, done)
        except BaseException:
            # What is under way may take minutes; it begins anew in the next run.
            pool.shutdown(wait=False, cancel_futures=True)
            for process in multiprocessing.active_children():
                process.terminate()
            raise


def _begin() -> None:
    # Ctrl-C is the first process's affair.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    World.open()


def _on_dynamodb(progress: Progress, parts: list[Part], until: float) -> None:
    if not parts or time.time() > until:
        return
    try:
        dynamodb_local.require_tools()
    except dynamodb_local.MissingToolError as missing:
        say(f"Without {' and '.join(part.name for part in parts)}: {missing}")
        return
    with dynamodb_local.running() as endpoint:
        for part in parts:
            left = progress.left(part)
            _follow(progress, part, len(left), until, _in_turn(left, until, endpoint))


def _follow(progress: Progress, part: Part, todo: int, until: float, done: Done) -> None:
    begun = last = time.monotonic()
    for number, (piece, result) in enumerate(done, start=1):
        if result is None:
            continue
        now = time.monotonic()
        left = min((now - begun) / number * (todo - number), max(0.0, until - time.time()))
        progress.add(part, piece, result, seconds=now - last, left=left)
        last = now


def _run(piece: Piece, until: float) -> tuple[Piece, Result | None]:
    return piece, pieces.run(piece) if time.time() < until else None


def _in_turn(todo: list[Piece], until: float, endpoint: str) -> Done:
    for piece in todo:
        yield piece, pieces.run_on_dynamodb(piece, endpoint) if time.time() < until else None
