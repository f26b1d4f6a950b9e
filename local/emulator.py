"""Starts MiniStack, which stands in for AWS, and stops it again."""

import http.client
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import urlsplit

from local.failures import LocalCloudError, tail
from local.place import KEYS, ROOT, Place

START_SECONDS = 20.0
STOP_SECONDS = 10.0
SECONDS_A_DAY = 86_400


def refuse_second(place: Place) -> None:
    """Raise an error where something uses the folder or the port already."""
    running = running_port(place)
    if running is not None:
        raise LocalCloudError(
            f"A local cloud runs here already, on port {running}: "
            "stop it by Ctrl-C where it was started, or by `make down`."
        )
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", place.port))
        except OSError:
            raise LocalCloudError(
                f"Port {place.port} is in use: choose another one, "
                f"for example `make run PORT={place.port + 1}`."
            ) from None


def start(place: Place, business_day: float) -> subprocess.Popen[bytes]:
    """Start MiniStack and wait until it answers. It listens on loopback only.

    Workflows wait as if a day took `business_day` seconds.
    """
    place.temporary.mkdir(parents=True, exist_ok=True)
    # Nothing of an earlier start holds: neither what signs tokens, which MiniStack keeps in a
    # folder of the whole machine, nor the key that may do everything.
    signing = place.temporary / "signing"
    shutil.rmtree(signing, ignore_errors=True)
    keys = {name: f"AKIA{secrets.token_hex(16).upper()}" for name in KEYS}
    environment = {
        **place.environment(),
        **keys,
        "STATE_DIR": str(signing),
        "GATEWAY_PORT": str(place.port),
        "BIND_HOST": "127.0.0.1",
        "IOT_MTLS_ENABLED": "0",
        # Each function may do only what its role allows, as on AWS.
        "AUTH": "true",
        "LAMBDA_WARM_TTL_SECONDS": "60",
        "SFN_WAIT_SCALE": f"{business_day / SECONDS_A_DAY:.9f}",
    }
    with place.log("ministack").open("wb") as log:
        process = subprocess.Popen(
            # -P: the modules beside the script must not stand in for the emulator's own.
            [sys.executable, "-P", str(ROOT / "local" / "ministack_gateway.py")],
            env=environment,
            cwd=place.folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            # Ctrl-C is for us: we stop it in our own order.
            start_new_session=True,
        )
    place.process_file.touch(mode=0o600)
    place.process_file.write_text(json.dumps({"pid": process.pid, "port": place.port, **keys}))
    _wait_until_ready(place, process)
    return process


def stop(place: Place, process: subprocess.Popen[bytes]) -> None:
    """Stop MiniStack and all that it started, by force after ten seconds."""
    _end_group(process.pid, lambda: process.poll() is not None)
    _clean_up(place)


def stop_left_over(place: Place) -> bool:
    """Stop what an earlier start left running; return whether there was anything."""
    pid = _left_over(place)
    if pid is None:
        return False
    _end_group(pid, lambda: not _runs(pid))
    _clean_up(place)
    return True


def running_port(place: Place) -> int | None:
    """Return the port of the local cloud that runs in this folder."""
    if _left_over(place) is None:
        return None
    return int(json.loads(place.process_file.read_text())["port"])


def _wait_until_ready(place: Place, process: subprocess.Popen[bytes]) -> None:
    address = urlsplit(place.endpoint_url).netloc
    give_up = time.monotonic() + START_SECONDS
    while time.monotonic() < give_up and process.poll() is None:
        if _answers(address):
            return
        time.sleep(0.1)
    stop(place, process)
    raise LocalCloudError(f"MiniStack did not start:{tail(place.log('ministack'))}")


def _answers(address: str) -> bool:
    connection = http.client.HTTPConnection(address, timeout=2)
    try:
        connection.request("GET", "/_ministack/health")
        return connection.getresponse().status == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _left_over(place: Place) -> int | None:
    """Return the id of a MiniStack that was started in this folder and still runs."""
    try:
        pid = int(json.loads(place.process_file.read_text())["pid"])
    except (FileNotFoundError, ValueError, KeyError):
        return None
    return pid if _runs(pid) else None


def _runs(pid: int) -> bool:
    # The number may belong to somebody else's process by now: its command tells.
    # -ww: in a narrow window a long path would push the command's name out of the line.
    shown = subprocess.run(
        [shutil.which("ps") or "/bin/ps", "-ww", "-o", "stat=,command=", "-p", str(pid)],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    return "ministack" in shown and not shown.lstrip().startswith("Z")


def _end_group(pid: int, ended: Callable[[], bool]) -> None:
    for name, patience in ((signal.SIGTERM, STOP_SECONDS), (signal.SIGKILL, STOP_SECONDS)):
        with suppress(ProcessLookupError):
            os.killpg(pid, name)
        give_up = time.monotonic() + patience
        while not ended() and time.monotonic() < give_up:
            time.sleep(0.05)
        if ended():
            break
    # Its workers end by themselves, unless one hangs.
    with suppress(ProcessLookupError):
        os.killpg(pid, signal.SIGKILL)


def _clean_up(place: Place) -> None:
    place.process_file.unlink(missing_ok=True)
    shutil.rmtree(place.temporary, ignore_errors=True)
