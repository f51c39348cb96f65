"""The proxies for connections to the Hub, from the usual variables, in common notations.

Desktop environments write `socks://` for SOCKS 5, passwords contain reserved characters of URLs, and the scheme is
often missing. An unusable value is refused at start with a message that does not contain the password.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from shared.secret_url import without_userinfo

_SCHEMES = {"http": "http", "https": "https", "socks5": "socks5", "socks5h": "socks5h", "socks": "socks5"}
_EXAMPLE = "such as http://127.0.0.1:8080 or socks5://127.0.0.1:1080"
_HOST = re.compile(r"[A-Za-z0-9_.-]+|\[[0-9A-Fa-f:.]+\]")
_MAX_PORT = 65535


@dataclass(frozen=True, slots=True)
class Proxies:
    """A proxy URL for each scheme of a request, or None; `bypass`: hosts without a proxy."""

    http: str | None = None
    https: str | None = None
    bypass: tuple[str, ...] = ()

    def describe(self) -> str:
        """The proxies in one line, without passwords; empty if there is none."""
        used = list(dict.fromkeys(url for url in (self.https, self.http) if url))
        return " and ".join(without_userinfo(url) for url in used)


def proxy_url(value: str) -> str:
    """The URL of a proxy in its normal form, user and password percent-encoded. Raises `ValueError`."""
    scheme, found, rest = value.partition("://")
    if not found:
        scheme, rest = "http", value
    scheme = scheme.lower()
    if scheme.startswith("socks4"):
        raise ValueError(f"SOCKS 4 is not supported; use an HTTP or SOCKS 5 proxy, {_EXAMPLE}")
    if scheme not in _SCHEMES:
        raise ValueError(f"must be the URL of an HTTP or SOCKS 5 proxy, {_EXAMPLE}")
    login, _, address = rest.rpartition("@")
    host, port = _address(address.rstrip("/"))
    user, colon, password = login.partition(":")
    shown = f"{_encoded(user)}{colon}{_encoded(password)}@" if login else ""
    return f"{_SCHEMES[scheme]}://{shown}{host}{port}"


def _address(text: str) -> tuple[str, str]:
    match = re.fullmatch(rf"({_HOST.pattern})(?::(.*))?", text)
    if match is None:
        raise ValueError(f"has no host name, {_EXAMPLE}")
    host, port = match[1], match[2]
    if port is None:
        return host, ""
    if not (port.isascii() and port.isdigit() and 0 < int(port) <= _MAX_PORT):
        raise ValueError(f"has “{port[:20]}” for a port; a port is a number from 1 to {_MAX_PORT}, {_EXAMPLE}")
    return host, f":{port}"


def _encoded(text: str) -> str:
    return quote(unquote(text), safe="")
