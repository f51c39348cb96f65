"""The resource limits of the reader, independent of the sizes that a file claims."""

from __future__ import annotations

import os
import resource
from pathlib import Path

_MIB = 1 << 20
# The memory limit of an import. Coqui's full size needs 3 GB: 145 MB of weights in a checkpoint of 1 GB.
MOST_BYTES = 6 << 30
# For reading a config and counting a model's parameters, which allocates no weights.
_BEFORE_THE_FILE = 512 * _MIB
# The largest real checkpoint takes some seconds; a hostile pickle can run without end.
_CPU_SECONDS = 300


def limit_everything() -> None:
    """Set the limits that apply before foreign data is read. Memory in use is not counted."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, _CPU_SECONDS)
    _limit_memory(_BEFORE_THE_FILE, _memory() + MOST_BYTES)


def limit_for(file_bytes: int, model_bytes: int) -> int:
    """Set the final limits of memory and output files for a checkpoint and a model of these sizes. Returns the bytes.

    The file counts twice, mapped or read and as tensors; the model three times, extracted, as bytes to write, and for
    torch's temporary copies in another memory layout.
    """
    allowed = min(MOST_BYTES, 2 * file_bytes + 3 * model_bytes + 256 * _MIB)
    used = _memory()
    _limit_memory(allowed, used + allowed)
    _limit(resource.RLIMIT_FSIZE, model_bytes + 16 * _MIB)
    return allowed


def _limit_memory(more: int, hard: int) -> None:
    """RLIMIT_AS also counts mapped files. The reader never uses a GPU, whose driver would reserve terabytes."""
    _, ceiling = resource.getrlimit(resource.RLIMIT_AS)
    hard = hard if ceiling == resource.RLIM_INFINITY else min(hard, ceiling)
    resource.setrlimit(resource.RLIMIT_AS, (min(hard, _memory() + more), hard))


def _limit(kind: int, value: int) -> None:
    _, ceiling = resource.getrlimit(kind)
    value = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
    resource.setrlimit(kind, (value, value))


def _memory() -> int:
    """The address space in use, in bytes: proc(5), statm."""
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
