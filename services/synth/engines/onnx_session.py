"""Opens and runs onnxruntime sessions."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


_ARENA_BYTES = 2 << 30
"""The limit of the tensors of all sessions. The largest voice needs 1 GB for its longest sentence."""
_FOLDED_BYTES = 64 << 10
"""The limit of a constant that is computed at loading, outside the arena: 200 bytes of graph describe gigabytes."""


@cache
def _limit_memory() -> None:
    """Give the process one arena for all its sessions. Beyond its limit a run fails instead of the process."""
    import onnxruntime

    arena = onnxruntime.OrtArenaCfg(
        {
            "max_mem": _ARENA_BYTES,
            "arena_extend_strategy": 1,  # as requested, not the next power of two
            "initial_chunk_size_bytes": -1,
            "max_dead_bytes_per_chunk": -1,
        }
    )
    kinds = onnxruntime.OrtAllocatorType.ORT_ARENA_ALLOCATOR, onnxruntime.OrtMemType.DEFAULT
    onnxruntime.create_and_register_allocator(onnxruntime.OrtMemoryInfo("Cpu", kinds[0], 0, kinds[1]), arena)


def open_session(model: Path | bytes) -> InferenceSession:
    """A session on the CPU, with torch's number of threads (OMP_NUM_THREADS). Raises onnxruntime's errors."""
    import onnxruntime

    _limit_memory()
    options = onnxruntime.SessionOptions()
    options.add_session_config_entry("session.use_env_allocators", "1")
    options.add_session_config_entry("optimization.constant_folding_max_output_size_in_bytes", str(_FOLDED_BYTES))
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "0"))
    # Threads spin between two layers, without which several gain nothing, but not between two sentences.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    content = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def run_bounded(
    session: InferenceSession, inputs: Mapping[str, NDArray[np.generic]], seconds: float
) -> NDArray[np.float32]:
    """The first output of a run. Terminates it after `seconds`. Raises onnxruntime's errors."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    timer = threading.Timer(seconds, lambda: setattr(options, "terminate", True))
    timer.daemon = True
    timer.start()
    try:
        return np.asarray(session.run(None, inputs, options)[0])
    finally:
        timer.cancel()
