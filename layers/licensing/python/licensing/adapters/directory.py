"""The Cognito user pool: accounts that people sign in with."""

from typing import Any

from botocore.exceptions import ClientError

from licensing.adapters.aws import client
from licensing.adapters.staff import accounts_of_staff
from licensing.domain.invitations import Invitation
from licensing.use_cases.ports import Account

# Cognito has the invitation written by a function, which may have to start first.
_READ_SECONDS = 8
_NEVER_SIGNED_IN = "FORCE_CHANGE_PASSWORD"


class Directory:
    """Accounts by mail address."""

    def __init__(self, user_pool_id: str) -> None:
        self._pool = user_pool_id
        self._cognito = client("cognito-idp", read_timeout=_READ_SECONDS)

    def invite(self, email: str, name: str, invitation: Invitation) -> Account:
        """Return the account of an address; it is made, and its owner invited, if need be."""
        return self._make(email, name, **_mailed(invitation))

    def invite_again(self, email: str, invitation: Invitation) -> None:
        """Send another invitation with a new temporary password."""
        self._create(email, MessageAction="RESEND", **_mailed(invitation))

    def enroll(self, email: str, name: str) -> Account:
        """Return the account of an address; it is made if need be, and nobody is mailed."""
        return self._make(email, name, MessageAction="SUPPRESS")

    def account(self, name: str) -> Account | None:
        """Return the account of an address or user id, if there is one."""
        try:
            user = self._cognito.admin_get_user(UserPoolId=self._pool, Username=name)
        except ClientError as error:
            if _code(error) == "UserNotFoundException":
                return None
            raise
        return Account(_sub(user["UserAttributes"]), user.get("UserStatus") != _NEVER_SIGNED_IN)

    def is_of_staff(self, user_id: str) -> bool:
        """Return whether the account belongs to the vendor's staff, enabled or not."""
        return any(accounts_of_staff(self._cognito, self._pool, user_id))

    def readdress(self, user_id: str, email: str) -> None:
        """Let somebody sign in by another address, which we vouch for."""
        self._cognito.admin_update_user_attributes(
            UserPoolId=self._pool, Username=user_id, UserAttributes=_vouched_for(email)
        )

    def delete(self, user_id: str) -> None:
        """Delete an account, if there is one."""
        try:
            self._cognito.admin_delete_user(UserPoolId=self._pool, Username=user_id)
        except ClientError as error:
            if _code(error) != "UserNotFoundException":
                raise

    def _make(self, email: str, name: str, **more: Any) -> Account:
        attributes = [*_vouched_for(email), {"Name": "name", "Value": name}]
        try:
            user = self._create(email, UserAttributes=attributes, **more)
        except ClientError as error:
            existing = self.account(email)
            if _code(error) != "UsernameExistsException" or existing is None:
                raise
            return existing
        return Account(_sub(user["Attributes"]), signed_in=False, made=True)

    def _create(self, email: str, **more: Any) -> Any:
        return self._cognito.admin_create_user(UserPoolId=self._pool, Username=email, **more)[
            "User"
        ]


def _mailed(invitation: Invitation) -> dict[str, Any]:
    # What write_invitation makes the mail of; Cognito keeps none of it.
    return {"DesiredDeliveryMediums": ["EMAIL"], "ClientMetadata": invitation._asdict()}


def _vouched_for(email: str) -> list[dict[str, str]]:
    return [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def _sub(user_attributes: list[dict[str, Any]]) -> str:
    return str(next(entry["Value"] for entry in user_attributes if entry["Name"] == "sub"))
