"""A waveform decoder at the frame rate: harmonics of a predicted pitch and noise, each with its gain in each bin.

A HiFi-GAN computes most of its layers at the sample rate and needs a long adversarial training for the phase of its
harmonics. So does an inverse STFT of predicted phases: with spectral losses alone its speech buzzes at the frame rate
(docs/benchmarks.md, "A voice that is understood"). Here the phases come from a pulse train, and the network predicts
the pitch and gains only, as in differentiable signal processing (Engel 2020, arXiv:2001.04643).
"""

from __future__ import annotations

import math

import torch
from torch import nn
from torch.nn import functional

from shared.vits.convnext import KERNEL, ConvNextBlock
from shared.vits.pitch import HIGHEST_HZ, LOWEST_HZ, fundamental_frequencies
from shared.vits.stft import InverseStft, Stft, bins_of

_MAX_LOG_GAIN = 4.6  # e^4.6 = 100: a diverging network must not overflow
_FIRST_LOG_GAIN = -3.0  # about the level of speech
_FIRST_LOG_HZ = 5.0  # e^5 = 148 Hz, between male and female voices
_NOISE_FRAMES = 97
"""The period of the noise: 1.2 s, prime, so that it does not repeat with the rhythm of speech."""
_EDGE = 2
"""Frames at both ends of a segment, whose pitch is not known: the window reaches beyond it."""
_PITCH_WEIGHT = 5.0


class HarmonicDecoder(nn.Module):
    """Latents [B, C, T] and speakers' embeddings [B, S, 1] to samples [B, 1, T * hop]; `rate` in Hz."""

    noise: torch.Tensor
    log_pitch: torch.Tensor
    """ln of the F0 in Hz that the last call predicted [B, T], if `keeps_pitch`."""
    keeps_pitch = False
    """Set by who computes `pitch_loss`, in training and in evaluation. Speaking keeps no state: it has threads."""

    def __init__(
        self, in_channels: int, *, hop: int, rate: int, channels: int, layers: int, speaker_channels: int = 0
    ) -> None:
        super().__init__()
        self.hop, self.rate, self.bins = hop, rate, bins_of(hop)
        self.conv_pre = nn.Conv1d(in_channels, channels, KERNEL, padding=KERNEL // 2)
        self.speaker = nn.Conv1d(speaker_channels, channels, 1) if speaker_channels else None
        self.blocks = nn.ModuleList(ConvNextBlock(channels, 1.0 / layers) for _ in range(layers))
        self.norm = nn.LayerNorm(channels, eps=1e-6)
        self.gains = nn.Linear(channels, 2 * self.bins)
        self.pitch = nn.Linear(channels, 1)
        self.forth, self.back = Stft(hop), InverseStft(hop)
        # The same noise in every process, so that a seed gives the same speech.
        noise = torch.randn(2 * self.bins, _NOISE_FRAMES, generator=torch.Generator().manual_seed(1)) / math.sqrt(2)
        self.register_buffer("noise", noise, persistent=False)

    def forward(self, x: torch.Tensor, g: torch.Tensor | None = None) -> torch.Tensor:
        x = self.conv_pre(x)
        if self.speaker is not None and g is not None:
            x = x + self.speaker(g)
        for block in self.blocks:
            x = block(x)
        hidden = self.norm(x.transpose(1, 2))
        log_gains = self.gains(hidden).float().transpose(1, 2) + _FIRST_LOG_GAIN
        log_pitch = 0.5 * self.pitch(hidden).float()[..., 0] + _FIRST_LOG_HZ
        if self.keeps_pitch:
            self.log_pitch = log_pitch
        voice_gain, noise_gain = log_gains.clamp(max=_MAX_LOG_GAIN).exp().chunk(2, dim=1)
        # Through the pulses no useful gradient reaches the pitch: it has a loss of its own.
        hertz = log_pitch.detach().clamp(math.log(LOWEST_HZ), math.log(HIGHEST_HZ)).exp()
        harmonics = self.forth(pulses(hertz, self.rate, self.hop))
        spectrum = harmonics * voice_gain.repeat(1, 2, 1) + self._noise(x.shape[-1]) * noise_gain.repeat(1, 2, 1)
        samples: torch.Tensor = self.back(spectrum)
        return samples

    def pitch_loss(self, samples: torch.Tensor) -> torch.Tensor:
        """The error of the last predicted pitch where the recording [B, 1, T * hop] has one."""
        hertz = fundamental_frequencies(samples[:, 0], self.rate, self.hop)[:, _EDGE:-_EDGE]
        voiced = hertz > 0
        errors = (self.log_pitch[:, _EDGE:-_EDGE] - hertz.clamp(min=LOWEST_HZ).log()).abs() * voiced
        return _PITCH_WEIGHT * errors.sum() / voiced.sum().clamp(min=1)

    def _noise(self, frames: int) -> torch.Tensor:
        """The noise's spectrum [2 * bins, T]; in training from a random frame, or the network would learn it."""
        start = int(torch.randint(_NOISE_FRAMES, ())) if self.training else 0
        return self.noise[:, (torch.arange(frames, device=self.noise.device) + start) % _NOISE_FRAMES]


def pulses(hertz: torch.Tensor, rate: int, hop: int) -> torch.Tensor:
    """A band-limited pulse train of power 1 [B, 1, T * hop] of the F0 [B, T]: all harmonics, in phase.

    The sum of cos(kφ) for k from 1 to n is (sin((n + 1/2)φ) / sin(φ/2) - 1) / 2.
    """
    each = functional.interpolate(hertz[:, None], scale_factor=float(hop), mode="linear")[:, 0]
    turns = (each.double() / rate).cumsum(1)
    half_angle = math.pi * (turns - turns.floor()).float()
    count = (0.5 * rate / each).floor()
    sine = half_angle.sin()
    at_pulse = sine.abs() < 1e-4
    summed = 0.5 * (((2 * count + 1) * half_angle).sin() / torch.where(at_pulse, torch.ones_like(sine), sine) - 1)
    return (torch.where(at_pulse, count, summed) * (2 / count).sqrt())[:, None]
