"""The environment of a sandboxed process: an allow-list for Python, without tokens and addresses."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from shared.sandbox.landlock import project_folder

_PASSED = ("PATH", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PYTHONHASHSEED")


def clean_environment(scratch: Path, given: Mapping[str, str] = os.environ) -> dict[str, str]:
    """`scratch`: the folder for temporary files, also of libraries that write into the home folder."""
    fixed = {
        "HOME": str(scratch),
        "TMPDIR": str(scratch),
        "PYTHONPATH": str(project_folder()),
        "PYTHONDONTWRITEBYTECODE": "1",
        # One thread: the memory of each is counted, and Landlock does not reach those that exist.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        # pyarrow's own allocator reserves gigabytes of address space, which RLIMIT_AS counts.
        "ARROW_DEFAULT_MEMORY_POOL": "system",
        "ARROW_IO_THREADS": "1",
        "HF_HUB_OFFLINE": "1",
        # One arena of the C library for all threads, instead of 64 MB of address space for each.
        "MALLOC_ARENA_MAX": "1",
    }
    return {name: given[name] for name in _PASSED if name in given} | fixed
