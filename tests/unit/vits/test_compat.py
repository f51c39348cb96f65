"""Coqui imports without torchaudio and torchcodec, and transformers is not misled by what stands in for them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import librosa
import numpy as np
import pytest
import torch

from shared.vits import compat
from shared.vits.mel import mel_filters


def run(code: str) -> None:
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_coqui_imports_and_torchcodec_is_gone_afterwards() -> None:
    run(
        "import sys; import shared.vits.compat as c; assert c.Vits; assert 'torchcodec' not in sys.modules; "
        "import importlib.util as u; assert u.find_spec('torchcodec') is None"
    )


def test_importing_it_twice_or_with_a_working_torchaudio_changes_nothing() -> None:
    run(
        "import sys, types, importlib.machinery as m; real = types.ModuleType('torchaudio'); real.__version__ = '1'; "
        "real.__spec__ = m.ModuleSpec('torchaudio', None); sys.modules['torchaudio'] = real; "
        "import shared.vits.compat, importlib; importlib.reload(shared.vits.compat); "
        "assert sys.modules['torchaudio'] is real"
    )


def test_nothing_heavy_comes_along() -> None:
    run(
        "import sys; from shared.vits.model import build; from shared.vits.presets import preset; "
        "build(preset('tiny'), seed=0, discriminator=True).get_criterion(); "
        "bad = {'numba', 'sklearn', 'scipy.signal', 'transformers', 'gruut', 'matplotlib.pyplot'} & set(sys.modules); "
        "assert not bad, bad"
    )


def test_load_and_save_keep_samples(tmp_path: Path) -> None:
    samples = torch.linspace(-0.5, 0.5, 2000).reshape(2, 1000)
    compat.save(tmp_path / "x.wav", samples, 16000)
    loaded, rate = compat.load(tmp_path / "x.wav")
    assert rate == 16000
    assert loaded.shape == (2, 1000)
    assert torch.allclose(loaded, samples, atol=1e-4)


def test_resample_keeps_a_tone() -> None:
    time = torch.arange(16000) / 16000
    tone = torch.sin(2 * torch.pi * 440 * time).unsqueeze(0)
    changed = compat.Resample(16000, 22050)(tone)
    assert changed.shape == (1, 22050)
    spectrum = torch.fft.rfft(changed[0]).abs()
    assert int(spectrum.argmax()) == 440
    assert torch.equal(compat.resample(tone, 16000, 16000), tone)


@pytest.mark.parametrize(
    ("rate", "fft", "mels", "low", "high"),
    [(22050, 1024, 80, 0.0, None), (16000, 1024, 80, 0.0, 8000.0), (24000, 2048, 100, 50.0, 12000.0)],
)
def test_the_mel_filters_are_librosas(rate: int, fft: int, mels: int, low: float, high: float | None) -> None:
    ours = mel_filters(sr=rate, n_fft=fft, n_mels=mels, fmin=low, fmax=high)
    theirs = librosa.filters.mel(sr=rate, n_fft=fft, n_mels=mels, fmin=low, fmax=high)
    assert ours.dtype == theirs.dtype
    assert np.array_equal(ours, theirs)
