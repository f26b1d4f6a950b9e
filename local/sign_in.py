"""Sign-ins: gives users a password and fetches their tokens."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from local.clients import Clients

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

STAFF_GROUP = "license-staff"


@dataclass(frozen=True)
class SignIn:
    """The user pool of one local cloud."""

    clients: Clients
    user_pool_id: str
    client_id: str

    @cached_property
    def _cognito(self) -> "CognitoIdentityProviderClient":
        # Making a client takes longer than most calls.
        return self.clients.cognito()

    def enroll(self, email: str, name: str) -> str:
        """Create an account without an invitation; returns its ``sub``."""
        made = self._cognito.admin_create_user(
            UserPoolId=self.user_pool_id,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
                {"Name": "name", "Value": name},
            ],
        )
        return next(one["Value"] for one in made["User"]["Attributes"] if one["Name"] == "sub")

    def make_staff(self, email: str, password: str, name: str) -> None:
        """Create an account of the vendor's staff."""
        self.enroll(email, name)
        self._cognito.admin_add_user_to_group(
            UserPoolId=self.user_pool_id, Username=email, GroupName=STAFF_GROUP
        )
        self.set_password(email, password)

    def set_password(self, email: str, password: str) -> None:
        """Give a user a password in place of the one in the invitation."""
        self._cognito.admin_set_user_password(
            UserPoolId=self.user_pool_id, Username=email, Password=password, Permanent=True
        )

    def id_token(self, email: str, password: str) -> str:
        """Sign a user in and return the ID token, which the API takes."""
        answer = self._cognito.initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=self.client_id,
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        return answer["AuthenticationResult"]["IdToken"]
