"""How onnxruntime is to compute here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

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
