"""Shapes of weights: of a network that is not built, and their comparison with the stored ones."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch.overrides import TorchFunctionMode

from shared.contracts.errors import UnsafeCheckpoint


class ShapesOnly(TorchFunctionMode):
    """Creates weights on the meta device: shapes without memory.

    Not `torch.device("meta")` as a context: Coqui reads the value of a tensor while it builds.
    """

    _MAKERS = frozenset({torch.empty, torch.ones, torch.zeros, torch.rand, torch.randn})

    def __torch_function__(
        self, func: Callable[..., Any], types: object, args: Sequence[Any] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        kwargs = dict(kwargs or {})
        # A call with a generator draws a computed constant, which is not stored.
        if func in self._MAKERS and kwargs.get("device") is None and kwargs.get("generator") is None:
            kwargs["device"] = "meta"
        return func(*args, **kwargs)


def size_of(tensors: Mapping[str, torch.Tensor]) -> int:
    """The size of the tensors in bytes."""
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors.values())


def compare(
    expected: Mapping[str, tuple[int, ...]],
    stored: Mapping[str, tuple[int, ...]],
    optional: Callable[[str], bool] = lambda _name: False,
) -> dict[str, tuple[int, ...]]:
    """The stored shapes. Raises `UnsafeCheckpoint` for a missing or surplus weight, and for one of another shape."""
    missing = [name for name in expected if name not in stored and not optional(name)]
    surplus = [name for name in stored if name not in expected]
    if wrong := [*surplus, *missing]:
        raise UnsafeCheckpoint(
            f"The weights do not fit their configuration; the first that differs is {_printable(wrong[0])}."
        )
    for name, shape in stored.items():
        if shape != expected[name]:
            raise UnsafeCheckpoint(
                f"The weights do not fit their configuration: {_printable(name)} has the shape {list(shape)[:8]}, "
                f"not {list(expected[name])[:8]}."
            )
    return dict(stored)


def _printable(name: str) -> str:
    return "".join(char if char.isprintable() else "?" for char in name)[:100]
