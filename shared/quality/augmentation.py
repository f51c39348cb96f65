"""Changes of log-mel features, so that the recogniser also judges voices that differ from its recordings.

All act on features: they are computed once. Tempo and pitch by interpolation, noise as a floor, a blur like that of an
early decoder, and masks as in SpecAugment (Park et al. 2019), but shorter than a phoneme.
"""

from __future__ import annotations

import torch

from shared.quality.features import normalized

_TEMPO = (0.85, 1.2)
_PITCH = 0.06
"""The share by which the mel axis is stretched: about a semitone either way."""
_FLOOR = (1.5, 4.0)
"""The noise floor, in deviations below the loudest value of a band."""
_BAND_MASK, _TIME_MASK = 10, 6
_OFTEN, _SOMETIMES = 0.5, 0.25


def augmented(features: torch.Tensor, generator: torch.Generator) -> torch.Tensor:
    """Changed features [bands, frames]; the number of frames changes by at most a fifth."""

    def uniform(low: float, high: float) -> float:
        return low + (high - low) * float(torch.rand((), generator=generator))

    changed = _stretched(features, uniform(*_TEMPO), 1.0 + uniform(-_PITCH, _PITCH))
    if uniform(0, 1) < _OFTEN:
        noise = 0.3 * torch.randn(changed.shape, generator=generator)
        loudest = changed.amax(dim=1, keepdim=True)
        changed = torch.logaddexp(3 * changed, 3 * (loudest - uniform(*_FLOOR) + noise)) / 3
    if uniform(0, 1) < _SOMETIMES:
        changed = torch.nn.functional.avg_pool1d(changed[None], 3, stride=1, padding=1, count_include_pad=False)[0]
    changed = normalized(changed)
    bands, frames = changed.shape
    for _ in range(2):
        _mask(changed, 0, int(uniform(0, _BAND_MASK)), uniform(0, 1) * bands)
        _mask(changed, 1, int(uniform(0, _TIME_MASK)), uniform(0, 1) * frames)
    return changed


def _stretched(features: torch.Tensor, tempo: float, pitch: float) -> torch.Tensor:
    bands, frames = features.shape
    wanted = (max(bands, round(bands * pitch)), max(2, round(frames / tempo)))
    stretched = torch.nn.functional.interpolate(features[None, None], wanted, mode="bilinear")[0, 0]
    if pitch >= 1.0:
        return stretched[:bands].contiguous()
    kept = round(bands * pitch)  # the upper bands move down; the highest fill with the last
    lowered = torch.nn.functional.interpolate(features[None, None], (kept, wanted[1]), mode="bilinear")[0, 0]
    return torch.cat([lowered, lowered[-1:].expand(bands - kept, -1)])


def _mask(features: torch.Tensor, axis: int, width: int, start: float) -> None:
    first = min(int(start), features.shape[axis] - 1)
    features.narrow(axis, first, min(width, features.shape[axis] - first)).zero_()
