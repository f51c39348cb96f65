"""`sokhan up`: runs NATS from the venv, the embedded store and the five services on one machine."""

from __future__ import annotations

import asyncio
import fcntl
import json
import os
import secrets
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx2
from pydantic import SecretStr
from rich.console import Console

from cli.errors import CliError
from cli.machine import check_store
from cli.nats import EmbeddedNats, make_passwords
from cli.ports import check_port, free_port, operations_ports
from cli.running import STATE
from cli.supervise import SupervisedProcess, Supervisor
from shared.config import AuthMode, Settings, load_settings
from shared.contracts.permissions import ADMIN
from shared.env_file import VARIABLE, env_file
from shared.files import write_atomic
from shared.private_files import make_private, use_umask
from shared.trust import NOBODY

SERVICES = ("gateway", "downloader", "scanner", "trainer", "synth")
_NATS_PORT = 4222
ADMIN_LINK = Path("run", "admin-link")
_GRACE_EXTRA_S = 5.0


def up(console: Console) -> None:
    settings = load_settings()
    data = settings.data.absolute()
    use_umask(settings.umask)
    make_private(data, settings.umask)
    with _only_one(data):
        check_port(settings.host, settings.port, "SOKHAN_PORT")
        operations = operations_ports(SERVICES, settings.ops_host, settings.ops_port)
        check_store()
        asyncio.run(_up(settings, data, console, operations))


async def _up(settings: Settings, data: Path, console: Console, operations: Mapping[str, int]) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(signal_, stop.set)
    settings = _with_probe(settings)
    nats = None
    if "nats_url" not in settings.model_fields_set:
        nats = EmbeddedNats(data, free_port("127.0.0.1", _NATS_PORT), make_passwords(data))
    parts = _parts(settings, data, nats, operations)
    state = data / STATE
    base = f"http://{settings.host}:{settings.port}"

    def report_line(line: str) -> None:
        console.print(line, highlight=False, soft_wrap=True)

    def write_state() -> None:
        content: dict[str, object] = {"pid": os.getpid(), "url": base}
        content["parts"] = {part.name: part.pid for part in parts if not part.once}
        if nats is not None:
            content["nats"] = {"url": nats.url, "programs": nats.programs}
        state.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(state, json.dumps(content).encode())  # atomic, so that a reader never sees a part of it

    report_line(f"Sokhan is starting; data in {data}, logs in {data / 'logs'}")
    if proxy := settings.proxies.describe():
        report_line(f"Connections to the Hub use the proxy {proxy}")
    if settings.ops_port:
        shown = ", ".join(f"{name} {port}" for name, port in operations.items())
        report_line(f"Metrics for Prometheus on {settings.ops_host}: {shown}")
    ready = asyncio.create_task(_announce(base, _headers(settings), parts, report_line, data))
    try:
        await Supervisor(parts, report_line, write_state).run(stop, settings.shutdown_seconds + _GRACE_EXTRA_S)
    finally:
        ready.cancel()
        await asyncio.gather(ready, return_exceptions=True)
        state.unlink(missing_ok=True)
    report_line("Sokhan has stopped.")


def _with_probe(settings: Settings) -> Settings:
    """With accounts, a token of this start's own to see the parts by."""
    if settings.auth is not AuthMode.ACCOUNTS or settings.token is not None:
        return settings
    return settings.model_copy(update={"token": SecretStr(secrets.token_hex(32))})


def _parts(
    settings: Settings, data: Path, nats: EmbeddedNats | None, operations: Mapping[str, int]
) -> list[SupervisedProcess]:
    parts: list[SupervisedProcess] = []
    if nats is not None:
        log = data / "logs" / "nats.log"
        parts.append(SupervisedProcess("nats", nats.command(), log, last=True))
        log = data / "logs" / "streams.log"
        parts.append(SupervisedProcess("streams", _python("shared.bus"), log, nats.environment(ADMIN), once=True))
    own = {"SOKHAN_DATA": str(data), "SOKHAN_STORE_URL": settings.store.reveal()}
    if settings.auth is AuthMode.ACCOUNTS and settings.token is not None:
        own |= {"SOKHAN_TOKEN": settings.token.get_secret_value(), "SOKHAN_ADMIN_LINK_FILE": str(data / ADMIN_LINK)}
    if (file := env_file()).exists():
        own[VARIABLE] = str(file.absolute())
    parts += [
        SupervisedProcess(
            name,
            _python(f"services.{name}"),
            data / "logs" / f"{name}.log",
            own
            | {"SOKHAN_OPS_PORT": str(operations[name])}
            | _without_secrets(name)
            | (nats.environment(name) if nats else {}),
        )
        for name in SERVICES
    ]
    return parts


def _without_secrets(service: str) -> dict[str, str]:
    """Blank variables for the secrets that a service has no use for: it, or a file that it reads, may be hostile."""
    if service == "gateway":
        return {}
    # A worker answers no user; without the token it would refuse to start in the mode that needs one.
    blank = {"SOKHAN_TOKEN": "", "SOKHAN_AUTH": AuthMode.OFF.value, "SOKHAN_HOST": "127.0.0.1"}
    if service != "downloader":
        blank |= {"HF_TOKEN": "", "SOKHAN_HF_TOKEN": "", "SOKHAN_SECRET_KEY": ""}
    return blank


def _python(module: str) -> tuple[str, ...]:
    """`-P`: a file in the current directory is never imported in place of a module."""
    return (sys.executable, "-P", "-m", module)


def _headers(settings: Settings) -> dict[str, str]:
    return {"Authorization": f"Bearer {settings.token.get_secret_value()}"} if settings.token else {}


async def _announce(
    base: str,
    headers: Mapping[str, str],
    parts: list[SupervisedProcess],
    report_line: Callable[[str], None],
    data: Path,
) -> None:
    """Print a line for each part when it is ready."""
    started = time.monotonic()
    reported: set[str] = set()
    awaited = {"store", "bus", *SERVICES}
    async with httpx2.AsyncClient(
        base_url=base, headers=headers, timeout=3.0, trust_env=False, verify=NOBODY
    ) as client:
        while reported < awaited:
            await asyncio.sleep(0.2)
            try:
                report = (await client.get("/health")).json()["data"]["parts"]
            except (httpx2.HTTPError, ValueError, KeyError):
                continue
            for name, part in report.items():
                if part["state"] == "ok" and name not in reported:
                    reported.add(name)
                    pid = next((p.pid for p in parts if p.name == name), None)
                    detail = f"process {pid}" if pid else ""
                    report_line(f"{name:<11}ready after {time.monotonic() - started:4.1f} s   {detail}")
    report_line(f"Ready: {base}   API: {base}/docs   Stop with Ctrl-C.")
    if link := _taken_link(data):
        report_line(f"There is no administrator yet. This link makes the account, once, within 24 hours: {link}")


def _taken_link(data: Path) -> str | None:
    """The first administrator's link, which the gateway has written; it is shown once."""
    file = data / ADMIN_LINK
    try:
        link = file.read_text()
        file.unlink()
    except OSError:
        return None
    return link


@contextmanager
def _only_one(data: Path) -> Iterator[None]:
    """Hold a lock on the data folder: two platforms must not share one. Raises `CliError`."""
    data.mkdir(parents=True, exist_ok=True)
    with (data / "up.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise CliError(
                f"Sokhan already runs with the data folder {data}.",
                hint="Stop it, or set SOKHAN_DATA to another folder.",
            ) from error
        yield
