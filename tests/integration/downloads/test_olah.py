"""Through olah, a mirror that somebody else wrote, in a virtual environment of its own (requirements/olah.txt)."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.downloads import MIB, line, progress, sha256
from tests.support.hub import TestHub
from tests.support.processes import ROOT, free_port, listens, wait_until

pytestmark = pytest.mark.siege

_VENV = ROOT / ".venv-olah"
_PINS = ROOT / "requirements" / "olah.txt"


@pytest.fixture(scope="module")
def olah() -> Path:
    """The folder of its programs; made once, kept for the next run."""
    ready = _VENV / f"ready-{_PINS.stat().st_mtime_ns}"
    if not ready.exists():
        subprocess.run([sys.executable, "-m", "venv", _VENV], check=True, timeout=60)
        pip = [str(_VENV / "bin" / "pip"), "install", "--quiet", "--no-deps", "--require-hashes", "-r", str(_PINS)]
        installed = subprocess.run(pip, check=False, capture_output=True, timeout=100)
        if installed.returncode:
            pytest.skip(f"olah cannot be installed here: {installed.stderr.decode()[-200:]}")
        ready.touch()
    return _VENV / "bin"


@pytest.fixture
def mirror(olah: Path, hub: TestHub, tmp_path: Path) -> Iterator[str]:
    port = free_port()
    here, there = f"127.0.0.1:{port}", f"127.0.0.1:{hub.port}"
    command = [str(olah / "olah-cli"), "--host", "127.0.0.1", "--port", str(port), "--repos-path", str(tmp_path / "o")]
    command += ["--hf-scheme", "http", "--hf-netloc", there, "--hf-lfs-netloc", f"127.0.0.1:{hub.port + 1}"]
    command += ["--mirror-netloc", here, "--mirror-lfs-netloc", here, "--log-path", str(tmp_path / "logs")]
    with (tmp_path / "olah.log").open("wb") as log:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=log, stderr=log)
    try:
        wait_until(lambda: listens(port), 30, f"olah listens; {tmp_path / 'olah.log'}")
        yield f"http://{here}"
    finally:
        process.kill()
        process.wait(10)


async def test_a_repository_arrives_whole_through_it(mirror: str, hub: TestHub, tmp_path: Path) -> None:
    digest = hub.put_file("olah/model", "model.bin", 12 * MIB)
    hub.put("olah/model", {"config.json": b'{"model_type": "vits"}', "sub/notes.txt": b"notes"})
    with line(tmp_path / "line", hub, HF_ENDPOINT=mirror) as built:
        async with built.client() as client:
            done = await client.done(await client.start("olah/model"))
        folder = built.folder("olah/model")
        assert sha256(folder / "model.bin") == digest
        assert (folder / "sub/notes.txt").read_bytes() == b"notes"
        assert progress(done).served_by == mirror.removeprefix("http://")
