"""Controls that all processes of a run see at the same step."""

from __future__ import annotations

from dataclasses import dataclass

from services.trainer.child.process_group import ProcessGroup
from services.trainer.interface.controls import Action, ControlSource

_CODES: tuple[Action | None, ...] = (None, "stop", "pause")


@dataclass(frozen=True, slots=True)
class DistributedControls:
    """The first process's controls, broadcast to all between two steps: a step needs every process."""

    controls: ControlSource
    group: ProcessGroup

    @property
    def requested(self) -> Action | None:
        local = self.controls.requested
        if self.group.num_processes == 1:
            return local
        import torch
        from accelerate.utils import broadcast

        code = torch.tensor([_CODES.index(local)], device=str(self.group.device))
        return _CODES[int(broadcast(code, from_process=0).item())]
