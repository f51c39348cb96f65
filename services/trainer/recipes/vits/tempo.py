"""Measures how much longer held-back recordings are than the predicted durations.

The duration predictor learns the mean of the durations' logarithms, which is below the logarithm of their mean: 9 % too
fast for `small` on regular speech, more for a speaker who varies.
"""

from __future__ import annotations

from collections.abc import Sequence

from services.trainer.recipes.vits.dataset import Example
from shared.vits.config import Audio
from shared.vits.inference import InferenceInput, predict_frames
from shared.vits.model import Network

_MOST = 64
"""Utterances; the ratio varies by some percent between them."""
_BATCH = 16
_LIMITS = (0.5, 2.0)
"""An untrained predictor may be wrong by any factor, which says nothing about the tempo."""


def measure_length_scale(network: Network, examples: Sequence[Example], audio: Audio) -> float:
    """The factor for the predicted durations.

    A stochastic predictor, which has no such error, and a voice that rounds up keep what they have.
    """
    if network.args.use_sdp or not network.carries_remainders or not examples:
        return network.length_scale
    chosen = examples[:_MOST]
    predicted = 0.0
    for start in range(0, len(chosen), _BATCH):
        inputs = [InferenceInput(example.tokens, speaker=example.speaker) for example in chosen[start : start + _BATCH]]
        predicted += float(predict_frames(network, inputs).sum())
    recorded = sum(example.seconds for example in chosen) * audio.sample_rate / audio.hop_length
    lowest, highest = _LIMITS
    return min(highest, max(lowest, recorded / max(predicted, 1.0)))
