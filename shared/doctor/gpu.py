"""Checks the GPUs against the build of torch, without loading torch."""

from __future__ import annotations

import importlib.util
import re
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from shared.config import Settings
from shared.contracts.system import GpuLoad
from shared.doctor.report import Finding, ok, problem, warning
from shared.service.gpus import GpuReader

CHECK = "gpu"
_CUDA = re.compile(r"^cuda[^=]*=\s*['\"]([\d.]+)['\"]", re.MULTILINE)
_VERSION = re.compile(r"^__version__[^=]*=\s*['\"]([^'\"]+)['\"]", re.MULTILINE)
_INDEX = "https://pytorch.org/get-started/locally"


@dataclass(frozen=True, slots=True)
class TorchBuild:
    """`cuda`: the version that it was built for; None for a build without."""

    version: str
    cuda: str | None


def check_gpu(
    settings: Settings | None,
    gpus: Callable[[], Sequence[GpuLoad]] | None = None,
    build: Callable[[], TorchBuild | None] | None = None,
    has_driver: Callable[[], bool] = lambda: shutil.which("nvidia-smi") is not None,
) -> list[Finding]:
    """Blocking. `gpus`, `build`, `has_driver`: for tests."""
    found, torch = (gpus or GpuReader())(), (build or torch_build)()
    shown = ", ".join(gpu.name for gpu in found)
    built = f"torch {torch.version}" if torch is not None else "no torch here"
    wanted = settings.training_gpus if settings is not None else "auto"
    if not found:
        if wanted not in {"auto", "none"}:
            advice = "Install NVIDIA's driver, or set SOKHAN_TRAINING_GPUS=auto."
            return [problem(CHECK, f"SOKHAN_TRAINING_GPUS={wanted}, and no GPU can be read.", advice)]
        if has_driver():
            advice = "Compare with the output of nvidia-smi; the driver may be of another version than its module."
            return [warning(CHECK, "nvidia-smi is installed, and no GPU can be read.", advice)]
        return [ok(CHECK, f"no GPU: training and speech use the processor ({built})")]
    if torch is None:
        return [ok(CHECK, f"{shown}; {built}: training and speech run elsewhere")]
    if torch.cuda is None:
        return [warning(CHECK, f"{shown}, and {built} is built without CUDA: it is not used.", f"Install: {_INDEX}")]
    return [ok(CHECK, f"{shown}; {built} for CUDA {torch.cuda}")]


def torch_build() -> TorchBuild | None:
    """The build of the installed torch, read from its version.py: its import takes seconds. None without torch."""
    spec = importlib.util.find_spec("torch")
    if spec is None or spec.origin is None:
        return None
    try:
        text = (Path(spec.origin).parent / "version.py").read_text(encoding="utf-8")
    except OSError:
        return None
    version, cuda = _VERSION.search(text), _CUDA.search(text)
    return TorchBuild(version[1] if version else "of an unknown version", cuda[1] if cuda else None)
