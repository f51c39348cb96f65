"""Which certificate authorities a client of HTTP trusts, for httpx2's `verify`.

A client that is not told reads all of the machine's when it is made, for 50 ms of a processor.
"""

from __future__ import annotations

import ssl
from functools import cache

NOBODY = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
"""For an address without TLS."""


@cache
def machine_authorities() -> ssl.SSLContext:
    """The authorities of the machine, or of `SSL_CERT_FILE`, read once."""
    import httpx2

    return httpx2.create_ssl_context()


def authorities(base: str) -> ssl.SSLContext:
    """The machine's for an address with TLS, else nobody."""
    return machine_authorities() if base.lower().startswith("https:") else NOBODY
