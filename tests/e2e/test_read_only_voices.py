"""The synth as the containers have it: the data folder mounted read-only, except for its audio and its locks."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.platform import Platform, platform
from tests.support.processes import ROOT

BUNDLED = ROOT / "services/scanner/voices/sokhan"
_MOUNTS = (
    'mount --bind "$D" "$D" && mount --bind "$D/audio" "$D/audio" && mount --bind "$D/run" "$D/run" '
    '&& mount -o remount,ro,bind "$D" && ! touch "$D/models/x" 2>/dev/null'
)


def may_mount(folder: Path) -> bool:
    for name in ("audio", "run", "models"):
        (folder / name).mkdir(parents=True)
    command = ["unshare", "-m", "sh", "-c", _MOUNTS]
    if shutil.which("unshare") is None:
        return False
    environment = {**os.environ, "D": str(folder)}
    return subprocess.run(command, env=environment, capture_output=True, timeout=10, check=False).returncode == 0


@contextmanager
def read_only_synth(built: Platform) -> Iterator[None]:
    command = ["unshare", "-m", "sh", "-c", f'{_MOUNTS} && exec "$0" -m services.synth', sys.executable]
    environment = {**os.environ, "SOKHAN_LOG_FORMAT": "json", **built.settings("synth"), "D": str(built.data)}
    with (built.folder / "synth.log").open("ab") as log:
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
    try:
        built.wait_ready(("synth",))
        yield
    finally:
        process.terminate()
        process.wait(30)


@pytest.mark.siege
def test_it_speaks_and_reads_texts_aloud_without_writing_anywhere_else(tmp_path: Path) -> None:
    if not may_mount(tmp_path / "probe"):
        pytest.skip("this process may not mount a folder read-only")
    (tmp_path / "data/models").mkdir(parents=True)
    shutil.copytree(BUNDLED, tmp_path / "data/models/sokhan")
    store = {"SOKHAN_STORE_URL": f"sqlite:///{tmp_path / 'store.db'}"}
    with platform(tmp_path, ("gateway", "scanner"), store) as built, read_only_synth(built):
        with built.client() as client:
            body = {"model": "sokhan", "voice": "sokhan/base-fa", "input": "سلام دنیا"}
            assert client.post("/v1/audio/speech", json=body).status_code == 200
            job = client.post("/api/speech", json={"input": "سلام. دنیا.", "voice": "sokhan/base-fa"})
            assert job.status_code == 202, job.text
        assert built.wait_job(f"/api/speech/{job.json()['data']['id']}")["state"] == "completed"
