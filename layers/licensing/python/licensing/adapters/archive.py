"""The S3 bucket in which SES leaves the mails that arrive."""

from licensing.adapters.aws import client

_PATIENCE_SECONDS = 10


class Archive:
    """Mails as they arrived, by SES's own message id."""

    def __init__(self, bucket: str, prefix: str) -> None:
        self._bucket = bucket
        self._prefix = prefix
        self._s3 = client("s3", read_timeout=_PATIENCE_SECONDS)

    def key_of(self, message_id: str) -> str:
        """Return where SES leaves the mail of this message id."""
        return self._prefix + message_id

    def read(self, key: str, *, at_most: int) -> tuple[bytes, bool]:
        """Return the mail's first bytes, and whether that is all of it."""
        answer = self._s3.get_object(Bucket=self._bucket, Key=key)
        body = answer["Body"]
        raw: bytes = body.read(at_most)
        return raw, not body.read(1)
