"""What processes cost, and what the hub has sent: the instruments of `bench/downloads.py`."""

from __future__ import annotations

import os
import resource
import select
import signal
import subprocess
import threading
import time
from pathlib import Path

import httpx2

from tests.support.hub import TestHub
from tests.support.processes import wait_until

LIMIT_S = 180.0  # no run of the bench takes longer, or it counts as failed
_SAMPLE_MS = 20
_QUIET_S = 0.3  # the hub has sent nothing for so long: it has stopped
_FILLED_S = 0.5  # at 30 MB/s the buffers of a connection that nobody reads are full by then
_LISTENING = "0A"
_TICKS = os.sysconf("SC_CLK_TCK")


def peak_memory(process: int) -> int:
    """VmHWM in KiB; 0 when the process has just ended."""
    try:
        status = Path(f"/proc/{process}/status").read_text()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM")), 0)


def resident_memory(process: int) -> int:
    """VmRSS in bytes."""
    status = Path(f"/proc/{process}/status").read_text()
    return next(int(line.split()[1]) * 1024 for line in status.splitlines() if line.startswith("VmRSS"))


def cpu_seconds(process: int) -> float:
    """User and system time of a process that runs."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def children_cpu() -> float:
    """User and system time of the processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def watch_until_end(popen: subprocess.Popen[bytes]) -> int:
    """Wait for the process's end, to the moment; its peak memory in KiB, to 20 ms."""
    peak, deadline = 0, time.monotonic() + LIMIT_S
    descriptor = os.pidfd_open(popen.pid)
    try:
        ended = select.poll()
        ended.register(descriptor, select.POLLIN)
        while not ended.poll(_SAMPLE_MS):
            peak = max(peak, peak_memory(popen.pid))
            if time.monotonic() > deadline:
                popen.kill()
    finally:
        os.close(descriptor)
    popen.wait(10)
    return peak


def wait_for_bytes(hub: TestHub, count: int) -> None:
    def enough() -> bool:
        return sum(seen["sent"] for seen in hub.requests()) >= count

    wait_until(enough, LIMIT_S, f"the hub sent {count:,} bytes")


def kill(process: subprocess.Popen[bytes], hub: TestHub, *, frozen: bool) -> int:
    """SIGKILL. With `frozen`, the bytes that the hub had sent and the process had not read; without, 0.

    Frozen first, so that what lies in the buffers of the two sockets can be counted while nobody reads it.
    """
    unread = 0
    if frozen:
        process.send_signal(signal.SIGSTOP)
        time.sleep(_FILLED_S)
        unread = _in_buffers(hub.port + 1)
    process.kill()
    process.wait(10)
    return unread


def _in_buffers(port: int) -> int:
    """Of all connections to this port: sent and not acknowledged by its side, received and not read by the other."""
    total = 0
    for line in Path("/proc/net/tcp").read_text().splitlines()[1:]:
        fields = line.split()
        local, remote = (int(address.rpartition(":")[2], 16) for address in fields[1:3])
        to_send, to_read = (int(count, 16) for count in fields[4].split(":"))
        if fields[3] == _LISTENING:
            continue
        total += to_send if local == port else to_read if remote == port else 0
    return total


class LastByte:
    """Watches the hub from a thread: when did it send its last byte?"""

    def __init__(self, hub: TestHub) -> None:
        self._url = f"{hub.url}/_requests"
        self._at = time.perf_counter()
        self._thread = threading.Thread(target=self._watch)
        self._thread.start()

    def _watch(self) -> None:
        before, deadline = -1, time.perf_counter() + LIMIT_S
        with httpx2.Client(trust_env=False) as client:
            while (now := time.perf_counter()) < min(self._at + _QUIET_S, deadline) or before < 0:
                sent = sum(seen["sent"] for seen in client.get(self._url).json())
                if sent != before:
                    before, self._at = sent, now
                time.sleep(0.002)

    def at(self) -> float:
        self._thread.join(LIMIT_S)
        return self._at
