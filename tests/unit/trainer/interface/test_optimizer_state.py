"""Optimizers to safetensors and back."""

from __future__ import annotations

import copy
from pathlib import Path

import pytest
import torch

from services.trainer.interface.optimizer_state import load_optimizers, save_optimizers
from shared.contracts.errors import UnsafeCheckpoint


def make(seed: int, size: int = 3) -> tuple[torch.nn.Module, torch.optim.Optimizer]:
    torch.manual_seed(seed)
    module = torch.nn.Linear(size, 2)
    return module, torch.optim.AdamW(module.parameters(), lr=0.1)


def step(module: torch.nn.Module, optimizer: torch.optim.Optimizer) -> None:
    optimizer.zero_grad()
    module(torch.ones(1, 3)).sum().backward()
    optimizer.step()


def test_the_next_step_is_the_very_same(tmp_path: Path) -> None:
    module, optimizer = make(0)
    step(module, optimizer)
    save_optimizers([optimizer], tmp_path)
    other, fresh = make(1)
    other.load_state_dict(module.state_dict())
    load_optimizers([fresh], tmp_path)
    step(module, optimizer)
    step(other, fresh)
    assert all(torch.equal(a, b) for a, b in zip(module.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize("content", [b"", b"\x80\x04pickle", b"\xff" * 100])
def test_what_is_no_safetensors_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "optimizers.safetensors").write_bytes(content)
    with pytest.raises(UnsafeCheckpoint):
        load_optimizers([make(0)[1]], tmp_path)


def test_a_state_of_more_optimizers_is_refused(tmp_path: Path) -> None:
    (module, one), (_, two) = make(0), make(1)
    step(module, one)
    two.load_state_dict(copy.deepcopy(one.state_dict()))
    save_optimizers([one, two], tmp_path)
    with pytest.raises(UnsafeCheckpoint):
        load_optimizers([make(0)[1]], tmp_path)
