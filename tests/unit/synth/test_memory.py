"""The memory errors of every library have one code."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from services.synth.engines.memory import is_out_of_memory, memory_errors
from shared.contracts.errors import OutOfMemory


def test_the_libraries_errors_are_known() -> None:
    for take in (lambda: torch.empty(1 << 50), lambda: np.empty(1 << 50), lambda: bytearray(1 << 50)):
        with pytest.raises(OutOfMemory), memory_errors("this sentence"):
            take()


def test_other_errors_pass() -> None:
    with pytest.raises(KeyError), memory_errors("this sentence"):
        raise KeyError("out of range")
    assert not is_out_of_memory(ValueError("a tensor of another shape"))


def test_onnxruntimes_message_is_known() -> None:
    message = "bfc_arena.cc:360 Available memory of 536870656 is smaller than requested bytes of 4000000000"
    assert is_out_of_memory(RuntimeError(message))
