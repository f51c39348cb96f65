"""Reads the GPUs of this machine through NVML (`nvidia-ml-py`), NVIDIA's own library."""

from __future__ import annotations

import threading
from typing import Any

from shared.contracts.system import GpuLoad
from shared.telemetry import get_logger

_LOG = get_logger("service")


class GpuReader:
    """Called from threads. Without the library, the driver or a GPU the list is empty, and stays so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened = False
        self._nvml: Any = None

    def __call__(self) -> tuple[GpuLoad, ...]:
        with self._lock:
            if not self._opened:
                self._opened = True
                self._nvml = _open()
            if self._nvml is None:
                return ()
            try:
                count = self._nvml.nvmlDeviceGetCount()
                handles = [self._nvml.nvmlDeviceGetHandleByIndex(number) for number in range(count)]
                return tuple(self._read(handle) for handle in handles)
            except self._nvml.NVMLError as error:  # a driver that is being replaced, a GPU that has fallen off the bus
                _LOG.debug("gpus_not_read", reason=str(error))
                return ()

    def _read(self, handle: Any) -> GpuLoad:
        nvml = self._nvml
        memory = self._optional(lambda: nvml.nvmlDeviceGetMemoryInfo(handle))
        rates = self._optional(lambda: nvml.nvmlDeviceGetUtilizationRates(handle))
        return GpuLoad(
            id=_text(nvml.nvmlDeviceGetUUID(handle)),
            name=_text(nvml.nvmlDeviceGetName(handle)),
            utilization=float(rates.gpu) if rates is not None else None,
            memory_used=int(memory.used) if memory is not None else None,
            memory_total=int(memory.total) if memory is not None else None,
            temperature=self._optional(lambda: float(nvml.nvmlDeviceGetTemperature(handle, nvml.NVML_TEMPERATURE_GPU))),
        )

    def _optional(self, read: Any) -> Any:
        """What a read returns; None if this device does not support it, as slices of a GPU do not."""
        try:
            return read()
        except self._nvml.NVMLError:
            return None


def _open() -> Any:
    try:
        import pynvml  # type: ignore[import-not-found, import-untyped, unused-ignore]

        pynvml.nvmlInit()
    except Exception as error:  # no library, no driver, or a broken one
        _LOG.debug("gpus_not_readable", reason=str(error) or type(error).__name__)
        return None
    return pynvml


def _text(value: str | bytes) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else value
