"""The driver's client, with every wait bounded and no part of the URL let out."""

from __future__ import annotations

import re
import warnings
from datetime import UTC

from pymongo import AsyncMongoClient
from pymongo.errors import PyMongoError

Raw = dict[str, object]

ANSWER_MS = 3_000
"""To find a server and to connect: a local one does both in milliseconds, an election takes a second or two."""

WRITE_MS = 5_000
"""For a majority to confirm. Beyond it the write may still hold; the caller is told that the store does not answer."""


def connect(url: str, hosts: str) -> AsyncMongoClient[Raw]:
    """Does not wait for a server. Raises `ValueError` for a bad URL; only `hosts` of it is shown."""
    try:
        with warnings.catch_warnings():
            # PyMongo only warns of an option it does not understand: `tls=ture` would connect without TLS.
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
        # PyMongo quotes parts of the URL, and a password may be among them.
        raise ValueError(f"The store URL for MongoDB at {hosts} has a mistake in it.") from None


def hosts_of(url: str) -> str:
    """What may be shown of a URL. Not `urlsplit`: it takes a password with a slash in it for the host."""
    return re.split("[/?]", url.partition("://")[2].rpartition("@")[2])[0]
