"""Reads the tensors of a `.pth`, only with torch's weights-only unpickler.

A Coqui checkpoint is `{"model": state_dict, "config": {…}, "optimizer": […], "step": …, "epoch": …, "model_loss": …}`.
Only `model` and the two counters are used. Other types in real checkpoints that torch does not allow are replaced by
stand-ins without content or effect:

    collections.defaultdict     in optimizer states of old versions
    numpy scalars and dtypes    a loss that was not converted to a float

The allow-list of the process is cleared first: libraries add to it at import.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import torch

from shared.contracts.errors import UnsafeCheckpoint
from shared.files.formats import format_of, read_head
from shared.lines import lines_of

# Coqui's full size with both optimizers has 1 GB.
MAX_FILE_BYTES = 4 << 30
# data.pkl of a real checkpoint has 300 kB: names, shapes and strides.
_MAX_PICKLE_BYTES = 16 << 20
_MAX_RECORDS = 20_000
_GLOBAL = re.compile(r"GLOBAL (\S+)")


class _Nothing:
    """The stand-in for an allowed but unneeded object: accepts any arguments and stores none."""

    def __init__(self, *_: object) -> None:
        pass

    def __setstate__(self, _: object) -> None:
        pass


def _plain(*_: object) -> dict[object, object]:
    """A defaultdict without its factory."""
    return {}


ALLOWED: tuple[tuple[Callable[..., object], str], ...] = (
    (_plain, "collections.defaultdict"),
    (_Nothing, "builtins.dict"),  # as the factory of one
    (_Nothing, "builtins.list"),
    (_Nothing, "numpy.core.multiarray.scalar"),
    (_Nothing, "numpy._core.multiarray.scalar"),
    (_Nothing, "numpy.dtype"),
)


@dataclass(frozen=True, slots=True)
class ForeignCheckpoint:
    """`step` and `epoch` as in the checkpoint; None if it lacks them."""

    model: Mapping[object, object]
    step: int | None
    epoch: int | None


def load_checkpoint(path: Path) -> ForeignCheckpoint:
    """The tensors and counters of a `.pth`. Raises `UnsafeCheckpoint` for any fault of the file."""
    zipped = _check_container(path)
    torch.serialization.clear_safe_globals()
    allowed = cast("list[Callable[..., object] | tuple[Callable[..., object], str]]", list(ALLOWED))
    try:
        with torch.serialization.safe_globals(allowed):
            content: object = torch.load(path, map_location="cpu", weights_only=True, mmap=zipped)
    except MemoryError:
        raise
    except Exception as error:
        # A hostile file can cause any error in the unpickler.
        raise _refusal(error) from error
    if not isinstance(content, dict) or not isinstance(content.get("model"), dict):
        raise UnsafeCheckpoint(
            "The checkpoint has no “model”: it is not one of Coqui's.",
            hint="Import the .pth that Coqui's trainer wrote.",
        )
    return ForeignCheckpoint(content["model"], _counter(content.get("step")), _counter(content.get("epoch")))


def _check_container(path: Path) -> bool:
    """Whether the file is a zip, as written by torch since 1.6. Raises `UnsafeCheckpoint`."""
    size = path.stat().st_size
    if size > MAX_FILE_BYTES:
        raise UnsafeCheckpoint(f"The checkpoint has {size:,} bytes, more than {MAX_FILE_BYTES:,}; it was not read.")
    if format_of(read_head(path)) != "zip":  # the same test as torch's
        return False
    try:
        with zipfile.ZipFile(path) as archive:
            records = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise UnsafeCheckpoint(f"The checkpoint is a broken zip: {str(error)[:100]}.") from error
    # torch never compresses, so a compressed record is a zip bomb or at least not torch's.
    packed = next((r for r in records if r.compress_type != zipfile.ZIP_STORED or r.file_size != r.compress_size), None)
    if packed is not None:
        raise UnsafeCheckpoint(
            f"“{_printable(packed.filename)}” in the checkpoint is compressed; torch never does that."
        )
    pickles = [r for r in records if r.filename.endswith(".pkl")]
    if len(records) > _MAX_RECORDS or sum(r.file_size for r in pickles) > _MAX_PICKLE_BYTES:
        raise UnsafeCheckpoint("The checkpoint's list of contents is too large.")
    return True


def _refusal(error: Exception) -> UnsafeCheckpoint:
    text = str(error)
    if "not enough memory" in text or "Cannot allocate memory" in text:
        raise MemoryError from error
    requested = _GLOBAL.search(text)
    # Not torch's whole message, which explains how to bypass the check.
    reason = f"it asks for {requested[1]}" if requested else f"{type(error).__name__}: {next(iter(lines_of(text)), '')}"
    return UnsafeCheckpoint(
        f"torch's weights-only reader refuses the checkpoint: {_printable(reason)}",
        hint="It is damaged, or contains more than weights; it will not be read in any other way.",
    )


def _counter(value: object) -> int | None:
    return value if type(value) is int and 0 <= value < 1 << 40 else None


def _printable(text: str) -> str:
    return "".join(c if c.isprintable() else " " for c in text)[:200]
