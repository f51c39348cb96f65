"""The session cookie of browsers, and the protection of what it authorises against pages of other sites.

`SameSite=Strict` keeps the cookie from requests of other sites. Another port or a sub-domain of the same site counts as
the same site, so a request that changes something, and every socket, must also come from a page of this gateway: by its
`Origin`, and by the token of the session in `X-CSRF-Token`, which only such a page can have read.
"""

from __future__ import annotations

import hashlib
import hmac
from urllib.parse import urlsplit

from starlette.requests import HTTPConnection
from starlette.responses import Response

from shared.config import is_loopback
from shared.contracts.errors import Forbidden
from shared.secret_keys import SecretKeys

CSRF_HEADER = "X-CSRF-Token"
# `__Host-`: a browser takes it over TLS only, without a domain, so no sub-domain can set it (RFC 6265bis).
_SECURE_NAME, _PLAIN_NAME = "__Host-sokhan", "sokhan"
_MAX_AGE_S = 30 * 24 * 3600
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_PORTS = {"http": 80, "https": 443, "ws": 80, "wss": 443}


class SessionCookies:
    """`public_url`: the address of the gateway as browsers see it, if a proxy hides it."""

    def __init__(self, keys: SecretKeys, public_url: str = "") -> None:
        self._key = keys.derive("csrf tokens")[0]
        self._public = _origin(public_url) if public_url else None

    def read(self, connection: HTTPConnection) -> str | None:
        """With TLS only the name that no sub-domain can set."""
        return connection.cookies.get(_PLAIN_NAME if self._plain_allowed(connection) else _SECURE_NAME)

    def store(self, response: Response, connection: HTTPConnection, credential: str) -> None:
        secure = not self._plain_allowed(connection)
        response.set_cookie(
            _SECURE_NAME if secure else _PLAIN_NAME,
            credential,
            max_age=_MAX_AGE_S,
            path="/",
            secure=secure,
            httponly=True,
            samesite="strict",
        )

    def clear(self, response: Response) -> None:
        response.delete_cookie(_SECURE_NAME, path="/", secure=True, httponly=True, samesite="strict")
        response.delete_cookie(_PLAIN_NAME, path="/", httponly=True, samesite="strict")

    def csrf_token(self, session: str) -> str:
        return hmac.new(self._key, session.encode(), hashlib.sha256).hexdigest()

    def check(self, connection: HTTPConnection, session: str) -> None:
        """Raises `Forbidden` for a request that is not from a page of this gateway.

        A link from elsewhere may be followed; an `<audio>` of another port of this machine may not be filled.
        """
        socket = connection.scope["type"] == "websocket"
        safe = not socket and connection.scope["method"] in _SAFE
        origin = connection.headers.get("origin")
        site = connection.headers.get("sec-fetch-site", "same-origin")
        foreign = origin is not None and _origin(origin) not in self._own_origins(connection)
        navigates = safe and connection.headers.get("sec-fetch-mode") == "navigate"
        if foreign or (site not in {"same-origin", "none"} and not navigates) or (socket and origin is None):
            raise Forbidden(
                "This request does not come from a page of this gateway.",
                hint="A program uses a token or an API key instead of the cookie.",
            )
        if safe or socket:
            return
        given = connection.headers.get(CSRF_HEADER, "")
        if not hmac.compare_digest(given.encode("utf-8", "surrogatepass"), self.csrf_token(session).encode()):
            raise Forbidden(
                f"A change with a session cookie needs the header {CSRF_HEADER}.",
                hint="GET /api/auth/me returns it as csrfToken.",
            )

    def _own_origins(self, connection: HTTPConnection) -> set[tuple[str, str, int] | None]:
        scheme = connection.scope["scheme"].replace("ws", "http", 1)
        own: set[tuple[str, str, int] | None] = {_origin(f"{scheme}://{connection.headers.get('host', '')}")}
        return own | {self._public} if self._public else own

    def _plain_allowed(self, connection: HTTPConnection) -> bool:
        """Whether a cookie may go without TLS: on this machine only."""
        if connection.scope["scheme"] in {"https", "wss"} or (self._public and self._public[0] == "https"):
            return False
        host = _origin(f"http://{connection.headers.get('host', '')}")
        return host is not None and is_loopback(host[1])


def _origin(url: str) -> tuple[str, str, int] | None:
    """Scheme, host and port; None if the URL has none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.scheme, parts.hostname, port) if parts.hostname and port else None
