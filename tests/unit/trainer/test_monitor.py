"""Which GPU a run's load is read from."""

from __future__ import annotations

import pytest
import torch

from services.trainer.child.monitor import Monitor, gpu_index


@pytest.mark.parametrize(("device", "index"), [("cpu", None), ("cuda", 0), ("cuda:0", 0), ("cuda:3", 3)])
def test_the_gpu_of_a_device_with_and_without_a_number(device: str, index: int | None) -> None:
    # accelerate gives a single process `torch.device("cuda")`, whose index is None.
    assert gpu_index(torch.device(device)) == index


def test_without_a_gpu_the_load_is_the_processes() -> None:
    assert set(Monitor(gpu_index("cpu")).latest()) == {"cpu_percent", "memory_mb"}
