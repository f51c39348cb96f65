"""Assigns samples to steps and processes: functions of seed and epoch, the same in every process."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

Indices = npt.NDArray[np.int64]
# Steps of similar length need little padding; sorting only within groups of this many steps keeps them random.
_GROUP = 8
_ORDER, _SPLIT = 1, 2


def epoch_steps(lengths: Sequence[int] | Indices, step_size: int, *, seed: int, epoch: int) -> list[Indices]:
    """The samples of each step of an epoch, `step_size` over all processes; the last step may have fewer."""
    sizes = np.asarray(lengths)
    rng = np.random.default_rng([_ORDER, seed, epoch])
    order = rng.permutation(len(sizes))
    groups = [order[start : start + step_size * _GROUP] for start in range(0, len(order), step_size * _GROUP)]
    grouped = np.concatenate([group[np.argsort(sizes[group], kind="stable")] for group in groups])
    steps = [grouped[start : start + step_size] for start in range(0, len(grouped), step_size)]
    return [steps[number] for number in rng.permutation(len(steps))]


def share(indices: Indices, batch_size: int, *, rank: int, processes: int) -> list[Indices]:
    """This process's batches of a step. Every process gets the same number, some possibly empty: gradients are summed
    over all processes, and the others would wait for a missing one."""
    mine = indices[rank::processes]
    largest = -(-len(indices) // processes)
    return [mine[start : start + batch_size] for start in range(0, largest, batch_size)]


def split(count: int, fraction: float, *, seed: int) -> tuple[Indices, Indices]:
    """Training and validation indices, at least one each. `count` is 2 or more."""
    order = np.random.default_rng([_SPLIT, seed]).permutation(count)
    held_back = min(count - 1, max(1, round(fraction * count)))
    return np.sort(order[held_back:]), np.sort(order[:held_back])
