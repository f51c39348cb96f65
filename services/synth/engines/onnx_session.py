"""Opens and runs onnxruntime sessions."""

from __future__ import annotations

import os
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from onnxruntime import InferenceSession


def open_session(model: Path | bytes) -> InferenceSession:
    """A session on the CPU, with torch's number of threads (OMP_NUM_THREADS). Raises onnxruntime's errors."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
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
