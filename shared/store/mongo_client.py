"""PyMongo's client with bounded timeouts; its errors never contain the URL, which may hold a password."""

from __future__ import annotations

import re
import warnings
from datetime import UTC

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

Raw = dict[str, object]

ANSWER_MS = 3_000
"""The timeout to find a server and to connect: locally milliseconds, during an election one or two seconds."""

WRITE_MS = 5_000
"""The timeout of a majority write. A later one may still take effect; the caller gets `StoreUnavailable`."""


def connect(url: str, hosts: str) -> AsyncMongoClient[Raw]:
    """A client that is not yet connected. Raises `ValueError` for a bad URL; the message contains only `hosts`."""
    try:
        with warnings.catch_warnings():
            # PyMongo only warns of an unknown option or value: `tls=ture` would connect without TLS.
            warnings.simplefilter("error", UserWarning)
            return AsyncMongoClient(
                url,
                tz_aware=True,
                tzinfo=UTC,
                serverSelectionTimeoutMS=ANSWER_MS,
                connectTimeoutMS=ANSWER_MS,
                waitQueueTimeoutMS=ANSWER_MS,
                socketTimeoutMS=WRITE_MS + 1_000,
                appname="sokhan",
            )
    except (PyMongoError, ValueError, TypeError, UserWarning):
        # PyMongo's message quotes parts of the URL, possibly the password.
        raise ValueError(f"The store URL for MongoDB at {hosts} is not valid.") from None


def hosts_of(url: str) -> str:
    """The hosts in a URL, without user and password. Not `urlsplit`: a slash in the password misleads it."""
    return re.split("[/?]", url.partition("://")[2].rpartition("@")[2])[0]
