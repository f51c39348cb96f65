"""Checks the way to the Hub and its mirrors step by step: name, connection, TLS, HTTP.

A filter breaks one of them: it answers the name with an address of its own, drops or resets the connection, resets the
TLS handshake when it has read the name in it, or answers with a page of its own.
"""

from __future__ import annotations

import asyncio
import json
import os
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from shared.config import Settings
from shared.doctor.clock import skew_of
from shared.doctor.report import Finding, Level, ok, warning

CHECK = "hub"
_STEP_S = 5.0
_READ_BYTES = 1 << 20
_MIRROR = "Set HTTPS_PROXY to a proxy, or HF_ENDPOINT to a mirror that your network reaches."


@dataclass(frozen=True, slots=True)
class HubAnswer:
    """`skew`: see `clock.skew_of`."""

    finding: Finding
    skew: float | None = None


class _StepFailed(Exception):
    def __init__(self, message: str, advice: str = _MIRROR) -> None:
        super().__init__(message)
        self.message = message
        self.advice = advice


async def check_hub(settings: Settings, now: Callable[[], datetime]) -> list[HubAnswer]:
    """One finding for each endpoint, at the same time. The Hub is optional: none is a problem."""
    return list(await asyncio.gather(*(_endpoint(settings, url, now) for url in settings.hub_endpoints)))


async def _endpoint(settings: Settings, url: str, now: Callable[[], datetime]) -> HubAnswer:
    proxy = settings.proxies.https if url.startswith("https://") else settings.proxies.http
    try:
        if proxy is None:
            await _direct(settings, url)
        skew = await _http(settings, url, now)
    except _StepFailed as failed:
        return HubAnswer(warning(CHECK, f"{url}: {failed.message}", failed.advice))
    way = "" if proxy is None else f" through the proxy {settings.proxies.describe()}"
    return HubAnswer(ok(CHECK, f"{url} answers{way}"), skew)


async def _direct(settings: Settings, url: str) -> None:
    """Name, connection and TLS, each with a limit of its own. Raises `_StepFailed`."""
    from shared.hub.network import AddressPolicy, resolve

    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    try:
        async with asyncio.timeout(_STEP_S):
            addresses = await resolve(host, port)
    except (OSError, UnicodeError) as error:
        raise _StepFailed(f"the name cannot be resolved ({getattr(error, 'strerror', None) or error}).") from error
    except TimeoutError as error:
        raise _StepFailed(f"the name was not resolved within {_STEP_S:.0f} s.") from error
    policy = AddressPolicy.for_endpoints(settings.hub_endpoints)
    if refused := next((address for address in addresses if not policy.allows(host, address)), None):
        raise _StepFailed(f"the name resolves to {refused}, an address of a private network: a filter does this.")
    await _connect(addresses[0], host, port, parts.scheme == "https")


async def _connect(address: str, host: str, port: int, tls: bool) -> None:
    try:
        async with asyncio.timeout(_STEP_S):
            _, writer = await asyncio.open_connection(address, port)
    except TimeoutError as error:
        raise _StepFailed(f"no connection to {address}:{port} within {_STEP_S:.0f} s: dropped on the way.") from error
    except OSError as error:
        raise _StepFailed(f"no connection to {address}:{port} ({_reason(error)}).") from error
    try:
        if tls:
            await _handshake(writer, host)
    finally:
        writer.close()


async def _handshake(writer: asyncio.StreamWriter, host: str) -> None:
    try:
        async with asyncio.timeout(_STEP_S):
            await writer.start_tls(ssl.create_default_context(), server_hostname=host)
    except ssl.SSLCertVerificationError as error:
        advice = "Something on the way answers in its place, or the clock is wrong; a proxy of yours needs its CA here."
        raise _StepFailed(f"its certificate is not accepted ({error.verify_message.rstrip('.')}).", advice) from error
    except TimeoutError as error:
        raise _StepFailed(f"connected, and no TLS within {_STEP_S:.0f} s: a filter does this.") from error
    except OSError as error:
        raise _StepFailed(
            f"connected, and the TLS handshake was broken off ({_reason(error)}): a filter does this."
        ) from error


async def _http(settings: Settings, url: str, now: Callable[[], datetime]) -> float | None:
    """The skew of the answer's `Date`. Raises `_StepFailed`."""
    import httpx2

    from shared.contracts.errors import SokhanError
    from shared.hub.network import hub_client

    query = f"{url}/api/models?limit=1"
    client = hub_client(
        settings.hub_endpoints, connections=1, connect_s=_STEP_S, stall_s=_STEP_S, proxies=settings.proxies
    )
    try:
        async with client, asyncio.timeout(3 * _STEP_S), client.stream("GET", query) as answer:
            at, content = now(), b""
            async for chunk in answer.aiter_bytes():
                content += chunk
                if len(content) > _READ_BYTES:
                    break
    except TimeoutError as error:
        raise _StepFailed(f"connected, and no answer within {3 * _STEP_S:.0f} s.") from error
    except SokhanError as error:
        raise _StepFailed(error.message) from error
    except httpx2.HTTPError as error:
        raise _StepFailed(f"no answer over HTTP ({str(error) or type(error).__name__}).") from error
    if answer.status_code in {403, 451}:
        raise _StepFailed(f"refuses with status {answer.status_code}: it may not serve this region.")
    if answer.status_code != 200 or not _is_list(content):
        raise _StepFailed(
            f"answers with status {answer.status_code}, and not like a Hub: a captive portal or a filter."
        )
    return skew_of(answer.headers.get("Date"), at)


def _is_list(content: bytes) -> bool:
    try:
        return isinstance(json.loads(content), list)
    except ValueError:
        return False


def _reason(error: OSError) -> str:
    """The system's words: asyncio's repeat the address."""
    return os.strerror(error.errno) if error.errno else str(error) or type(error).__name__


def summed_up(answers: list[HubAnswer]) -> list[Finding]:
    """The findings, with a line in the end if no endpoint answers."""
    findings = [answer.finding for answer in answers]
    if findings and all(finding.level is not Level.OK for finding in findings):
        findings.append(warning(CHECK, "Nothing can be downloaded; what is installed works.", "docs/downloads.md"))
    return findings
