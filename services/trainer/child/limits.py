"""What a run may take from the machine: set by the child on itself, before anything large is loaded."""

from __future__ import annotations

import resource
from contextlib import suppress
from pathlib import Path

# The system takes a run before it takes the services beside it, should memory end all the same.
_TAKE_ME_FIRST = "500"


def limit_memory(size: int | None) -> None:
    """At most so many bytes of memory of its own; past that an allocation fails, and the run says so.

    RLIMIT_DATA counts private writable memory, not address space: CUDA reserves terabytes of that.
    """
    if size is not None:
        _, ceiling = resource.getrlimit(resource.RLIMIT_DATA)
        allowed = size if ceiling == resource.RLIM_INFINITY else min(size, ceiling)
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, ceiling))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_TAKE_ME_FIRST)
