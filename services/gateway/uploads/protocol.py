"""The headers of tus 1.0 (https://tus.io/protocols/resumable-upload), on every answer below `/api/uploads`."""

from __future__ import annotations

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.uploads.errors import WrongContentType, WrongTusVersion
from shared.contracts.errors import Validation

PREFIX = "/api/uploads"
VERSION = "1.0.0"
EXTENSIONS = "creation,termination,expiration"
CONTENT_TYPE = "application/offset+octet-stream"
EXPOSED_HEADERS = (
    "Tus-Resumable",
    "Tus-Version",
    "Tus-Extension",
    "Tus-Max-Size",
    "Upload-Offset",
    "Upload-Length",
    "Upload-Expires",
    "Upload-Metadata",
)
# Proxies that pass GET and POST only. The specification allows any method; a GET must never change anything.
_OVERRIDDEN = frozenset({"PATCH", "DELETE"})
_MAX_DIGITS = 18


class TusHeaders:
    """Answers state the version, errors of the edge too. `X-HTTP-Method-Override` replaces POST, before authentication
    and authorisation see the method.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not _is_upload(scope["path"]):
            await self._app(scope, receive, send)
            return
        override = Headers(scope=scope).get("x-http-method-override", "").upper()
        if scope["method"] == "POST" and override in _OVERRIDDEN:
            scope["method"] = override

        async def stated(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["Tus-Resumable"] = VERSION
                headers["Cache-Control"] = "no-store"
                if message["status"] == WrongTusVersion.status:
                    headers["Tus-Version"] = VERSION
            await send(message)

        await self._app(scope, receive, stated)


def _is_upload(path: str) -> bool:
    return path == PREFIX or path.startswith(f"{PREFIX}/")


def check_version(headers: Headers) -> None:
    """Raises `WrongTusVersion` for a request that is not of tus 1.0.0."""
    given = headers.get("tus-resumable")
    if given != VERSION:
        found = "is missing" if given is None else f"is {given[:20]}"
        raise WrongTusVersion(
            f"The header Tus-Resumable {found}; this server speaks {VERSION}.", hint=f"Send Tus-Resumable: {VERSION}."
        )


def check_content_type(headers: Headers) -> None:
    """Raises `WrongContentType` for a body that is not a part of an upload."""
    if headers.get("content-type", "").strip().lower() != CONTENT_TYPE:
        raise WrongContentType(f"A part of an upload has the Content-Type {CONTENT_TYPE}.")


def whole_number(headers: Headers, name: str) -> int:
    """A header that counts bytes. Raises `Validation`."""
    value = headers.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) <= _MAX_DIGITS):
        raise Validation(f"The header {name} must be a whole number of bytes.")
    return int(value)
