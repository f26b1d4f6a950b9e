"""The local cloud itself: what it tells, and what it refuses."""

import json
from collections.abc import Callable

import boto3
import pytest
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import ClientError

from local import cloud, emulator
from local.api import call
from local.failures import LocalCloudError
from local.place import Place
from local.stack import Stack


def test_stack_file_tells_what_a_client_needs(place: Place, stack: Stack) -> None:
    assert json.loads(place.stack_file.read_text()) == stack
    assert set(stack) == {
        "api_url",
        "region",
        "endpoint_url",
        "user_pool_id",
        "user_pool_client_id",
        "table_name",
        "access_key_id",
        "secret_access_key",
        "accounts",
    }
    assert place.stack_file.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("key", ["test", "000000000000", "AKIAEXAMPLE", None])
def test_its_services_take_only_the_key_of_this_start(stack: Stack, key: str | None) -> None:
    """Nor does a token of an earlier start hold: the folder with what signs them is new."""
    session = boto3.Session(key, key, region_name=stack["region"])
    config = None if key else Config(signature_version=UNSIGNED)
    mails = session.client("s3", endpoint_url=stack["endpoint_url"], config=config)
    with pytest.raises(ClientError, match="InvalidAccessKeyId"):
        mails.list_buckets()
    tables = session.client("dynamodb", endpoint_url=stack["endpoint_url"], config=config)
    with pytest.raises(ClientError, match=r"(Unrecognized|MissingAuthenticationToken)"):
        tables.scan(TableName=stack["table_name"])


def test_every_demo_sign_in_sees_its_clinics(stack: Stack, id_token: Callable[[str], str]) -> None:
    for account in stack["accounts"]:
        seen = clinics_seen(stack, id_token(account["email"]))
        if account["role"] == "staff":
            # Other tests of this run register clinics of their own.
            assert seen >= {"clinic-main-street", "clinic-lakeside"}
        else:
            assert seen == set(account["clinics"])


def clinics_seen(stack: Stack, token: str) -> set[str]:
    """Return the clinics of all pages."""
    seen: set[str] = set()
    more = ""
    while True:
        answer = call("GET", f"{stack['api_url']}/clinics{more}", token)
        seen |= {clinic["clinic_id"] for clinic in answer["clinics"]}
        if not answer["next_cursor"]:
            return seen
        more = f"?cursor={answer['next_cursor']}"


def test_a_second_start_in_the_same_folder_is_refused_in_one_sentence(
    place: Place, stack: Stack
) -> None:
    with (
        pytest.raises(LocalCloudError, match=f"runs here already, on port {place.port}"),
        cloud.running(place, business_day=5.0),
    ):
        pass
    assert place.stack_file.exists()
    assert json.loads(place.stack_file.read_text()) == stack


@pytest.mark.usefixtures("stack")
def test_a_running_cloud_is_found_from_a_narrow_window(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    assert emulator.running_port(place) == place.port


def test_a_port_in_use_is_refused_in_one_sentence(place: Place, stack: Stack) -> None:
    assert stack
    other = Place(place.folder.with_name("test-other"), place.port)
    with (
        pytest.raises(LocalCloudError, match=f"Port {place.port} is in use"),
        cloud.running(other, business_day=5.0),
    ):
        pass
    assert not other.folder.exists()
