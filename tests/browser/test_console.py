"""The web console in Chromium, over the whole platform as processes: the journeys of `console/journeys`."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.support.browser import chromium_binary
from tests.support.console import SET_UP_S, console_node, without_make
from tests.support.hub import TestHub, running_hub
from tests.support.piper import write_piper_voice
from tests.support.platform import Platform, platform
from tests.support.processes import ROOT, wait_until
from tests.support.training import SENTENCES, write_dataset

REPO = "test/amir"
TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978"
_JOURNEY_S = 900

pytestmark = [pytest.mark.browser, pytest.mark.node, pytest.mark.timeout(2 * SET_UP_S + _JOURNEY_S)]


@pytest.fixture(scope="module")
def node() -> Path:
    """Node with the console's packages, set up as for `make console`."""
    return console_node()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as found:
        voice = write_piper_voice(tmp_path_factory.mktemp("voice"))
        found.put(REPO, {path.name: path.read_bytes() for path in voice.iterdir()})
        found.put_file(REPO, "more.bin", 6_000_000)
        yield found


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a journey uploads: recordings of six sentences, texts with a broken second line, and the same mended."""
    folder = tmp_path_factory.mktemp("files")
    recordings = write_dataset(folder / "speech", [(f"u{n}", text) for n, text in enumerate(SENTENCES)])
    shutil.make_archive(str(recordings), "zip", recordings)
    lines = [json.dumps({"text": text}, ensure_ascii=False) for text in SENTENCES]
    (folder / "mended.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (folder / "broken.jsonl").write_text("\n".join([lines[0], '{"text": ', *lines[2:]]), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def sokhan(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("console")
    write_piper_voice(folder / "data" / "models" / "local" / "piper-fa")
    environment = {"HF_ENDPOINT": hub.url, "SOKHAN_BUNDLED_VOICES": "true"}
    with platform(folder, environment=environment) as built:
        yield built


@contextmanager
def controls(sokhan: Platform, hub: TestHub) -> Iterator[str]:
    """What a journey may do to the platform: POST /kill/<service>, /start/<service>, /rate/<bytes a second, 0: all>."""

    def obey(words: list[str]) -> None:
        match words:
            case ["kill", name]:
                sokhan.kill(name)
            case ["start", name]:
                sokhan.start(name)
            case ["rate", rate]:
                hub.shape(rate=float(rate) or None)
            case _:
                raise ValueError(f"unknown: {words}")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            try:
                obey(self.path.strip("/").split("/"))
            except Exception as error:  # the journey reports it
                status, body = 500, str(error).encode()
            else:
                status, body = 200, b""
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join(10)


# The main journeys in both languages, both themes, on a desktop and on a phone, and once without a mouse.
_ENGLISH = {"JOURNEY_LOOK": json.dumps({"language": "en", "theme": "light"})}
_PHONE = {"JOURNEY_LOOK": json.dumps({"language": "fa", "theme": "dark", "phone": True})}
_KEYBOARD = {"JOURNEY_HAND": "keyboard"}


@pytest.mark.parametrize(
    ("journey", "way"),
    [
        pytest.param("pages", {}, id="pages"),
        pytest.param("keyboard", {}, id="keyboard"),
        *(
            pytest.param(journey, way, id=f"{journey}-{name}")
            for name, way in (("english", _ENGLISH), ("phone", _PHONE), ("keyboard", _KEYBOARD))
            for journey in ("studio", "work")
        ),
    ],
)
def test_journey(journey: str, way: dict[str, str], node: Path, sokhan: Platform, hub: TestHub, files: Path) -> None:
    with controls(sokhan, hub) as control:
        places = {"SOKHAN_URL": sokhan.url, "JOURNEY_CONTROL": control, "JOURNEY_FILES": str(files)}
        _run(journey, node, places | way)


def test_signing_in(node: Path, tmp_path: Path) -> None:
    """Two installations, without workers: one with accounts, one with a token."""
    accounts, token = {"SOKHAN_AUTH": "accounts", "SOKHAN_ADMIN_LINK_FILE": str(tmp_path / "link")}, TOKEN
    with (
        platform(tmp_path / "accounts", ["gateway"], accounts | {"SOKHAN_TOKEN": TOKEN}) as first,
        platform(tmp_path / "token", ["gateway"], {"SOKHAN_AUTH": "token", "SOKHAN_TOKEN": token}) as second,
    ):
        link = tmp_path / "link"
        wait_until(link.exists, 20, "the administrator's link")
        _run(
            "signin",
            node,
            {
                "SOKHAN_URL": first.url,
                "ACCOUNTS_URL": first.url,
                "ADMIN_LINK": link.read_text().strip(),
                "TOKEN_URL": second.url,
                "TOKEN": token,
                "JOURNEY_FILES": str(tmp_path),
            },
        )


def _run(journey: str, node: Path, variables: dict[str, str]) -> None:
    environment = without_make() | {
        "PATH": f"{node}{os.pathsep}{os.environ['PATH']}",
        "CHROMIUM": chromium_binary(),
        "NO_COLOR": "1",
        **variables,
    }
    done = subprocess.run(
        [
            str(node / "node"),
            "node_modules/vitest/vitest.mjs",
            "run",
            "--config",
            "vitest.journeys.config.ts",
            f"journeys/{journey}.journey.ts",
        ],
        cwd=ROOT / "console",
        env=environment,
        capture_output=True,
        text=True,
        timeout=_JOURNEY_S,
        check=False,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-8000:]
