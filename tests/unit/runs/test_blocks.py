"""Curve blocks: the extremes of each key in 512 steps."""

from __future__ import annotations

from shared.runs import BLOCK_STEPS as BLOCK
from shared.runs import CurveBlock, CurveBlocks


def test_a_block_is_told_when_the_next_one_begins() -> None:
    curves = CurveBlocks("r")
    for step in range(1, BLOCK + 1):
        curves.add(step, {"loss": 1.0 / step})
    assert curves.take() == []
    curves.add(BLOCK + 1, {"loss": 9.0})
    assert curves.take() == [CurveBlock("r", 0, 1, BLOCK, {"loss": (BLOCK, 1.0 / BLOCK, 1, 1.0)})]
    assert curves.take() == []


def test_an_evaluation_adds_to_its_step() -> None:
    curves = CurveBlocks("r")
    curves.add(BLOCK - 1, {"loss": 2.0})
    curves.add(BLOCK, {"loss": 3.0})
    curves.add(BLOCK, {"val_loss": 5.0})
    curves.add(BLOCK + 1, {"loss": 0.0})
    (block,) = curves.take()
    assert block.keys == {"loss": (BLOCK - 1, 2.0, BLOCK, 3.0), "val_loss": (BLOCK, 5.0, BLOCK, 5.0)}
    assert (block.first, block.last) == (BLOCK - 1, BLOCK)


def test_what_could_not_be_written_comes_again_before_what_is_newer() -> None:
    curves = CurveBlocks("r")
    for step in (1, BLOCK + 1):
        curves.add(step, {"loss": 1.0})
    first = curves.take()
    curves.add(2 * BLOCK + 1, {"loss": 1.0})
    curves.give_back(first)
    assert [block.block for block in curves.take()] == [0, 1]
