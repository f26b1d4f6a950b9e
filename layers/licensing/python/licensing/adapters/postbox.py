"""Sending mail by SES, each at most once."""

from collections.abc import Mapping, Sequence
from email.header import Header
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import EmailPolicy
from typing import Any, Final

from botocore.exceptions import ClientError

from licensing.adapters.aws import client
from licensing.domain.outgoing import Letter
from licensing.use_cases.ports import DeliveryRefusedError, DeliveryUnknownError

# botocore resends on timeouts, and SES knows no idempotency key: one attempt, patiently.
_READ_SECONDS = 20
_HEADERS: Final = {
    "Auto-Submitted": "auto-generated",
    # Of Exchange's automatic mails only those of people who are away: a bounce has to come back.
    "X-Auto-Response-Suppress": "OOF, AutoReply",
}
"""What every mail has: SES tells a note that somebody is away as a bounce, too."""


class _Form(EmailPolicy):
    """Lines as RFC 2045 and 2047 want them, but for Message-IDs.

    These are longer than a folded line, and an encoded id belongs to no thread.
    """

    def fold_binary(self, name: str, value: Any) -> bytes:
        if name.lower() in ("in-reply-to", "references"):
            return _IDS.fold_binary(name, value)
        if name == "Subject" and not value.isascii():
            # Encoded in parts, it may lose spaces between them.
            return f"{name}: {Header(value, 'utf-8', 76, name).encode()}\n".encode()
        return super().fold_binary(name, value)


# SES takes text in 7 bits: other servers on the way need not take more.
_IDS: Final = EmailPolicy(max_line_length=900, cte_type="7bit")
_FORM: Final = _Form(max_line_length=76, cte_type="7bit")


class Postbox:
    """Mail from the product's own address."""

    def __init__(self, sender: str, configuration_set: str) -> None:
        self._sender = sender
        self._configuration_set = configuration_set
        self._ses = client("sesv2", attempts=1, read_timeout=_READ_SECONDS)

    def send(
        self,
        recipients: Sequence[str],
        letter: Letter,
        *,
        tags: Mapping[str, str],
        headers: Mapping[str, str] | None = None,
    ) -> None:
        """Hand one mail over; raises DeliveryRefusedError or DeliveryUnknownError.

        Only a parsed answer of 4xx proves that nothing went out.
        """
        message = EmailMessage(_FORM)
        message["From"] = Address("License Manager", addr_spec=self._sender)
        message["To"] = ", ".join(recipients)
        message["Subject"] = letter.subject
        for name, value in (_HEADERS | dict(headers or {})).items():
            message[name] = value
        message.set_content(letter.text)
        message.add_alternative(letter.html, subtype="html")
        try:
            self._ses.send_email(
                FromEmailAddress=self._sender,
                Destination={"ToAddresses": list(recipients)},
                Content={"Raw": {"Data": message.as_bytes()}},
                ConfigurationSetName=self._configuration_set,
                EmailTags=[{"Name": name, "Value": value} for name, value in tags.items()],
            )
        except ClientError as error:
            status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
            if 400 <= status < 500:
                raise DeliveryRefusedError(error.response["Error"]["Code"]) from error
            raise DeliveryUnknownError("the mail service failed") from error
        except Exception as error:
            raise DeliveryUnknownError(type(error).__name__) from error
