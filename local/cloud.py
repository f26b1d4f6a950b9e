"""Brings a whole local cloud up, and down again."""

import os
import secrets
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from local import demo, deployment, emulator, ses_inbound, stack
from local.clients import Clients
from local.place import REGION, Place
from local.sign_in import SignIn
from local.stack import Stack
from local.steps import step


@contextmanager
def running(place: Place, business_day: float, *, lived: bool = False) -> Iterator[Stack]:
    """Run a local cloud with demo data; it ends with the block, whatever happens there.

    If ``lived``, two clinics with months behind them are among the data.
    """
    emulator.refuse_second(place)
    # Logs and stack.json are for nobody else on the machine: they hold sign-ins and addresses.
    os.umask(0o077)
    place.folder.mkdir(parents=True, exist_ok=True)
    place.stack_file.unlink(missing_ok=True)
    # SAM, too, finds a temporary folder here.
    place.temporary.mkdir(exist_ok=True)
    with step("build (sam build)"):
        deployment.build(place)
    with step("start MiniStack"):
        process = emulator.start(place, business_day)
    try:
        clients = Clients(place)
        with step("deploy (sam deploy)"):
            deployment.deploy(place, clients, business_day)
        with step("register the demo clinics"):
            described = _register(place, clients)
        if lived:
            with step("give two more clinics a past"):
                described["accounts"].append(_lived(clients, described))
        stack.write(place, described)
        with ses_inbound.listening(place, clients, clients.outputs()["MailBucketName"]):
            yield described
    finally:
        with _undisturbed(), step("stop"):
            place.stack_file.unlink(missing_ok=True)
            emulator.stop(place, process)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Let no second Ctrl-C cut the stop short: it takes 20 seconds at most."""
    signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
    handlers = [(number, signal.signal(number, signal.SIG_IGN)) for number in signals]
    try:
        yield
    finally:
        for number, handler in handlers:
            signal.signal(number, handler)


def _register(place: Place, clients: Clients) -> Stack:
    outputs = clients.outputs()
    sign_in = SignIn(clients, outputs["UserPoolId"], outputs["UserPoolClientId"])
    # Good for every demo sign-in until the next start; the pool asks for all four kinds.
    password = f"Demo-{secrets.token_hex(4)}-9"
    accounts = demo.register(place.page_url, sign_in, password)
    access_key_id, secret_access_key = place.keys().values()
    return {
        "api_url": place.page_url,
        "region": REGION,
        "endpoint_url": place.endpoint_url,
        "user_pool_id": outputs["UserPoolId"],
        "user_pool_client_id": outputs["UserPoolClientId"],
        "table_name": outputs["TableName"],
        "access_key_id": access_key_id,
        "secret_access_key": secret_access_key,
        "accounts": accounts,
    }


def _lived(clients: Clients, described: Stack) -> stack.Account:
    # Here, since it brings in the product's own code.
    from local.lived import register  # noqa: PLC0415

    sign_in = SignIn(clients, described["user_pool_id"], described["user_pool_client_id"])
    password = described["accounts"][0]["password"]
    return register(clients, described["table_name"], sign_in, password, datetime.now(UTC))
