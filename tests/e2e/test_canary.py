"""After one use of every feature, planted secrets are in no output, log, answer, trace or file but their own."""

from __future__ import annotations

import json
import os
import re
import signal
from contextlib import suppress
from pathlib import Path

import httpx2
import pytest
from websockets.sync.client import connect

from shared.trust import NOBODY
from tests.support.collector import collector
from tests.support.hub import TestHub, running_hub
from tests.support.ljspeech import files, zipped
from tests.support.processes import wait_until
from tests.support.toy.recipe import TOY_PATH
from tests.support.training import TOY
from tests.support.up import Up, running_up

pytestmark = [pytest.mark.siege, pytest.mark.timeout(300)]
TOKEN = "c0ffee11c0ffee22c0ffee33c0ffee44c0ffee5566778899"
PLANTED = {
    "SOKHAN_TOKEN": TOKEN,
    "SOKHAN_SECRET_KEY": "canary-of-the-secret-key",
    "HF_TOKEN": "hf_good",
    "HTTPS_PROXY": "http://me:canary-of-the-proxy@127.0.0.1:9",
}
USER_TOKEN, WRONG_TOKEN = "hf_canary_of_a_user", "canary-of-a-wrong-token"


class Session:
    """A client that keeps every answer, head and body."""

    def __init__(self, up: Up) -> None:
        self.up = up
        self.seen: list[bytes] = []
        self.events: list[bytes] = []
        right = {"Authorization": f"Bearer {TOKEN}"}
        self.client = httpx2.Client(base_url=up.url, headers=right, timeout=60, trust_env=False, verify=NOBODY)

    def ask(self, method: str, path: str, expected: int, **request: object) -> dict[str, object]:
        answer = self.client.request(method, path, **request)  # type: ignore[arg-type]
        self.seen += [answer.content, repr(answer.headers.multi_items()).encode()]
        assert answer.status_code == expected, answer.text
        content = answer.json() if "json" in answer.headers["content-type"] else {}
        data = content.get("data") if answer.is_success else None
        return data if isinstance(data, dict) else {}

    def ended(self, path: str, state: str) -> None:
        wait_until(lambda: self.ask("GET", path, 200)["state"] == state, 60, f"{path} is {state}")


def listen_and_use_everything(session: Session) -> str:
    """Returns the ticket of the socket that received all events."""
    ticket = str(session.ask("POST", "/api/auth/ticket", 201)["ticket"])
    session.seen.clear()  # the only answer that may have it
    with connect(f"ws{session.up.url.removeprefix('http')}/ws?ticket={ticket}", proxy=None) as socket:
        topics = ["download:*", "training:*", "scan:*", "asset:*"]
        socket.send(json.dumps({"op": "subscribe", "topics": topics}))
        use_everything(session)
        with suppress(TimeoutError):
            while True:
                session.events.append(str(socket.recv(timeout=1)).encode())
    return ticket


def use_everything(session: Session) -> None:
    """Downloads, uploads, trains, speaks, fails, and loses a worker."""
    ask = session.ask
    ask("PUT", "/api/settings/huggingface/token", 200, json={"token": USER_TOKEN})
    ask("POST", "/api/sources/validate-token", 200, json={"token": USER_TOKEN})
    ask("GET", "/api/settings", 200)
    ask("DELETE", "/api/settings/huggingface/token", 200)
    ask("GET", "/api/settings", 401, headers={"Authorization": f"Bearer {WRONG_TOKEN}"})
    ask("GET", "/api/settings", 401, params={"token": WRONG_TOKEN}, headers={"Authorization": ""})
    download = ask("POST", "/api/sources/download", 202, json={"modelId": "ns/gated"})
    session.ended(f"/api/sources/download/{download['id']}", "completed")
    broken = ask("POST", "/api/sources/download", 202, json={"modelId": "ns/missing"})
    session.ended(f"/api/sources/download/{broken['id']}", "failed")
    ask("POST", "/api/datasets", 201, files={"file": ("a.zip", zipped(files()))}, data={"name": "mine"})
    run = {"recipe": "toy", "datasets": ["local/mine"], "config": {**TOY, "max_steps": 4}, "name": "first"}
    training = ask("POST", "/api/training", 202, json=run)
    session.ended(f"/api/training/{training['id']}", "completed")
    ask("GET", f"/api/training/{training['id']}/logs", 200)
    ask("POST", "/v1/audio/speech", 200, json={"input": "سلام", "voice": "espeak-fa"})
    ask("GET", "/api/proxy", 400, params={"url": "https://me:canary-of-the-proxy@evil.example/a/b/resolve/main/c"})
    os.kill(session.up.pids()["downloader"], signal.SIGKILL)
    wait_until(lambda: "died" in session.up.output, 20, "the death is reported")
    for path in ("/metrics", "/health", "/openapi.json", "/api/assets"):
        ask("GET", path, 200)


def processes(up: Up) -> list[bytes]:
    pids = [up.process.pid, *up.pids().values()]
    return [Path(f"/proc/{pid}/cmdline").read_bytes() for pid in pids if Path(f"/proc/{pid}").exists()]


def test_no_planted_secret_is_where_it_does_not_belong(tmp_path: Path) -> None:
    with running_hub(tmp_path / "hub") as hub, collector("collector:canary-of-the-collector@") as (endpoint, traces):
        hub_repositories(hub)
        more = {
            **PLANTED,
            "SOKHAN_AUTH": "token",
            "NO_PROXY": "127.0.0.1",
            "OTEL_EXPORTER_OTLP_ENDPOINT": endpoint,
            "SOKHAN_UNLISTED_DOWNLOADS": "true",
            "SOKHAN_BUNDLED_VOICES": "false",
            "PYTHONPATH": f"{os.environ.get('PYTHONPATH', '')}:{Path.cwd()}:{TOY_PATH}",
        }
        with running_up(tmp_path, hub.url, more) as up:
            wait_until(lambda: "Ready:" in up.output, 60, "all parts are ready")
            session = Session(up)
            ticket = listen_and_use_everything(session)
            found = {f"command line {number}": line for number, line in enumerate(processes(up))}
            bus = re.findall(r'password: "([^"]+)"', (tmp_path / "data" / "run" / "nats.conf").read_text())
        found |= {f"answer {number}": content for number, content in enumerate(session.seen)}
        found |= {f"event {number}": content for number, content in enumerate(session.events)}
        found |= {f"trace {number}": content for number, content in enumerate(traces)}
        found["output of up"] = up.output.encode()
        found |= {
            str(path.relative_to(tmp_path)): path.read_bytes()
            for path in (tmp_path / "data").rglob("*")
            if path.is_file() and path.name != "nats.conf"
        }
    secrets = {
        *PLANTED.values(),
        USER_TOKEN,
        WRONG_TOKEN,
        ticket,
        *bus,
        "canary-of-the-proxy",
        "canary-of-the-collector",
    }
    assert len(bus) >= 6, "the passwords of the bus were not found"
    assert len(traces) > 3
    assert len(session.events) > 10
    assert len([name for name in found if name.startswith("data/logs")]) >= 6
    leaks = {(secret, place) for secret in secrets for place, content in found.items() if secret.encode() in content}
    assert leaks == set()


def hub_repositories(hub: TestHub) -> None:
    hub.put("ns/gated", {"config.json": b"{}", "a.bin": b"abc"})
    hub.describe("ns/gated", gated="manual")
