"""How onnxruntime is to compute here."""

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
    """On the processor, with as many threads as torch has (OMP_NUM_THREADS). Raises what onnxruntime raises."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = int(os.environ.get("OMP_NUM_THREADS", "0"))
    # Its threads spin between two layers, which is what makes several of them worth it, but not between two sentences.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    content = model if isinstance(model, bytes) else str(model)
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])


def run_bounded(
    session: InferenceSession, given: Mapping[str, NDArray[np.generic]], seconds: float
) -> NDArray[np.float32]:
    """The first output. A run that takes longer is ended, and raises what onnxruntime raises then."""
    import onnxruntime

    options = onnxruntime.RunOptions()
    alarm = threading.Timer(seconds, lambda: setattr(options, "terminate", True))
    alarm.daemon = True
    alarm.start()
    try:
        return np.asarray(session.run(None, given, options)[0])
    finally:
        alarm.cancel()
