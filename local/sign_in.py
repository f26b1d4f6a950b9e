"""Sign-ins: gives users a password and fetches their tokens."""

from dataclasses import dataclass

from local.clients import Clients

STAFF_GROUP = "license-staff"


@dataclass(frozen=True)
class SignIn:
    """The user pool of one local cloud."""

    clients: Clients
    user_pool_id: str
    client_id: str

    def make_staff(self, email: str, password: str) -> None:
        """Create an account of the vendor's staff."""
        cognito = self.clients.cognito()
        cognito.admin_create_user(
            UserPoolId=self.user_pool_id,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[
                {"Name": "email", "Value": email},
                {"Name": "email_verified", "Value": "true"},
            ],
        )
        cognito.admin_add_user_to_group(
            UserPoolId=self.user_pool_id, Username=email, GroupName=STAFF_GROUP
        )
        self.set_password(email, password)

    def set_password(self, email: str, password: str) -> None:
        """Give a user a password in place of the one in the invitation."""
        self.clients.cognito().admin_set_user_password(
            UserPoolId=self.user_pool_id, Username=email, Password=password, Permanent=True
        )

    def id_token(self, email: str, password: str) -> str:
        """Sign a user in and return the ID token, which the API takes."""
        answer = self.clients.cognito().initiate_auth(
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=self.client_id,
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        return answer["AuthenticationResult"]["IdToken"]
