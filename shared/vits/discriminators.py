"""Discriminators for a small voice: of periods (HiFi-GAN's) and of spectrograms (UnivNet's), with few plain channels.

Coqui's scale discriminator takes almost half of a step on a CPU with its grouped convolutions, and judges what the
spectrograms show better.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional
from torch.nn.utils.parametrizations import weight_norm

Judgement = tuple[torch.Tensor, list[torch.Tensor]]
"""Scores [B, N] and the features of each layer."""
Scores = list[torch.Tensor]
Features = list[list[torch.Tensor]]
_SLOPE = 0.1
_STEP = 3


class Discriminators(nn.Module):
    """Coqui's interface: `forward(x, y)` gives scores and features of x, then those of y."""

    def __init__(self, periods: Sequence[int], resolutions: Sequence[int], channels: int) -> None:
        super().__init__()
        self.nets = nn.ModuleList(
            [
                *(PeriodDiscriminator(period, channels) for period in periods),
                *(SpectrogramDiscriminator(size, channels) for size in resolutions),
            ]
        )

    def forward(
        self, x: torch.Tensor, y: torch.Tensor | None = None
    ) -> tuple[Scores, Features, Scores | None, Features | None]:
        first = [net(x) for net in self.nets]
        second = None if y is None else [net(y) for net in self.nets]
        scores, features = [score for score, _ in first], [layers for _, layers in first]
        if second is None:
            return scores, features, None, None
        return scores, features, [score for score, _ in second], [layers for _, layers in second]


class PeriodDiscriminator(nn.Module):
    """Every `period`-th sample as a row (Kong 2020, arXiv:2010.05646). Samples [B, 1, T]."""

    def __init__(self, period: int, channels: int) -> None:
        super().__init__()
        self.period = period
        sizes = (1, channels, 2 * channels, 4 * channels, 8 * channels)
        self.convs = nn.ModuleList(
            weight_norm(nn.Conv2d(before, after, (5, 1), (_STEP, 1), padding=(2, 0)))
            for before, after in itertools.pairwise(sizes)
        )
        self.convs.append(weight_norm(nn.Conv2d(sizes[-1], sizes[-1], (5, 1), padding=(2, 0))))
        self.score = weight_norm(nn.Conv2d(sizes[-1], 1, (3, 1), padding=(1, 0)))

    def forward(self, x: torch.Tensor) -> Judgement:
        missing = -x.shape[-1] % self.period
        padded = functional.pad(x, (0, missing), "reflect") if missing else x
        rows = padded.view(len(x), 1, -1, self.period)
        return _judge(rows, self.convs, self.score)


class SpectrogramDiscriminator(nn.Module):
    """Magnitudes of an STFT of `size` samples, a quarter of it the hop (Jang 2021, arXiv:2106.07889)."""

    window: torch.Tensor

    def __init__(self, size: int, channels: int) -> None:
        super().__init__()
        self.size = size
        self.register_buffer("window", torch.hann_window(size), persistent=False)
        self.convs = nn.ModuleList(
            weight_norm(nn.Conv2d(before, channels, (9, 3), (stride, 1), padding=(4, 1)))
            for before, stride in ((1, 2), (channels, 2), (channels, 2), (channels, 2))
        )
        self.convs.append(weight_norm(nn.Conv2d(channels, channels, 3, padding=1)))
        self.score = weight_norm(nn.Conv2d(channels, 1, 3, padding=1))

    def forward(self, x: torch.Tensor) -> Judgement:
        with torch.autocast(x.device.type, enabled=False):
            spectrum = torch.stft(
                x[:, 0].float(), self.size, self.size // 4, window=self.window, return_complex=True, pad_mode="constant"
            )
            magnitudes = torch.view_as_real(spectrum).square().sum(-1).clamp(min=1e-9).sqrt()
        return _judge(magnitudes[:, None], self.convs, self.score)


def _judge(x: torch.Tensor, convs: nn.ModuleList, score: nn.Module) -> Judgement:
    features: list[torch.Tensor] = []
    for conv in convs:
        x = functional.leaky_relu(conv(x), _SLOPE)
        features.append(x)
    judged = score(x)
    features.append(judged)
    return judged.flatten(1), features
