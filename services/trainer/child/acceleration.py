"""What we take of accelerate, which ships no types: imported here and nowhere else."""

from __future__ import annotations

from accelerate import Accelerator  # type: ignore[import-untyped]
from accelerate.utils import set_seed  # type: ignore[import-untyped]

__all__ = ["Accelerator", "set_seed"]
