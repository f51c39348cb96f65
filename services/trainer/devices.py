"""The devices of this machine and their allocation to runs. A run without a free device is not claimed."""

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
    """`gpus`: the names in CUDA_VISIBLE_DEVICES, none on the CPU. `light`: a run with hardly any computation."""

    gpus: tuple[str, ...] = ()
    light: bool = False

    def environment(self) -> dict[str, str]:
        """The child's variables. A run on the CPU sees no GPU: it must not use another run's."""
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
        """The number of concurrent runs, imports included."""
        return self.cpu_slots + self.gpu_slots * len(self.gpus) + _LIGHT_SLOTS

    def find(self, device: str, processes: int) -> DevicePlacement | None:
        """A free placement for a run, on the GPUs with the fewest runs; None if there is none now.

        `auto` is a GPU if there is one. A request that this machine can never satisfy gets a CPU slot, where the run
        fails with the reason instead of waiting without end.
        """
        if device == "cpu" or not self.gpus or (device == "cuda" and processes > len(self.gpus)):
            used = sum(not place.gpus and not place.light for place in self._places.values())
            return DevicePlacement() if used < self.cpu_slots else None
        load = Counter(gpu for place in self._places.values() for gpu in place.gpus)
        count = min(processes, len(self.gpus))
        free = sorted((gpu for gpu in self.gpus if load[gpu] < self.gpu_slots), key=lambda gpu: load[gpu])
        return DevicePlacement(tuple(free[:count])) if len(free) >= count else None

    def find_unaccelerated(self) -> DevicePlacement | None:
        """A free placement for a run with hardly any computation, which need not wait for training runs."""
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
    """The GPUs of a setting: `auto` for all that the driver lists, `none`, or CUDA's names, separated by commas."""
    if setting == "none":
        return ()
    if setting == "auto":
        setting = os.environ.get("CUDA_VISIBLE_DEVICES", "auto")  # the limit set by the parent process
    if setting != "auto":
        return tuple(name.strip() for name in setting.split(",") if name.strip() not in {"", "-1", "NoDevFiles"})
    try:
        import pynvml  # type: ignore[import-not-found, import-untyped, unused-ignore]

        pynvml.nvmlInit()
        handles = [pynvml.nvmlDeviceGetHandleByIndex(number) for number in range(pynvml.nvmlDeviceGetCount())]
        return tuple(str(pynvml.nvmlDeviceGetUUID(handle)) for handle in handles)
    except Exception as error:  # no driver, no library, or a broken one: use the CPU
        _LOG.info("gpu_not_found", reason=str(error) or type(error).__name__)
        return ()
