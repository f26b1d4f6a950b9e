"""AWS clients, made once per container.

botocore itself instead of boto3: ``import boto3`` brings in s3transfer and its resources,
a third of the cold start, and none of it is used.
"""

from functools import lru_cache
from typing import Any

import botocore.session
from botocore.config import Config

_AGENT = "clinic-license-manager"
_CONNECT_SECONDS, _READ_SECONDS = 1, 3


@lru_cache(maxsize=1)
def _session() -> botocore.session.Session:
    return botocore.session.get_session()


def client(service: str, *, attempts: int = 3, read_timeout: float = _READ_SECONDS) -> Any:
    """Return a client that tries a call so many times in all."""
    return _session().create_client(
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
