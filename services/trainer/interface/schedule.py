"""The learning rate as a function of the step alone: a resumed run needs no scheduler state."""

from __future__ import annotations

import math
from typing import Literal

Schedule = Literal["linear", "cosine", "constant"]


def learning_rate(step: int, *, peak: float, warmup: int, total: int, schedule: Schedule) -> float:
    """The rate of a step from 1 to `total`: linear warm-up, then decay towards 0, which is not reached."""
    if step <= warmup:
        return peak * step / warmup
    if schedule == "constant":
        return peak
    left = (total - step + 1) / max(1, total - warmup)
    left = min(1.0, max(0.0, left))
    return peak * (left if schedule == "linear" else 0.5 * (1 - math.cos(math.pi * left)))
