"""The resources of this machine that a run needs."""

from __future__ import annotations

from dataclasses import dataclass

from services.trainer.interface.parameters import Device, Parameters
from services.trainer.recipes import find_recipe
from shared.contracts.errors import Validation
from shared.contracts.kinds.training import TrainingSpec


@dataclass(frozen=True, slots=True)
class RunResources:
    """`trains`: the run needs a device's slot for a long time; an import does not."""

    trains: bool
    device: Device = "cpu"
    processes: int = 1


def resources_of(spec: TrainingSpec) -> RunResources:
    """The resources of a run. One with an invalid spec (a removed recipe) needs none: it starts and fails."""
    try:
        parameters = find_recipe(spec.recipe).parse(spec.config)
    except Validation:
        return RunResources(trains=False)
    if not isinstance(parameters, Parameters):
        return RunResources(trains=False)
    return RunResources(trains=True, device=parameters.device, processes=parameters.processes)
