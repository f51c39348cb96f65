"""A disk that is too small is noticed before the first byte; one that fills up pauses the job and loses nothing.

The downloader runs in a namespace of its own, where its data folder is a small file system that can really be filled.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from shared.contracts.states import JobState
from tests.support.downloads import MIB, Line, line, progress
from tests.support.hub import TestHub
from tests.support.processes import ROOT, Process, wait_until

_DISK = 120 * MIB
_CAN_MOUNT = (
    subprocess.run(
        ["unshare", "-Urmp", "--fork", "mount", "-t", "tmpfs", "none", "/mnt"], check=False, capture_output=True
    ).returncode
    == 0
)

pytestmark = pytest.mark.skipif(not _CAN_MOUNT, reason="this system gives no user namespace to mount a small disk in")


@pytest.fixture
def small(tmp_path: Path, hub: TestHub) -> Iterator[Line]:
    with line(tmp_path, hub) as built:
        for service in ("downloader", "scanner"):
            built.kill(service)
        yield built


def start_on_small_disk(small: Line) -> Path:
    """Both services in one namespace; the path by which its data folder is reached from here."""
    log = small.bench.folder / "small.log"
    script = (
        f"mount -t tmpfs -o size={_DISK} none {small.data} && "
        f"{{ {sys.executable} -m services.scanner & exec {sys.executable} -m services.downloader; }}"
    )
    with log.open("ab") as out:
        popen = subprocess.Popen(
            ["unshare", "-Urmp", "--fork", "--kill-child", "sh", "-c", script],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            env={**os.environ, **small.settings()},
            start_new_session=True,
        )
    small.processes["small"] = Process(popen, log)
    inside = Path(f"/proc/{popen.pid}/root{small.data}")
    wait_until((inside / "run" / "locks").is_dir, 20, "the downloader has started")
    return inside


def fill(path: Path) -> None:
    with path.open("wb", buffering=0) as out, suppress(OSError):
        while out.write(bytes(MIB)):
            pass


async def test_a_disk_that_is_too_small_is_said_before_the_first_byte(small: Line, hub: TestHub) -> None:
    start_on_small_disk(small)
    hub.put_file("disk/large", "model.bin", 100 * MIB)
    async with small.client() as client:
        ended = await client.ended(await client.start("disk/large"))
    assert ended.error is not None
    assert ended.error.code == "NO_SPACE"
    assert re.search(r"needs 104,85\d,\d{3} bytes", ended.error.message)  # with what every repository holds
    assert "reserved" in ended.error.message
    assert hub.sent("model.bin") == 0


@pytest.mark.siege
async def test_a_disk_that_fills_up_pauses_the_job_which_goes_on_when_there_is_room(small: Line, hub: TestHub) -> None:
    data = start_on_small_disk(small)
    size = 40 * MIB
    hub.put_file("disk/fills", "model.bin", size)
    hub.shape(MIB, 0)
    async with small.client() as client:
        job = await client.start("disk/fills")
        await client.fraction(job, 0.1)
        filler = data / "tmp" / "filler"
        fill(filler)
        paused = await client.until(job, JobState.PAUSED)
        assert paused.error is not None
        assert paused.error.code == "NO_SPACE"
        had = progress(paused).bytes_downloaded
        assert had > 0
        hub.shape(None, 0)
        hub.clear()
        filler.unlink()
        done = await client.done(job)
    assert done.error is None
    assert hub.sent("model.bin") <= size - had + 8 * MIB
