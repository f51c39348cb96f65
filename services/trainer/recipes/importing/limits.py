"""How much of the machine the reader may have, however large a file says it is."""

from __future__ import annotations

import os
import resource
from pathlib import Path

_MIB = 1 << 20
# Of all memory that an import may ask for. Coqui's own size needs 3 GB: 145 MB of weights in a checkpoint of 1 GB.
MOST_BYTES = 6 << 30
# Reading a config and counting a model's numbers; nothing is allocated for its weights then.
_BEFORE_THE_FILE = 512 * _MIB
# The largest real checkpoint takes some seconds; a pickle can be written so that it takes for ever.
_CPU_SECONDS = 300


def limit_everything() -> None:
    """Before anything foreign is read. What the process has already is not counted against it."""
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_CPU, _CPU_SECONDS)
    _limit_memory(_BEFORE_THE_FILE, _memory() + MOST_BYTES)


def limit_for(file_bytes: int, model_bytes: int) -> int:
    """Bytes that reading such a file for such a model may take; applied for good, and to the files written too.

    The file once mapped or read and once again as tensors, the model once cut out, once as bytes to write, and once
    while torch changes its mind about how a tensor lies.
    """
    allowed = min(MOST_BYTES, 2 * file_bytes + 3 * model_bytes + 256 * _MIB)
    used = _memory()
    _limit_memory(allowed, used + allowed)
    _limit(resource.RLIMIT_FSIZE, model_bytes + 16 * _MIB)
    return allowed


def _limit_memory(more: int, hard: int) -> None:
    """RLIMIT_AS counts mapped files as well; and the reader never starts a GPU, which would reserve terabytes."""
    _, ceiling = resource.getrlimit(resource.RLIMIT_AS)
    hard = hard if ceiling == resource.RLIM_INFINITY else min(hard, ceiling)
    resource.setrlimit(resource.RLIMIT_AS, (min(hard, _memory() + more), hard))


def _limit(what: int, value: int) -> None:
    _, ceiling = resource.getrlimit(what)
    value = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
    resource.setrlimit(what, (value, value))


def _memory() -> int:
    """Bytes of address space in use: proc(5), statm."""
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
