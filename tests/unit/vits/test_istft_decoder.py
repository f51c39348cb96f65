"""The decoder of `small`: an inverse transform that is exact, and speech that lines up with its frames."""

from __future__ import annotations

import torch

from shared.vits.istft_decoder import InverseStft, IstftDecoder

HOP = 200


def test_the_inverse_restores_the_signal() -> None:
    signal = torch.randn(2, 40 * HOP, generator=torch.Generator().manual_seed(1))
    padded = torch.nn.functional.pad(signal, (3 * HOP // 2, 3 * HOP // 2))
    window = torch.hann_window(4 * HOP)
    spectrum = torch.stft(padded, 4 * HOP, HOP, window=window, center=False, return_complex=True)
    restored = InverseStft(HOP)(spectrum.real, spectrum.imag)
    assert restored.shape == (2, 1, 40 * HOP)
    assert torch.allclose(restored[:, 0], signal, atol=1e-4)


def test_a_frame_has_a_hop_of_samples() -> None:
    decoder = IstftDecoder(16, HOP, channels=8, layers=1)
    for frames in (1, 2, 33):
        samples = decoder(torch.randn(3, 16, frames))
        assert samples.shape == (3, 1, frames * HOP)
        assert torch.isfinite(samples).all()


def test_exploding_latents_stay_finite() -> None:
    decoder = IstftDecoder(16, HOP, channels=8, layers=1)
    assert torch.isfinite(decoder(torch.full((1, 16, 9), 1e6))).all()


def test_its_basis_is_no_part_of_the_weights() -> None:
    names = set(IstftDecoder(16, HOP, channels=8, layers=1).state_dict())
    assert not {name for name in names if "inverse" in name}


def test_speakers_change_the_speech() -> None:
    decoder = IstftDecoder(16, HOP, channels=8, layers=1, speaker_channels=4)
    latents = torch.randn(1, 16, 9)
    one, two = (decoder(latents, g=torch.full((1, 4, 1), value)) for value in (0.0, 1.0))
    assert not torch.allclose(one, two)
