"""Imports Coqui without torchaudio and torchcodec, whose PyPI builds are for CUDA and fail with a CPU build of torch.

Coqui's VITS uses `torchaudio.load`, `.save`, `functional.resample` and `transforms.Resample`, and its package checks
that torchcodec exists. This module replaces them with soundfile and scipy, in memory. It is the only module that
imports TTS: other modules import Coqui's classes from here.
"""

from __future__ import annotations

import importlib.machinery
import logging
import sys
import types
import warnings
from pathlib import Path

import soundfile
import torch

from shared.audio.recordings import read_samples
from shared.vits.audio import resample_samples
from shared.vits.mel import LightLibrosa


def load(path: str | Path) -> tuple[torch.Tensor, int]:
    """Samples float32 [channels, time] in [-1, 1] and the rate in Hz, as `torchaudio.load`."""
    samples, rate = read_samples(Path(path))
    return torch.from_numpy(samples.T.copy()), rate


def save(path: str | Path, samples: torch.Tensor, rate: int) -> None:
    """Write samples [channels, time] as 16-bit audio, as `torchaudio.save`."""
    soundfile.write(path, samples.detach().cpu().numpy().T, rate, subtype="PCM_16")


def resample(samples: torch.Tensor, orig_freq: int, new_freq: int) -> torch.Tensor:
    """Polyphase resampling over the last axis, as `torchaudio.functional.resample`. No gradient flows through it."""
    changed = resample_samples(samples.detach().cpu().numpy(), orig_freq, new_freq)
    return torch.from_numpy(changed).to(samples.device)


class Resample(torch.nn.Module):
    def __init__(self, orig_freq: int = 16000, new_freq: int = 16000) -> None:
        super().__init__()
        self.orig_freq, self.new_freq = orig_freq, new_freq

    def forward(self, samples: torch.Tensor) -> torch.Tensor:
        return resample(samples, self.orig_freq, self.new_freq)


def _module(name: str, members: dict[str, object]) -> types.ModuleType:
    module = types.ModuleType(name, "Stands in for the package of this name; see shared/vits/compat.py.")
    # importlib.util.find_spec, by which packages detect each other, requires a spec.
    module.__spec__ = importlib.machinery.ModuleSpec(name, loader=None)
    vars(module).update(members)
    sys.modules[name] = module
    return module


def _stand_in() -> None:
    """Install the replacement of torchaudio. Idempotent; an imported torchaudio works, so it is not replaced."""
    if "torchaudio" in sys.modules:
        return
    functional = _module("torchaudio.functional", {"resample": resample})
    transforms = _module("torchaudio.transforms", {"Resample": Resample})
    members = {"load": load, "save": save, "functional": functional, "transforms": transforms}
    _module("torchaudio", {**members, "__version__": torch.__version__, "__path__": []})


def _import_coqui() -> None:
    """Import TTS with a placeholder for torchcodec, which only TTS/__init__.py checks for; then remove the placeholder,
    so that transformers does not detect it."""
    had_codec = "torchcodec" in sys.modules
    if not had_codec:
        _module("torchcodec", {})
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            import TTS  # noqa: F401
    finally:
        if not had_codec:
            del sys.modules["torchcodec"]


_stand_in()
_import_coqui()
# At every build Coqui warns that it "could not identify language", which Sokhan's front-end handles.
logging.getLogger("TTS").setLevel(logging.ERROR)

from TTS.config.shared_configs import BaseAudioConfig  # noqa: E402
from TTS.tts.configs.shared_configs import CharactersConfig  # noqa: E402
from TTS.tts.configs.vits_config import VitsArgs, VitsConfig  # noqa: E402
from TTS.tts.models.vits import Vits  # noqa: E402
from TTS.utils.audio import numpy_transforms, torch_transforms  # noqa: E402

for _user in (numpy_transforms, torch_transforms):
    _user.librosa = LightLibrosa()

__all__ = ["BaseAudioConfig", "CharactersConfig", "Vits", "VitsArgs", "VitsConfig", "load", "resample", "save"]
