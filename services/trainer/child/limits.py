"""Memory limits that the child sets on itself before it loads data or models."""

from __future__ import annotations

import resource
from contextlib import suppress
from pathlib import Path

# If memory runs out anyway, the kernel kills a run before the services.
_OOM_SCORE = "500"


def limit_memory(size: int | None) -> None:
    """Limit the private memory to `size` bytes; a larger allocation fails, and the run reports it.

    RLIMIT_DATA counts private writable memory, not address space, of which CUDA reserves terabytes.
    """
    if size is not None:
        _, ceiling = resource.getrlimit(resource.RLIMIT_DATA)
        allowed = size if ceiling == resource.RLIM_INFINITY else min(size, ceiling)
        resource.setrlimit(resource.RLIMIT_DATA, (allowed, ceiling))
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(_OOM_SCORE)
