"""AWS clients, made once per container."""

from functools import lru_cache
from typing import Any

import botocore.session
from botocore.config import Config
from botocore.exceptions import ClientError

from licensing.adapters.plain_json import PlainAnswers, PlainRequests

_AGENT = "clinic-license-manager"
_PARSERS = "response_parser_factory"
_CONNECT_SECONDS, _READ_SECONDS = 1, 3
_THROTTLES = {
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "SlowDown",
    "ThrottlingException",
    "TooManyRequestsException",
}
# An account that others changed between two calls: the same request finds it as it is then.
_OVERTAKEN = {"AliasExistsException", "UserNotFoundException", "UsernameExistsException"}
_FAILED = 500


@lru_cache(maxsize=1)
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


def client(
    service: str, *, attempts: int = 3, read_timeout: float = _READ_SECONDS, plain: bool = False
) -> Any:
    """Return a client that tries a call so many times in all.

    ``plain`` if what it sends and gets is JSON that need not be translated.
    """
    session = _session()
    if plain:
        usual = session.get_component(_PARSERS)
        session.register_component(_PARSERS, PlainAnswers())
        try:
            made = client(service, attempts=attempts, read_timeout=read_timeout)
        finally:
            session.register_component(_PARSERS, usual)
        made._serializer = PlainRequests()  # noqa: SLF001  botocore has no component for this one
        return made
    return session.create_client(
        service,
        config=Config(
            retries={"mode": "standard", "total_max_attempts": attempts},
            connect_timeout=_CONNECT_SECONDS,
            read_timeout=read_timeout,
            # Set once: botocore otherwise builds its user agent anew for every call.
            user_agent=_AGENT,
            # The store and the other adapters build every parameter themselves.
            parameter_validation=False,
        ),
    )


def is_throttled(error: ClientError) -> bool:
    """Return whether the service took no more calls at that moment."""
    return error.response["Error"]["Code"] in _THROTTLES


def may_pass(error: ClientError) -> bool:
    """Return whether the same request may do in a moment, as no wrong or forbidden one does."""
    status: int = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    overtaken = error.response["Error"]["Code"] in _OVERTAKEN
    return status >= _FAILED or overtaken or is_throttled(error)
