"""Who belongs to the vendor's staff now.

A token says who did when somebody signed in, which may be an hour ago. Cognito is asked again at
each request of theirs; requests of anybody else make no call and no client.
"""

from functools import lru_cache
from typing import Any

from licensing.adapters.aws import client

STAFF_GROUP = "license-staff"


@lru_cache(maxsize=1)
def _cognito() -> Any:
    return client("cognito-idp")


def is_staff(user_pool_id: str, user_id: str) -> bool:
    """Return whether the account is there, enabled, and in the group of the staff."""
    request = {"UserPoolId": user_pool_id, "GroupName": STAFF_GROUP}
    while True:
        answer = _cognito().list_users_in_group(**request)
        if any(_is(user, user_id) for user in answer["Users"]):
            return True
        if "NextToken" not in answer:
            return False
        request["NextToken"] = answer["NextToken"]


def _is(user: dict[str, Any], user_id: str) -> bool:
    sub = {"Name": "sub", "Value": user_id}
    return bool(user["Enabled"]) and sub in user["Attributes"]
