"""The file that tells clients the addresses, the names and the demo sign-ins."""

import json
from typing import Literal, TypedDict, cast

from local.failures import LocalCloudError
from local.place import Place

Role = Literal["user_manager", "member", "staff"]


class Account(TypedDict):
    """One demo sign-in."""

    email: str
    password: str
    role: Role
    clinics: list[str]


class Stack(TypedDict):
    """What a client needs to know of a running local cloud."""

    api_url: str
    region: str
    endpoint_url: str
    user_pool_id: str
    user_pool_client_id: str
    table_name: str
    access_key_id: str
    secret_access_key: str
    accounts: list[Account]


def write(place: Place, stack: Stack) -> None:
    """Write the file, readable by its owner only: it holds passwords and the key."""
    place.stack_file.touch(mode=0o600)
    place.stack_file.write_text(json.dumps(stack, indent=2) + "\n")


def read(place: Place) -> Stack:
    """Read the file of the local cloud that runs in this folder."""
    if not place.stack_file.exists():
        raise LocalCloudError("No local cloud is running here: start one by `make run`.")
    return cast("Stack", json.loads(place.stack_file.read_text()))
