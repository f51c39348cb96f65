"""The decoder of `small`: an exact transform, pulses of the wanted pitch, and samples that line up with frames."""

from __future__ import annotations

import pytest
import torch

from shared.vits.harmonic_decoder import HarmonicDecoder, pulses
from shared.vits.pitch import fundamental_frequencies
from shared.vits.stft import InverseStft, Stft

HOP, RATE = 200, 16000


def decoder(speaker_channels: int = 0) -> HarmonicDecoder:
    torch.manual_seed(1)
    return HarmonicDecoder(16, hop=HOP, rate=RATE, channels=8, layers=1, speaker_channels=speaker_channels).eval()


def test_the_inverse_restores_the_signal() -> None:
    signal = torch.randn(2, 1, 40 * HOP, generator=torch.Generator().manual_seed(1))
    restored = InverseStft(HOP)(Stft(HOP)(signal) * Stft(HOP).basis.new_tensor((1.5 * HOP) ** 0.5))
    assert restored.shape == signal.shape
    assert torch.allclose(restored, signal, atol=1e-4)


@pytest.mark.parametrize("hertz", [70.0, 110.0, 233.0, 400.0])
def test_pulses_have_their_pitch_and_power(hertz: float) -> None:
    samples = pulses(torch.full((1, 40), hertz), RATE, HOP)
    assert samples.shape == (1, 1, 40 * HOP)
    assert torch.isfinite(samples).all()
    assert samples.square().mean().item() == pytest.approx(1.0, rel=0.1)
    found = fundamental_frequencies(samples[:, 0], RATE, HOP)[0, 4:-4]
    assert found.median().item() == pytest.approx(hertz, rel=0.03)


def test_noise_and_silence_have_no_pitch() -> None:
    noise = torch.randn(1, 40 * HOP, generator=torch.Generator().manual_seed(1))
    assert (fundamental_frequencies(noise, RATE, HOP) > 0).float().mean() < 0.2
    assert not fundamental_frequencies(torch.zeros(1, 40 * HOP), RATE, HOP).any()


def test_a_frame_has_a_hop_of_samples() -> None:
    for frames in (1, 2, 33, 200):
        samples = decoder()(torch.randn(3, 16, frames))
        assert samples.shape == (3, 1, frames * HOP)
        assert torch.isfinite(samples).all()


def test_exploding_latents_stay_finite() -> None:
    assert torch.isfinite(decoder()(torch.full((1, 16, 9), 1e6))).all()


def test_the_same_latents_give_the_same_speech() -> None:
    latents = torch.randn(1, 16, 30)
    one, other = decoder(), decoder()
    torch.manual_seed(2)
    first = one(latents)
    torch.manual_seed(3)
    assert torch.equal(first, other(latents))


def test_computed_tensors_are_no_part_of_the_weights() -> None:
    assert {name.split(".")[0] for name in decoder().state_dict()} == {"conv_pre", "blocks", "norm", "gains", "pitch"}


def test_speakers_change_the_speech() -> None:
    network = decoder(speaker_channels=4)
    latents = torch.randn(1, 16, 9)
    one, two = (network(latents, g=torch.full((1, 4, 1), value)) for value in (0.0, 1.0))
    assert not torch.allclose(one, two)


def test_speaking_keeps_nothing_of_a_call() -> None:
    """Two threads speak with one network: what one of them keeps in it, the other would read."""
    network = decoder()
    before = {name: id(value) for name, value in vars(network).items()}
    network(torch.randn(1, 16, 9))
    assert {name: id(value) for name, value in vars(network).items()} == before


def test_it_learns_the_pitch_of_a_recording() -> None:
    network = decoder().train()
    network.keeps_pitch = True
    recording = pulses(torch.full((2, 32), 220.0), RATE, HOP)
    optimizer = torch.optim.Adam(network.parameters(), 1e-2)
    latents = torch.randn(2, 16, 32)
    for _ in range(60):
        network(latents)
        loss = network.pitch_loss(recording)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
    assert network.log_pitch.detach().exp().median().item() == pytest.approx(220.0, rel=0.1)
