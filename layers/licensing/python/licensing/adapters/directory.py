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
    """The directory of the use cases."""

    def __init__(self, user_pool_id: str) -> None:
        self._pool = user_pool_id
        self._cognito = client("cognito-idp", read_timeout=_READ_SECONDS)

    def invite(self, email: str, name: str, invitation: Invitation) -> Account:
        return self._make(email, name, **_mailed(invitation))

    def invite_again(self, email: str, invitation: Invitation) -> None:
        self._create(email, MessageAction="RESEND", **_mailed(invitation))

    def enroll(self, email: str, name: str) -> Account:
        return self._make(email, name, MessageAction="SUPPRESS")

    def account(self, name: str) -> Account | None:
        try:
            user = self._cognito.admin_get_user(UserPoolId=self._pool, Username=name)
        except ClientError as error:
            if _code(error) == "UserNotFoundException":
                return None
            raise
        return Account(_sub(user["UserAttributes"]), user.get("UserStatus") != _NEVER_SIGNED_IN)

    def is_of_staff(self, user_id: str) -> bool:
        return any(accounts_of_staff(self._cognito, self._pool, user_id))

    def readdress(self, user_id: str, email: str) -> None:
        self._cognito.admin_update_user_attributes(
            UserPoolId=self._pool, Username=user_id, UserAttributes=_vouched_for(email)
        )

    def delete(self, user_id: str) -> None:
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
        made = self._cognito.admin_create_user(UserPoolId=self._pool, Username=email, **more)
        return made["User"]


def _mailed(invitation: Invitation) -> dict[str, Any]:
    # What write_invitation makes the mail of; Cognito keeps none of it.
    return {"DesiredDeliveryMediums": ["EMAIL"], "ClientMetadata": invitation._asdict()}


def _vouched_for(email: str) -> list[dict[str, str]]:
    return [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]


def _code(error: ClientError) -> str:
    return str(error.response["Error"]["Code"])


def _sub(user_attributes: list[dict[str, Any]]) -> str:
    return str(next(entry["Value"] for entry in user_attributes if entry["Name"] == "sub"))
