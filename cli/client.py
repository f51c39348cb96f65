"""The REST client of the gateway. It retries while a part of the platform restarts; a retry is idempotent."""

from __future__ import annotations

import asyncio
import ssl
import time
import uuid
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Self

import httpx2
from pydantic import JsonValue

from cli.errors import CliError, Exit, unexpected
from cli.hints import hint_of
from cli.options import TALK
from cli.running import running_url
from cli.session import SessionAuth
from cli.settings import CliSettings
from shared.trust import authorities
from shared.unicode import mend_json

Json = dict[str, JsonValue]
_PAUSE_S = 0.4
_TIMEOUT = httpx2.Timeout(30.0, connect=5.0)
# The gateway answers a part of an upload once it is on disk.
_BODY_TIMEOUT = httpx2.Timeout(60.0, read=300.0, connect=5.0)
_AGAIN = frozenset({502, 503, 504})
# For these codes the gateway has retried already, so its answer is final.
_FINAL = frozenset({"HUB_UNREACHABLE", "HASH_MISMATCH", "REDIRECT_REFUSED"})


class Client:
    """`anonymous`: requests have no credential, such as those that get one."""

    def __init__(self, settings: CliSettings, *, anonymous: bool = False) -> None:
        self.settings = settings
        self._http = httpx2.AsyncClient(
            base_url=settings.base,
            auth=None if anonymous else SessionAuth(settings),
            timeout=_TIMEOUT,
            trust_env=False,
            verify=authorities(settings.base),
            follow_redirects=False,
        )
        self._answered = False
        self._announced = False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def get(self, path: str, **query: str | int) -> Json:
        return await self._json("GET", path, params=query)

    async def post(self, path: str, body: Mapping[str, JsonValue]) -> Json:
        """POST with a new idempotency key, so that a retry after a lost answer does not start a second job."""
        return await self._json("POST", path, json=_json_of(body), headers={"Idempotency-Key": uuid.uuid4().hex})

    async def put(self, path: str, body: Mapping[str, JsonValue]) -> Json:
        return await self._json("PUT", path, json=_json_of(body))

    async def patch(self, path: str, body: Mapping[str, JsonValue]) -> Json:
        return await self._json("PATCH", path, json=_json_of(body))

    async def delete(self, path: str, **query: str | int) -> Json:
        return await self._json("DELETE", path, params=query)

    async def send(self, method: str, path: str, headers: Mapping[str, str]) -> httpx2.Response:
        """The answer to a request without a body, for protocols of headers. Retries like the others."""

        async def once() -> httpx2.Response:
            return await self._http.request(method, path, headers=headers)

        return await self._with_retries(once)

    async def send_once(
        self, method: str, path: str, headers: Mapping[str, str], content: AsyncIterator[bytes]
    ) -> httpx2.Response:
        """The answer to a streamed body, without a retry. Raises `httpx2.TransportError`."""
        return await self._http.request(method, path, headers=headers, content=content, timeout=_BODY_TIMEOUT)

    async def stream(self, path: str, body: Mapping[str, JsonValue]) -> AsyncGenerator[bytes]:
        async def send() -> httpx2.Response:
            request = self._http.build_request("POST", path, json=_json_of(body), timeout=120)
            return await self._http.send(request, stream=True)

        response = await self._with_retries(send)
        try:
            if response.status_code >= 400:
                await response.aread()
                answer_of(response)
            async for chunk in response.aiter_bytes():
                yield chunk
        except httpx2.HTTPError as error:
            raise CliError(f"The audio stream was interrupted ({type(error).__name__}).", hint="Try again.") from error
        finally:
            await response.aclose()

    async def save(self, path: str, target: Path, **query: str | int) -> int:
        """Save the answer's body to a file, atomically. Returns its length in bytes."""

        async def send() -> httpx2.Response:
            request = self._http.build_request("GET", path, params=query or None, timeout=120)
            return await self._http.send(request, stream=True)

        response = await self._with_retries(send)
        partial = target.with_name(f".{target.name}.part")
        try:
            if response.status_code >= 400:
                await response.aread()
                answer_of(response)
            with partial.open("wb") as file:
                async for chunk in response.aiter_bytes():
                    file.write(chunk)
                written = file.tell()
            partial.replace(target)
        except httpx2.HTTPError as error:
            raise CliError(f"The transfer was interrupted ({type(error).__name__}).", hint="Try again.") from error
        except OSError as error:
            raise CliError(f"{target} cannot be written: {error.strerror}.") from error
        finally:
            partial.unlink(missing_ok=True)
            await response.aclose()
        return written

    async def _json(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, str | int] | None = None,
        json: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Json:
        async def send() -> httpx2.Response:
            return await self._http.request(method, path, params=params or None, json=json, headers=headers)

        return answer_of(await self._with_retries(send))

    async def _with_retries(self, send: Callable[[], Awaitable[httpx2.Response]]) -> httpx2.Response:
        deadline = time.monotonic() + self.settings.patience
        while True:
            try:
                response = await send()
            except (httpx2.TransportError, httpx2.HTTPStatusError) as error:  # the status of a refresh
                if reason := untrusted(error):
                    raise CliError(
                        f"The certificate of {self.settings.base} is not accepted: {reason}.",
                        hint="Use a name that is in the certificate. Install your own CA in the system's trust store, "
                        "or name its file in SSL_CERT_FILE.",
                        exit_=Exit.UNREACHABLE,
                    ) from error
                if time.monotonic() > deadline or not self._may_return(error):
                    raise CliError(
                        f"No gateway answers at {self.settings.base} ({type(error).__name__}).",
                        hint="Start one with `sokhan up`, or set SOKHAN_URL.",
                        exit_=Exit.UNREACHABLE,
                    ) from error
                self._announce()
            else:
                self._answered = True
                if response.status_code not in _AGAIN or time.monotonic() > deadline or await _is_final(response):
                    return response
                await response.aclose()
            await asyncio.sleep(_PAUSE_S)

    def _may_return(self, error: httpx2.HTTPError) -> bool:
        """Whether to retry: a refused connection means no gateway, unless one has answered before or is starting."""
        if not isinstance(error, httpx2.ConnectError) or self._answered:
            return True
        return running_url(self.settings.data) == self.settings.base

    def _announce(self) -> None:
        if not self._announced:
            self._announced = True
            TALK.print(f"waiting for the gateway at {self.settings.base} …", highlight=False)


def untrusted(error: BaseException) -> str | None:
    """Why the server's certificate was not accepted; None if the error has another cause."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return cause.verify_message.rstrip(".")
        cause = cause.__cause__ or cause.__context__
    return None


def _json_of(body: Mapping[str, JsonValue]) -> Json:
    """A request body without lone surrogates, by which Python represents invalid bytes of arguments and file names."""
    return {name: mend_json(value) for name, value in body.items()}


async def _is_final(response: httpx2.Response) -> bool:
    await response.aread()
    try:
        return response.json()["error"]["code"] in _FINAL
    except (ValueError, LookupError, TypeError):
        return False


def answer_of(response: httpx2.Response) -> Json:
    """The object in an answer. Raises `CliError` for a refusal, and for an answer that is not a gateway's."""
    try:
        content = response.json()
    except ValueError as broken:
        raise CliError(
            f"{response.request.url} is not a Sokhan gateway (status {response.status_code}).", exit_=Exit.UNREACHABLE
        ) from broken
    if response.status_code >= 400:
        error = content.get("error", {}) if isinstance(content, dict) else {}
        # Under /v1 the hint is the end of the message too.
        message = str(error.get("message", response.status_code)).removesuffix(f" {error.get('hint')}")
        raise CliError(message, code=str(error.get("code", "")), hint=hint_of(error))
    if not isinstance(content, dict):
        raise unexpected(f"{response.request.url} answers with JSON that is not an object.")
    return content
