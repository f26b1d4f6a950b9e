"""The command line: `python -m local COMMAND`."""

import argparse
import json
import signal
import sys
import time
from base64 import urlsafe_b64decode
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from local import emulator, events, ses_inbound, stack, welcome
from local.clients import Clients
from local.cloud import running
from local.failures import LocalCloudError
from local.following import follow
from local.inbox import messages, readable
from local.night import reconcile
from local.place import ROOT, STACK_NAME, Place
from local.sign_in import SignIn

PORT = 4566
BUSINESS_DAY_SECONDS = 60.0


def main() -> None:
    """Run the command that the command line names."""
    arguments = _parser().parse_args()
    command: Callable[[argparse.Namespace], None] = arguments.command
    # To end in order however it is ended; a shell starts background jobs with SIGINT ignored.
    for name in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, signal.default_int_handler)
    try:
        command(arguments)
    except LocalCloudError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)


def _up(arguments: argparse.Namespace) -> None:
    place = Place(arguments.state_dir, arguments.port)
    begun = time.monotonic()
    print("Clinic License Manager, the local cloud", flush=True)
    try:
        with running(place, arguments.business_day, lived=True) as described:
            seconds = time.monotonic() - begun
            print(
                welcome.text(described, place.mail_port, seconds, arguments.business_day),
                flush=True,
            )
            for line in follow(Clients(place), datetime.now(UTC)):
                print(line, flush=True)
    except KeyboardInterrupt:
        print("Stopped; nothing is left running.")


def _down(arguments: argparse.Namespace) -> None:
    place = Place(arguments.state_dir, arguments.port)
    stopped = emulator.stop_left_over(place)
    place.stack_file.unlink(missing_ok=True)
    print("Stopped." if stopped else "No local cloud is running here.")


def _token(arguments: argparse.Namespace) -> None:
    print(_id_token(_running(arguments), arguments.email))


def _id_token(place: Place, email: str) -> str:
    described = stack.read(place)
    passwords = {account["email"]: account["password"] for account in described["accounts"]}
    if email not in passwords:
        raise LocalCloudError(f"{email} is no demo sign-in. There are: {', '.join(passwords)}.")
    sign_in = SignIn(Clients(place), described["user_pool_id"], described["user_pool_client_id"])
    return sign_in.id_token(email, passwords[email])


def _inbox(arguments: argparse.Namespace) -> None:
    sent = messages(_running(arguments))
    if not sent:
        print("No mail has been sent yet.")
    for mail in sent:
        print(f"{readable(mail)}\n{'-' * 72}")


def _mail(arguments: argparse.Namespace) -> None:
    place = _running(arguments)
    try:
        raw = arguments.file.read_bytes()
    except OSError as error:
        raise LocalCloudError(f"The mail can't be read: {error}.") from None
    print(f"Taken in as {ses_inbound.hand_over(place, raw)}; the answer comes by mail.")


def _events(arguments: argparse.Namespace) -> None:
    for event in events.follow(Clients(_running(arguments))):
        print(event, flush=True)


def _invoke(arguments: argparse.Namespace) -> None:
    place = _running(arguments)
    try:
        event = json.loads(arguments.event.read_bytes())
    except (OSError, ValueError) as error:
        raise LocalCloudError(f"The event can't be read: {error}.") from None
    claims = event.get("requestContext", {}).get("authorizer", {}).get("claims", {})
    if "email" in claims:  # pool and accounts are new with each start
        token = _id_token(place, claims["email"]).split(".")[1]
        signed_in = json.loads(urlsafe_b64decode(f"{token}=="))
        claims |= {name: signed_in[name] for name in ("iss", "sub")}
    functions = Clients(place).functions()
    name = f"{STACK_NAME}-{arguments.function}"
    try:
        answer = functions.invoke(FunctionName=name, Payload=json.dumps(event))
    except functions.exceptions.ResourceNotFoundException:
        known = sorted(path.parent.name for path in (ROOT / "functions").glob("*/handler.py"))
        raise LocalCloudError(
            f"There is no function {arguments.function}. There are: {', '.join(known)}."
        ) from None
    print(json.dumps(json.loads(answer["Payload"].read()), indent=2))
    if "FunctionError" in answer:
        raise LocalCloudError(f"{arguments.function} failed.")


def _reconcile(arguments: argparse.Namespace) -> None:
    report = reconcile(Clients(_running(arguments)), arguments.at or datetime.now(UTC))
    print(json.dumps(report, indent=2))


def _load(arguments: argparse.Namespace) -> None:
    # Here, since it brings in the product's own code, which no other command needs.
    from local.load import load  # noqa: PLC0415

    clients = Clients(_running(arguments))
    begun = time.monotonic()
    items = load(clients, clients.outputs()["TableName"], arguments.clinics, datetime.now(UTC))
    seconds = time.monotonic() - begun
    print(f"Wrote {arguments.clinics} clinics, {items} items, in {seconds:.1f} s.")


def _running(arguments: argparse.Namespace) -> Place:
    """Return the place of the local cloud that runs now, with its real port."""
    port = emulator.running_port(Place(arguments.state_dir, arguments.port))
    if port is None:
        raise LocalCloudError("No local cloud is running here: start one by `make run`.")
    return Place(arguments.state_dir, port)


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(
            f"{text} is no time such as 2026-12-01T11:00:00Z"
        ) from None
    if moment.tzinfo is None:
        raise argparse.ArgumentTypeError(f"{text} lacks its zone: add Z for UTC")
    return moment


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0
    if not 0 < seconds <= emulator.SECONDS_A_DAY:
        raise argparse.ArgumentTypeError("a business day lasts more than 0 and at most 86400 s")
    return seconds


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m local", description=__doc__)
    parser.set_defaults(port=PORT)
    parser.add_argument(
        "--state-dir",
        type=lambda text: Path(text).resolve(),
        default=ROOT / ".local",
        metavar="DIR",
        help="where the local cloud keeps its things (default: .local)",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        run: Callable[[argparse.Namespace], None], does: str
    ) -> Callable[..., argparse.Action]:
        """Add the command of a function's name; return what adds its arguments."""
        added = commands.add_parser(run.__name__.removeprefix("_"), help=does)
        added.set_defaults(command=run)
        return added.add_argument

    takes = command(_up, "run the whole system, until Ctrl-C")
    takes("--port", type=int, default=PORT, help=f"default: {PORT}")
    takes(
        "--business-day",
        type=_seconds,
        default=BUSINESS_DAY_SECONDS,
        metavar="SECONDS",
        help=f"how long a business day lasts (default: {BUSINESS_DAY_SECONDS:g})",
    )
    command(_down, "stop a local cloud that was left running")
    takes = command(_token, "print an ID token of a demo sign-in")
    takes("email")
    command(_inbox, "print the mails that were sent")
    takes = command(_mail, "send a mail to the product, as its sender would")
    takes("file", type=Path, metavar="FILE", help="headers and text, as in an .eml file")
    command(_events, "show what other systems are told, from now on")
    takes = command(_invoke, "call one function")
    takes("function", help="for example get_license_status")
    takes("--event", type=Path, required=True, metavar="FILE")
    takes = command(_reconcile, "run the nightly reconciliation now")
    takes("--at", type=_moment, metavar="TIME", help="as of this time, even one yet to come")
    takes = command(_load, "fill the table with clinics")
    takes("--clinics", type=int, default=1_000, metavar="N", help="default: 1000")
    return parser
