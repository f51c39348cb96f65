"""The light discriminators speak Coqui's interface and tell speech apart."""

from __future__ import annotations

import torch

from shared.vits.discriminators import Discriminators


def test_they_answer_as_coquis_do() -> None:
    scores, features, other_scores, other_features = Discriminators((2, 3), (256,), 4)(
        torch.randn(2, 1, 1000), torch.randn(2, 1, 1000)
    )
    assert other_scores is not None
    assert other_features is not None
    assert len(scores) == len(features) == len(other_scores) == len(other_features) == 3
    assert all(score.ndim == 2 and len(score) == 2 for score in scores)
    assert [layer.shape for layer in features[0]] == [layer.shape for layer in other_features[0]]


def test_one_waveform_has_no_second_answer() -> None:
    _, _, scores, features = Discriminators((2,), (), 4)(torch.randn(2, 1, 1001))
    assert scores is None
    assert features is None


def test_silence_has_finite_gradients() -> None:
    silence = torch.zeros(1, 1, 2000, requires_grad=True)
    scores, _, _, _ = Discriminators((2,), (256,), 4)(silence)
    sum(score.sum() for score in scores).backward()
    assert silence.grad is not None
    assert torch.isfinite(silence.grad).all()


def test_they_learn_to_tell_noise_from_a_tone() -> None:
    torch.manual_seed(1)
    network = Discriminators((2, 3), (256,), 4)
    optimizer = torch.optim.Adam(network.parameters(), 1e-3)
    tone = torch.sin(torch.arange(2000) * 0.1).repeat(4, 1, 1)
    losses = []
    for _ in range(30):
        real, _, fake, _ = network(tone, torch.randn(4, 1, 2000))
        assert fake is not None
        loss = sum(((1 - r) ** 2).mean() + (f**2).mean() for r, f in zip(real, fake, strict=True))
        assert isinstance(loss, torch.Tensor)
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < 0.5 * losses[0]
