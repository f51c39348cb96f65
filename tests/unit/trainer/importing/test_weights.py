"""Every tensor against the model that the config builds."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
import torch

from services.trainer.recipes.importing.translate import translate
from services.trainer.recipes.importing.weights import EMBEDDING, generator_tensors
from shared.contracts.errors import UnsafeCheckpoint
from shared.vits.loading import expected_tensors
from shared.vits.model import build, generator_state
from shared.vits.presets import preset
from shared.vits.shapes import size_of
from tests.support.coqui import coqui_config, tiny_config
from tests.support.imports import Source

TRANSLATED = translate(coqui_config(tiny_config()), language="fa")
State = dict[object, object]
A_NORM = "posterior_encoder.enc.in_layers.0.parametrizations.weight.original0"


def take(model: State) -> dict[str, torch.Tensor]:
    return generator_tensors(model, expected_tensors(TRANSLATED.config), TRANSLATED.vocabulary)


@pytest.fixture
def state(source: Source) -> State:
    return {name: tensor for name, tensor in source.network.state_dict().items()}  # noqa: C416 - its type is wider


def test_shapes_are_known_without_memory_for_weights() -> None:
    expected = expected_tensors(preset("tiny"))
    real = generator_state(build(preset("tiny"), seed=0))
    assert {name: tensor.shape for name, tensor in expected.items()} == {n: t.shape for n, t in real.items()}
    assert {tensor.device.type for tensor in expected.values()} == {"meta"}


def test_a_model_beyond_any_voices_size_is_refused() -> None:
    config = preset("quality")
    sizes = {"hidden_channels": 1024, "num_layers_posterior_encoder": 32, "num_layers_flow": 32}
    large = config.model_copy(update={"model_args": config.model_args.model_copy(update=sizes)})
    with pytest.raises(UnsafeCheckpoint, match="bytes of weights"):
        expected_tensors(large)


def test_the_generator_is_taken_and_the_discriminator_is_not(state: State) -> None:
    taken = take(state)
    assert any(str(name).startswith("disc.") for name in state)
    assert not [name for name in taken if name.startswith("disc.")]
    assert size_of(taken) == size_of(expected_tensors(TRANSLATED.config))


def test_old_names_of_the_weight_norm_are_known(state: State) -> None:
    new = take(state)
    old: State = {
        re.sub(r"\.parametrizations\.weight\.original([01])$", lambda m: ".weight_" + "gv"[int(m[1])], str(name)): value
        for name, value in state.items()
    }
    assert old.keys() != state.keys()
    taken = take(old)
    assert all(torch.equal(taken[name], new[name]) for name in new)


def test_a_name_that_is_there_in_both_ways_is_refused(state: State) -> None:
    state["posterior_encoder.enc.in_layers.0.weight_g"] = torch.zeros(1)
    with pytest.raises(UnsafeCheckpoint, match="twice"):
        take(state)


def sparse(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.to_sparse()


def not_a_number(tensor: torch.Tensor) -> torch.Tensor:
    changed = tensor.clone()
    changed.view(-1)[-1] = float("nan")
    return changed


WRONG: list[tuple[Callable[[torch.Tensor], object], str]] = [
    (lambda tensor: tensor[:-1], "shape"),
    (lambda tensor: tensor.reshape(-1), "shape"),
    (lambda tensor: torch.zeros(1).expand(40_000_000_000), "shape"),
    (lambda tensor: tensor.double(), "float64"),
    (lambda tensor: tensor.half(), "float16"),
    (lambda tensor: tensor.to("meta"), "plain"),
    (sparse, "plain"),
    (not_a_number, "finite"),
    (lambda tensor: tensor * float("inf"), "finite"),
    (lambda tensor: tensor.tolist(), "not a tensor"),
    (lambda tensor: None, "not a tensor"),
]


@pytest.mark.parametrize(("spoil", "reason"), WRONG)
@pytest.mark.parametrize("name", [EMBEDDING, A_NORM])
def test_a_tensor_that_does_not_fit_is_named(
    state: State, name: str, spoil: Callable[[torch.Tensor], object], reason: str
) -> None:
    tensor = state[name]
    assert isinstance(tensor, torch.Tensor)
    state[name] = spoil(tensor)
    with pytest.raises(UnsafeCheckpoint, match=reason) as refused:
        take(state)
    assert name in refused.value.message


def test_a_missing_and_an_unexpected_tensor_are_named(state: State) -> None:
    missing = {name: value for name, value in state.items() if name != A_NORM}
    with pytest.raises(UnsafeCheckpoint, match=f"{re.escape(A_NORM)} is missing"):
        take(missing)
    with pytest.raises(UnsafeCheckpoint, match=r"emb_g\.weight has no place"):
        take({**state, "emb_g.weight": torch.zeros(109, 256)})
    with pytest.raises(UnsafeCheckpoint, match="not a string"):
        take({**state, 7: torch.zeros(1)})


def test_what_is_taken_is_a_copy(state: State) -> None:
    taken = take(state)
    source = state[A_NORM]
    assert isinstance(source, torch.Tensor)
    assert taken[A_NORM].untyped_storage().data_ptr() != source.untyped_storage().data_ptr()
