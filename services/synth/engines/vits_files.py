"""Reads a folder in transformers' VITS format as untrusted: an allow-list of bounded sizes, and weights that fit them.

transformers itself builds whatever `config.json` describes, initialises missing weights at random, and follows other
files of the folder (adapters, shards). Here the network is built only after its shapes equal the stored ones.
"""

from __future__ import annotations

import json
import re
from math import prod
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from shared.contracts.errors import UnsafeCheckpoint
from shared.contracts.sentences import sentence
from shared.files.tensors import read_tensors
from shared.vits.config import CONFIG, MAX_FLOATS_PER_FRAME, WEIGHTS

if TYPE_CHECKING:
    import torch
    from transformers import VitsModel

_MAX_JSON_BYTES = 1 << 20
# The files that transformers' tokenizer reads from the folder.
_TOKENIZER = ("vocab.json", "tokenizer_config.json", "special_tokens_map.json", "added_tokens.json", "tokenizer.json")
# The factors of a weight norm by torch's names before 2.0, which the published MMS voices have.
_OLD_NORM = re.compile(r"\.weight_([gv])$")
_NEW_NORM = {"g": ".parametrizations.weight.original0", "v": ".parametrizations.weight.original1"}

_Size = Annotated[int, Field(ge=1, le=1024)]
_Layers = Annotated[int, Field(ge=1, le=32)]
_Kernel = Annotated[int, Field(ge=1, le=31)]
_Few = Annotated[tuple[_Kernel, ...], Field(min_length=1, max_length=8)]
_Noise = Annotated[float, Field(ge=0.0, le=2.0)]


class VitsSizes(BaseModel):
    """The fields of `config.json` that reach transformers; the defaults are those of its `VitsConfig`."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    model_type: Literal["vits"]
    vocab_size: Annotated[int, Field(ge=1, le=4096)] = 38
    hidden_size: _Size = 192
    num_hidden_layers: _Layers = 6
    num_attention_heads: Annotated[int, Field(ge=1, le=16)] = 2
    window_size: Annotated[int, Field(ge=1, le=64)] = 4
    use_bias: bool = True
    ffn_dim: Annotated[int, Field(ge=1, le=4096)] = 768
    ffn_kernel_size: _Kernel = 3
    flow_size: _Size = 192
    spectrogram_bins: Annotated[int, Field(ge=1, le=2049)] = 513
    hidden_act: Literal["relu", "gelu", "silu"] = "relu"
    layer_norm_eps: Annotated[float, Field(gt=0, le=0.1)] = 1e-5
    use_stochastic_duration_prediction: bool = True
    num_speakers: Annotated[int, Field(ge=1, le=10_000)] = 1
    speaker_embedding_size: Annotated[int, Field(ge=0, le=1024)] = 0
    upsample_initial_channel: Annotated[int, Field(ge=8, le=1024)] = 512
    upsample_rates: _Few = (8, 8, 2, 2)
    upsample_kernel_sizes: _Few = (16, 16, 4, 4)
    resblock_kernel_sizes: _Few = (3, 7, 11)
    resblock_dilation_sizes: Annotated[tuple[_Few, ...], Field(min_length=1, max_length=8)] = ((1, 3, 5),) * 3
    leaky_relu_slope: Annotated[float, Field(ge=0, le=1)] = 0.1
    depth_separable_channels: Annotated[int, Field(ge=1, le=64)] = 2
    depth_separable_num_layers: Annotated[int, Field(ge=1, le=8)] = 3
    duration_predictor_flow_bins: Annotated[int, Field(ge=1, le=64)] = 10
    duration_predictor_tail_bound: Annotated[float, Field(gt=0, le=100)] = 5.0
    duration_predictor_kernel_size: _Kernel = 3
    duration_predictor_num_flows: Annotated[int, Field(ge=1, le=16)] = 4
    duration_predictor_filter_channels: _Size = 256
    prior_encoder_num_flows: Annotated[int, Field(ge=1, le=16)] = 4
    prior_encoder_num_wavenet_layers: _Layers = 4
    posterior_encoder_num_wavenet_layers: _Layers = 16
    wavenet_kernel_size: _Kernel = 5
    wavenet_dilation_rate: Annotated[int, Field(ge=1, le=4)] = 1
    speaking_rate: Annotated[float, Field(ge=0.1, le=10)] = 1.0
    noise_scale: _Noise = 0.667
    noise_scale_duration: _Noise = 0.8
    sampling_rate: Annotated[int, Field(ge=8000, le=48000)] = 16_000

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        rates = self.upsample_rates
        if self.hidden_size % (2 * self.num_attention_heads) or self.flow_size % 2:
            raise ValueError("hidden_size must be a multiple of twice the number of heads, flow_size even")
        if len(rates) != len(self.upsample_kernel_sizes):
            raise ValueError("every upsampling rate needs its kernel size")
        if len(self.resblock_kernel_sizes) != len(self.resblock_dilation_sizes):
            raise ValueError("every residual block needs its dilations")
        widths = ((self.upsample_initial_channel >> n) * prod(rates[:n]) for n in range(1, len(rates) + 1))
        if prod(rates) > 1024 or max(widths) > MAX_FLOATS_PER_FRAME:
            raise ValueError("the decoder's layers are too wide for its upsampling rates")
        return self


def read_sizes(folder: Path) -> VitsSizes:
    """The bounded configuration, with a tokenizer whose ids it covers. Raises `UnsafeCheckpoint`."""
    for name in _TOKENIZER:
        if (folder / name).exists() and (folder / name).stat().st_size > _MAX_JSON_BYTES:
            raise UnsafeCheckpoint(f"{name} has more than {_MAX_JSON_BYTES:,} bytes; it was not read.")
    try:
        sizes = VitsSizes.model_validate_json(_read(folder / CONFIG))
        vocabulary = json.loads(_read(folder / "vocab.json"))
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])[:80] or CONFIG
        raise UnsafeCheckpoint(f"{CONFIG} of the voice is refused at “{where}”: {sentence(first)}.") from error
    except (OSError, ValueError, RecursionError) as error:
        raise UnsafeCheckpoint(f"{CONFIG} or vocab.json of the voice cannot be read: {str(error)[:100]}") from error
    ids = vocabulary.values() if isinstance(vocabulary, dict) else [None]
    if not all(type(number) is int and 0 <= number < sizes.vocab_size for number in ids):
        raise UnsafeCheckpoint(f"vocab.json has an id outside of the {sizes.vocab_size} of the network.")
    return sizes


def load_model(folder: Path, sizes: VitsSizes) -> VitsModel:
    """The network with exactly the stored weights, in float32. Raises `UnsafeCheckpoint`.

    Draws random numbers for weights that are then replaced: hold the lock of torch's generator.
    """
    import torch
    from safetensors.torch import load_file
    from transformers import VitsConfig, VitsModel

    from shared.vits.shapes import compare

    stored = {current_name(name): tensor.shape for name, tensor in read_tensors(folder / WEIGHTS).items()}
    values = sizes.model_dump(mode="json", exclude={"model_type"})
    with torch.device("meta"):
        described = VitsModel(VitsConfig(**values))
    compare({name: tuple(tensor.shape) for name, tensor in described.state_dict().items()}, stored)
    model = VitsModel(VitsConfig(**values))
    tensors = {current_name(name): tensor for name, tensor in load_file(folder / WEIGHTS).items()}
    model.load_state_dict(tensors, strict=True)
    return model


def current_name(name: str) -> str:
    """The name of a weight as torch has it since 2.0."""
    return _OLD_NORM.sub(lambda match: _NEW_NORM[match[1]], name)


def limit_durations(model: VitsModel) -> None:
    """Limit the predicted frames of a sentence as `shared.vits.inference` does: hostile weights predict days."""
    import torch

    from shared.vits.inference import MAX_LOG_DURATION, MOST_FRAMES

    def limit(_module: torch.nn.Module, _given: object, predicted: torch.Tensor) -> torch.Tensor:
        logs = torch.nan_to_num(predicted).clamp(max=MAX_LOG_DURATION)
        frames = logs.exp().sum() / model.speaking_rate
        return logs - (frames / MOST_FRAMES).clamp(min=1.0).log()

    model.duration_predictor.register_forward_hook(limit)


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        content = file.read(_MAX_JSON_BYTES + 1)
    if len(content) > _MAX_JSON_BYTES:
        raise UnsafeCheckpoint(f"{path.name} has more than {_MAX_JSON_BYTES:,} bytes; it was not read.")
    return content
