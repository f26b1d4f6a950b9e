"""Who belongs to the vendor's staff now: Cognito is asked at each request of theirs only."""

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from licensing.adapters.aws import client

STAFF_GROUP = "license-staff"


@lru_cache(maxsize=1)
def _cognito() -> Any:
    return client("cognito-idp")


def is_staff(user_pool_id: str, user_id: str) -> bool:
    """Return whether the account is there, enabled, and in the group of the staff."""
    return any(user["Enabled"] for user in accounts_of_staff(_cognito(), user_pool_id, user_id))


def accounts_of_staff(cognito: Any, user_pool_id: str, user_id: str) -> Iterator[dict[str, Any]]:
    """Yield the account as it is in the group of the staff, if it is; read no further then."""
    request = {"UserPoolId": user_pool_id, "GroupName": STAFF_GROUP}
    sub = {"Name": "sub", "Value": user_id}
    while True:
        answer = cognito.list_users_in_group(**request)
        yield from (user for user in answer["Users"] if sub in user["Attributes"])
        if "NextToken" not in answer:
            return
        request["NextToken"] = answer["NextToken"]
