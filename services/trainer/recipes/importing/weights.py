"""Checks a checkpoint's tensors against the model of its configuration: names, shapes, types, finite values."""

from __future__ import annotations

import re
from collections.abc import Mapping

import torch

from services.trainer.recipes.importing.vocabulary import Vocabulary
from shared.contracts.errors import UnsafeCheckpoint

EMBEDDING = "text_encoder.emb.weight"
_DISCRIMINATOR = "disc."
# The names of the two factors of torch.nn.utils.weight_norm, which Coqui used until 2023.
_OLD_NORM = re.compile(r"\.weight_([gv])$")
_NEW_NORM = {"g": ".parametrizations.weight.original0", "v": ".parametrizations.weight.original1"}


def generator_tensors(
    model: Mapping[object, object], expected: Mapping[str, torch.Tensor], vocabulary: Vocabulary
) -> dict[str, torch.Tensor]:
    """Copies of the generator's tensors, with the embedding in our symbols' order. Raises `UnsafeCheckpoint`."""
    given = _named(model)
    missing = [name for name in expected if name not in given]
    if missing:
        raise _refusal(missing[0], "is missing", len(missing))
    unexpected = [name for name in given if name not in expected]
    if unexpected:
        raise _refusal(unexpected[0], "has no place in the model that the config builds", len(unexpected))
    tensors = {name: _checked_copy(name, given[name], like, vocabulary) for name, like in expected.items()}
    tensors[EMBEDDING] = tensors[EMBEDDING][list(vocabulary.rows)]
    return tensors


def _named(model: Mapping[object, object]) -> dict[str, object]:
    named: dict[str, object] = {}
    for key, value in model.items():
        if not isinstance(key, str):
            raise UnsafeCheckpoint("A tensor of the checkpoint has a name that is not a string.")
        if key.startswith(_DISCRIMINATOR):
            continue
        name = _OLD_NORM.sub(lambda match: _NEW_NORM[match[1]], key)
        if name in named:
            raise _refusal(key, "is there twice, under its old and its new name", 1)
        named[name] = value
    return named


def _checked_copy(name: str, value: object, like: torch.Tensor, vocabulary: Vocabulary) -> torch.Tensor:
    # A subclass or a tensor of another layout can return anything for the attributes below.
    if type(value) not in (torch.Tensor, torch.nn.Parameter) or not isinstance(value, torch.Tensor):
        raise _refusal(name, "is not a tensor", 1)
    if value.layout is not torch.strided or value.device.type != "cpu" or value.is_quantized:
        raise _refusal(name, "is not a plain tensor in memory", 1)
    shape = (vocabulary.size, like.shape[1]) if name == EMBEDDING else tuple(like.shape)
    if tuple(value.shape) != shape:
        raise _refusal(name, f"has the shape {list(value.shape)[:8]}, not {list(shape)}", 1)
    if value.dtype != like.dtype:
        raise _refusal(name, f"has the type {value.dtype}, not {like.dtype}", 1)
    # A storage may be shared, and smaller than its views claim: use a copy.
    copy = value.detach().resolve_neg().clone(memory_format=torch.contiguous_format)
    if not bool(torch.isfinite(copy).all()):
        raise _refusal(name, "has a number that is not finite", 1)
    return copy


def _refusal(name: str, problem: str, count: int) -> UnsafeCheckpoint:
    printable = "".join(c if c.isprintable() else "?" for c in name)[:100]
    more = f", and {count - 1} more" if count > 1 else ""
    return UnsafeCheckpoint(
        f"The weights do not fit the config: {printable} {problem}{more}.",
        hint="Is this the config that the checkpoint was trained with? Name another with the parameter config.",
    )
