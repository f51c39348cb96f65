"""Maps the memory errors of torch and onnxruntime to `OutOfMemory`: on a CPU they are a `RuntimeError` or a `Fail`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

from shared.contracts.errors import OutOfMemory

# torch on a CPU, torch on a GPU; onnxruntime's arena at its limit, and its system allocator.
_EXHAUSTED = re.compile(
    r"can't allocate memory|not enough memory|out of memory|Cannot allocate memory"
    r"|Available memory of \d+ is smaller|bad_alloc|Failed to allocate memory",
    re.IGNORECASE,
)


def is_out_of_memory(error: BaseException) -> bool:
    return isinstance(error, MemoryError) or (isinstance(error, Exception) and bool(_EXHAUSTED.search(str(error))))


@contextmanager
def memory_errors(purpose: str) -> Iterator[None]:
    """Raises `OutOfMemory` for the memory errors within the block. `purpose`: for the message, such as “this voice”."""
    try:
        yield
    except OutOfMemory:
        raise
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        raise OutOfMemory(
            f"There is not enough memory for {purpose}.", hint="Use shorter sentences, or unload another voice."
        ) from error
