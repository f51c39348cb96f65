"""The resource limits of a sandboxed process, independent of the sizes that a file claims."""

from __future__ import annotations

import os
import resource
from pathlib import Path

_THREADS = 64
_OPEN_FILES = 512


def limit_time(cpu_seconds: int) -> None:
    """Limit the processor time, the open files, and forbid core dumps."""
    limit(resource.RLIMIT_CORE, 0)
    limit(resource.RLIMIT_CPU, cpu_seconds)
    limit(resource.RLIMIT_NOFILE, _OPEN_FILES)


def limit_threads() -> None:
    """Only in a user namespace of its own: elsewhere the kernel counts all processes of the user."""
    limit(resource.RLIMIT_NPROC, _THREADS)


def limit_files(size: int) -> None:
    """Limit the size of a written file, in bytes."""
    limit(resource.RLIMIT_FSIZE, size)


def limit_memory(more: int, most: int) -> None:
    """Allow `more` bytes of memory beyond those in use; `most` of them may be allowed later.

    RLIMIT_AS also counts mapped files. A sandbox never uses a GPU, whose driver would reserve terabytes.
    """
    _, ceiling = resource.getrlimit(resource.RLIMIT_AS)
    used = _memory()
    hard = used + most if ceiling == resource.RLIM_INFINITY else min(used + most, ceiling)
    resource.setrlimit(resource.RLIMIT_AS, (min(hard, used + more), hard))


def limit(kind: int, value: int) -> None:
    """Set a soft and a hard limit, which cannot be raised again."""
    _, ceiling = resource.getrlimit(kind)
    value = value if ceiling == resource.RLIM_INFINITY else min(value, ceiling)
    resource.setrlimit(kind, (value, value))


def _memory() -> int:
    """The address space in use, in bytes: proc(5), statm."""
    pages = int(Path("/proc/self/statm").read_bytes().split()[0])
    return pages * os.sysconf("SC_PAGE_SIZE")
