"""Speech from a network, for synthesis and for the samples of a training run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import numpy as np
import torch

from shared.vits.audio import Samples
from shared.vits.model import Network

# What a symbol may last, as ln of frames: e^5.3 = 200 frames are 2.3 s. A voice that diverged answers with hours.
_LONGEST_LOG_DURATION = 5.3
_EVERYTHING_ELSE = ("d_vectors", "speaker_ids", "language_ids", "durations")


@contextmanager
def bounded(network: Network) -> Iterator[None]:
    """No symbol lasts longer than a breath for the length of the block."""
    hook = network.duration_predictor.register_forward_hook(lambda _module, _inputs, out: clamp(out))
    try:
        yield
    finally:
        hook.remove()


def clamp(log_durations: torch.Tensor) -> torch.Tensor:
    return log_durations.clamp(max=_LONGEST_LOG_DURATION)


@torch.no_grad()
def infer(network: Network, ids: Sequence[int], device: torch.device, speaker: int | None = None) -> Samples:
    """float32 in [-1, 1], of one sentence's symbol ids; `speaker` is an index for a voice that has several."""
    tokens = torch.tensor([list(ids)], device=device)
    auxiliary: dict[str, object] = dict.fromkeys(_EVERYTHING_ELSE)
    auxiliary["x_lengths"] = torch.tensor([tokens.shape[1]], device=device)
    if speaker is not None:
        auxiliary["speaker_ids"] = torch.tensor([speaker], device=device)
    waveform = network.inference(tokens, auxiliary)["model_outputs"]
    samples = np.nan_to_num(waveform[0, 0].float().cpu().numpy())
    return np.asarray(np.clip(samples, -1.0, 1.0), dtype=np.float32)
