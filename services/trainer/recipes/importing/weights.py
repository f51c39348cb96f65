"""A checkpoint's tensors against the model that its configuration builds: names, shapes, types, finite numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from services.trainer.recipes.importing.vocabulary import Vocabulary
from shared.contracts.errors import UnsafeCheckpoint
from shared.vits.config import VoiceConfig
from shared.vits.model import build, generator_state

EMBEDDING = "text_encoder.emb.weight"
_DISCRIMINATOR = "disc."
# torch.nn.utils.weight_norm, which Coqui used until 2023, kept its two factors under these names.
_OLD_NORM = re.compile(r"\.weight_([gv])$")
_NEW_NORM = {"g": ".parametrizations.weight.original0", "v": ".parametrizations.weight.original1"}
_MAX_MODEL_BYTES = 1 << 30  # seven times Coqui's own size


class _ShapesOnly(TorchFunctionMode):
    """Weights are made on the meta device: shapes without memory.

    Not `torch.device("meta")` as a context: Coqui asks a tensor for its number while it builds.
    """

    _MAKERS = frozenset({torch.empty, torch.ones, torch.zeros, torch.rand, torch.randn, torch.full})

    def __torch_function__(
        self, func: Callable[..., Any], types: object, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        if func in self._MAKERS and kwargs.get("device") is None:
            kwargs["device"] = "meta"
        return func(*args, **kwargs)


def expected_tensors(config: VoiceConfig) -> dict[str, torch.Tensor]:
    """The generator's tensors without content. Raises `UnsafeCheckpoint` for a model that no voice needs."""
    with _ShapesOnly():
        expected = generator_state(build(config, seed=0))
    size = size_of(expected)
    if size > _MAX_MODEL_BYTES:
        raise UnsafeCheckpoint(f"The config is of a model with {size:,} bytes of weights; it was not read.")
    return expected


def size_of(tensors: Mapping[str, torch.Tensor]) -> int:
    """Bytes."""
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())


def generator_tensors(
    model: Mapping[object, object], expected: Mapping[str, torch.Tensor], vocabulary: Vocabulary
) -> dict[str, torch.Tensor]:
    """Own copies of the generator's tensors, the embedding in our symbols' order. Raises `UnsafeCheckpoint`."""
    found = _named(model)
    missing = [name for name in expected if name not in found]
    if missing:
        raise _refusal(missing[0], "is missing", len(missing))
    unexpected = [name for name in found if name not in expected]
    if unexpected:
        raise _refusal(unexpected[0], "has no place in the model that the config builds", len(unexpected))
    taken = {name: _take(name, found[name], like, vocabulary) for name, like in expected.items()}
    taken[EMBEDDING] = taken[EMBEDDING][list(vocabulary.rows)]
    return taken


def _named(model: Mapping[object, object]) -> dict[str, object]:
    named: dict[str, object] = {}
    for key, value in model.items():
        if not isinstance(key, str):
            raise UnsafeCheckpoint("A tensor of the checkpoint has a name that is no text.")
        if key.startswith(_DISCRIMINATOR):
            continue
        name = _OLD_NORM.sub(lambda match: _NEW_NORM[match[1]], key)
        if name in named:
            raise _refusal(key, "is there twice, under its old and its new name", 1)
        named[name] = value
    return named


def _take(name: str, value: object, like: torch.Tensor, vocabulary: Vocabulary) -> torch.Tensor:
    # A subclass or a tensor of another layout may answer the questions below as it likes.
    if type(value) not in (torch.Tensor, torch.nn.Parameter) or not isinstance(value, torch.Tensor):
        raise _refusal(name, "is not a tensor", 1)
    if value.layout is not torch.strided or value.device.type != "cpu" or value.is_quantized:
        raise _refusal(name, "is not a plain tensor in memory", 1)
    shape = (vocabulary.size, like.shape[1]) if name == EMBEDDING else tuple(like.shape)
    if tuple(value.shape) != shape:
        raise _refusal(name, f"has the shape {list(value.shape)[:8]}, not {list(shape)}", 1)
    if value.dtype != like.dtype:
        raise _refusal(name, f"has the type {value.dtype}, not {like.dtype}", 1)
    # A storage may be shared, and smaller than what its views say: what is kept is a copy.
    copy = value.detach().resolve_neg().clone(memory_format=torch.contiguous_format)
    if not bool(torch.isfinite(copy).all()):
        raise _refusal(name, "has a number that is not finite", 1)
    return copy


def _refusal(name: str, what: str, count: int) -> UnsafeCheckpoint:
    shown = "".join(c if c.isprintable() else "?" for c in name)[:100]
    more = f", and {count - 1} more" if count > 1 else ""
    return UnsafeCheckpoint(
        f"The weights do not fit the config: {shown} {what}{more}.",
        hint="Is this the config that the checkpoint was trained with? Name another with the parameter config.",
    )
