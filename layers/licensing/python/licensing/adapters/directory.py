"""The Cognito user pool: accounts that people sign in with."""

from typing import Any

from botocore.exceptions import ClientError

from licensing.adapters.aws import client


class Directory:
    """Accounts by mail address."""

    def __init__(self, user_pool_id: str) -> None:
        self._pool = user_pool_id
        self._cognito = client("cognito-idp")

    def invite(self, email: str, name: str) -> str:
        """Return the account's ``sub``; a new account's owner is invited by mail."""
        try:
            user = self._cognito.admin_create_user(
                UserPoolId=self._pool,
                Username=email,
                UserAttributes=[
                    {"Name": "email", "Value": email},
                    {"Name": "email_verified", "Value": "true"},
                    {"Name": "name", "Value": name},
                ],
                DesiredDeliveryMediums=["EMAIL"],
            )["User"]
            return _sub(user["Attributes"])
        except ClientError as error:
            if error.response["Error"]["Code"] != "UsernameExistsException":
                raise
        user = self._cognito.admin_get_user(UserPoolId=self._pool, Username=email)
        return _sub(user["UserAttributes"])


def _sub(user_attributes: list[dict[str, Any]]) -> str:
    return str(next(entry["Value"] for entry in user_attributes if entry["Name"] == "sub"))
