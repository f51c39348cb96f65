"""The devices of this machine, and which run has which. A run that cannot have its device is not claimed."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from shared.telemetry import get_logger

_LOG = get_logger("trainer")
_LIGHT_SLOTS = 1  # imports at once


@dataclass(frozen=True, slots=True)
class DevicePlacement:
    """`gpus`: names by which CUDA is told what a run may see; none on the CPU. `light`: computes next to nothing."""

    gpus: tuple[str, ...] = ()
    light: bool = False

    def environment(self) -> dict[str, str]:
        """Also a run on the CPU is told: it must not take what another one has."""
        return {"CUDA_VISIBLE_DEVICES": ",".join(self.gpus)}


@dataclass
class Devices:
    """`gpu_slots` runs share each GPU, `cpu_slots` runs the processor."""

    gpus: Sequence[str]
    gpu_slots: int
    cpu_slots: int
    _places: dict[str, DevicePlacement] = field(default_factory=dict)

    @property
    def slots(self) -> int:
        return self.cpu_slots + self.gpu_slots * len(self.gpus) + _LIGHT_SLOTS

    def find(self, device: str, processes: int) -> DevicePlacement | None:
        """Where a run of this wish could go now: the GPUs that have the fewest runs.

        `auto` is a GPU where there is one. What this machine can never give goes to the CPU's slots, where the run
        ends with a sentence about it instead of waiting for ever.
        """
        if device == "cpu" or not self.gpus or (device == "cuda" and processes > len(self.gpus)):
            used = sum(not place.gpus and not place.light for place in self._places.values())
            return DevicePlacement() if used < self.cpu_slots else None
        load = Counter(gpu for place in self._places.values() for gpu in place.gpus)
        wanted = min(processes, len(self.gpus))
        free = sorted((gpu for gpu in self.gpus if load[gpu] < self.gpu_slots), key=lambda gpu: load[gpu])
        return DevicePlacement(tuple(free[:wanted])) if len(free) >= wanted else None

    def find_unaccelerated(self) -> DevicePlacement | None:
        """For what computes next to nothing, and so does not wait for what trains."""
        used = sum(place.light for place in self._places.values())
        return DevicePlacement(light=True) if used < _LIGHT_SLOTS else None

    def take(self, run: str, place: DevicePlacement) -> None:
        self._places[run] = place

    def has(self, run: str) -> bool:
        return run in self._places

    def place(self, run: str) -> DevicePlacement:
        return self._places.get(run, DevicePlacement())

    def give_back(self, run: str) -> None:
        self._places.pop(run, None)


def find_gpus(setting: str) -> tuple[str, ...]:
    """`auto`: every GPU that the driver shows; `none`; or names that CUDA knows, separated by commas."""
    if setting == "none":
        return ()
    if setting == "auto":
        setting = os.environ.get("CUDA_VISIBLE_DEVICES", "auto")  # what whoever started us lets us see
    if setting != "auto":
        return tuple(name.strip() for name in setting.split(",") if name.strip() not in {"", "-1", "NoDevFiles"})
    try:
        import pynvml  # type: ignore[import-not-found, import-untyped, unused-ignore]

        pynvml.nvmlInit()
        handles = [pynvml.nvmlDeviceGetHandleByIndex(number) for number in range(pynvml.nvmlDeviceGetCount())]
        return tuple(str(pynvml.nvmlDeviceGetUUID(handle)) for handle in handles)
    except Exception as error:  # no driver, no library, a broken one: there is the CPU
        _LOG.info("gpu_not_found", reason=str(error) or type(error).__name__)
        return ()
