"""What several processes that share one run must agree on."""

from __future__ import annotations

from dataclasses import dataclass

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast

from services.trainer.child.controls import Action, ControlSource

_CODES: tuple[Action | None, ...] = (None, "stop", "pause")


@dataclass(frozen=True, slots=True)
class DistributedControls:
    """The first process's controls, read by all between the same two steps: a step needs every process."""

    controls: ControlSource
    accelerator: Accelerator

    @property
    def requested(self) -> Action | None:
        mine = self.controls.requested
        if self.accelerator.num_processes == 1:
            return mine
        code = torch.tensor([_CODES.index(mine)], device=self.accelerator.device)
        return _CODES[int(broadcast(code, from_process=0).item())]
