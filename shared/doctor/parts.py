"""Checks the gateway's port, and, if our gateway listens there, the parts of the platform and their versions."""

from __future__ import annotations

import asyncio
import errno
import ipaddress
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from pydantic import BaseModel, ValidationError

from shared.config import Settings
from shared.doctor.clock import skew_of
from shared.doctor.platform import RunningPlatform
from shared.doctor.report import Finding, Level, ok, problem, warning
from shared.listening import bind_error
from shared.trust import NOBODY
from shared.version import sokhan_version

PORT, PARTS, VERSIONS = "port", "parts", "versions"
_ANSWER_S = 5.0
_LEVELS = {"degraded": Level.WARNING, "unknown": Level.WARNING}
_ADVICE = "docs/operations.md, “Mend”"


@dataclass(frozen=True, slots=True)
class PartsAnswer:
    findings: list[Finding]
    skew: float | None = None


class _Instance(BaseModel):
    version: str


class _Part(BaseModel):
    state: str
    problem: str | None = None
    instances: tuple[_Instance, ...] | None = None


class _Report(BaseModel):
    status: str
    version: str | None = None
    parts: dict[str, _Part] = {}


class _Health(BaseModel):
    data: _Report


async def check_parts(settings: Settings, running: RunningPlatform | None, now: Callable[[], datetime]) -> PartsAnswer:
    """The port is free, ours, or taken by another program.

    A running platform is asked where it listens, even if these settings name another port.
    """
    if running is not None and running.port not in {None, settings.port}:
        return await _elsewhere(settings, running, now)
    address = f"{settings.host}:{settings.port}"
    fault = await asyncio.to_thread(bind_error, settings.host, settings.port)
    if fault is None:
        if running is not None:
            return PartsAnswer(
                [problem(PORT, f"`sokhan up` runs, and nothing listens at {address}.", "See logs/gateway.log.")]
            )
        return PartsAnswer([ok(PORT, f"{address} is free; the platform does not run")])
    if fault.errno != errno.EADDRINUSE:
        number = fault.errno or errno.EIO
        message = f"{address} cannot be used: {errno.errorcode.get(number, number)}."
        return PartsAnswer([problem(PORT, message, "Set SOKHAN_HOST to an address of this machine, or SOKHAN_PORT.")])
    return await _ask(settings, address, now)


async def _elsewhere(settings: Settings, running: RunningPlatform, now: Callable[[], datetime]) -> PartsAnswer:
    message = f"`sokhan up` runs at {running.url}, and these settings name port {settings.port}."
    advice = "Give this command the same settings: write them into .env in the data folder."
    answer = await check_parts(settings.model_copy(update={"port": running.port}), running, now)
    return PartsAnswer([warning(PORT, message, advice), *answer.findings], answer.skew)


async def _ask(settings: Settings, address: str, now: Callable[[], datetime]) -> PartsAnswer:
    import httpx2

    host = _reached(settings.host)
    base = f"http://[{host}]:{settings.port}" if ":" in host else f"http://{host}:{settings.port}"
    token = settings.token.get_secret_value() if settings.token is not None else None
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    try:
        async with httpx2.AsyncClient(
            base_url=base, headers=headers, timeout=_ANSWER_S, trust_env=False, verify=NOBODY
        ) as client:
            answer = await client.get("/health")
            at = now()
            report = _Health.model_validate_json(answer.content).data
    except (httpx2.HTTPError, ValidationError):
        advice = "Stop the other program, or set SOKHAN_PORT to another port."
        return PartsAnswer([problem(PORT, f"{address} is taken by a program that is not a gateway of Sokhan.", advice)])
    findings = [ok(PORT, f"our gateway listens at {address}"), *_states(report), *_versions(report)]
    return PartsAnswer(findings, skew_of(answer.headers.get("Date"), at))


def _reached(host: str) -> str:
    """The address at which a gateway that listens on `host` is reached from this machine."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if not address.is_unspecified:
        return host
    return "127.0.0.1" if address.version == 4 else "::1"


def _states(report: _Report) -> list[Finding]:
    if not report.parts:
        if report.status == "ok":
            return [ok(PARTS, "the platform works; its parts are shown with SOKHAN_TOKEN only")]
        return [problem(PARTS, f"The gateway says {report.status}.", "Look into its log, and see docs/operations.md.")]
    bad = [
        Finding(
            PARTS, _LEVELS.get(part.state, Level.PROBLEM), f"{name} is {part.state}: {part.problem or '?'}", _ADVICE
        )
        for name, part in report.parts.items()
        if part.state != "ok"
    ]
    return bad or [ok(PARTS, f"{', '.join(report.parts)} are ready")]


def _unwell(name: str, part: _Part) -> Finding:
    message = f"{name} is {part.state}" + (f": {part.problem}" if part.problem else ".")
    return Finding(PARTS, _LEVELS.get(part.state, Level.PROBLEM), message, _ADVICE)


def _versions(report: _Report) -> list[Finding]:
    own = sokhan_version()
    found = {name: {process.version for process in part.instances or ()} for name, part in report.parts.items()}
    if report.version is not None:
        found["gateway"] = {report.version}
    other = {name: versions - {own} for name, versions in found.items() if versions - {own}}
    if other:
        shown = ", ".join(f"{name} {' and '.join(sorted(versions))}" for name, versions in other.items())
        advice = "Install one version everywhere, and start all parts again."
        return [warning(VERSIONS, f"This program is of version {own}; others: {shown}.", advice)]
    known = [name for name, versions in found.items() if versions]
    return [ok(VERSIONS, f"{', '.join(known)} and this program are of version {own}")] if known else []
