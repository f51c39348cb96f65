"""A small phoneme recogniser: log-mel features, a stack of dilated convolutions, CTC (Graves et al. 2006).

`recognizer_training` trains it in minutes on the recordings of one speaker. It is one file: safetensors, with the
phonemes and sizes in its metadata.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Literal, cast

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError
from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file

from shared.contracts.errors import UnsafeCheckpoint
from shared.quality.features import BANDS, log_mel
from shared.quality.phonemes import LONGEST_PHONEME

RECOGNIZER = "recognizer.safetensors"
BLANK = 0
STRIDE = 2
"""Feature frames for one frame of output: 20 ms, so that each phoneme of fast speech (50 ms) has a frame."""
_DILATIONS = (1, 2, 4)
_MAX_BYTES = 32 << 20  # ours has 2.6 MB
_DTYPES = (torch.float32, torch.float16)  # float16: the base voice's, which is half as large

Phoneme = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_PHONEME)]


class RecognizerSizes(BaseModel):
    """The metadata of a recogniser's file. `phonemes` in the order of the output; the blank comes before them."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    schema_: Literal["sokhan.phoneme-recognizer/1"] = Field("sokhan.phoneme-recognizer/1", alias="schema")
    phonemes: Annotated[tuple[Phoneme, ...], Field(min_length=1, max_length=512)]
    channels: Annotated[int, Field(ge=8, le=512)] = 144
    blocks: Annotated[int, Field(ge=1, le=24)] = 8


class PhonemeNetwork(torch.nn.Module):
    """Features [batch, BANDS, frames] to log probabilities [batch, frames / STRIDE, 1 + phonemes]."""

    def __init__(self, sizes: RecognizerSizes, *, dropout: float = 0.1) -> None:
        super().__init__()
        self.entry = torch.nn.Conv1d(BANDS, sizes.channels, 5, stride=STRIDE, padding=2)
        self.blocks = torch.nn.ModuleList(
            _Block(sizes.channels, _DILATIONS[number % len(_DILATIONS)], dropout) for number in range(sizes.blocks)
        )
        self.norm = torch.nn.LayerNorm(sizes.channels)
        self.exit = torch.nn.Linear(sizes.channels, 1 + len(sizes.phonemes))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        hidden = self.entry(features)
        for block in self.blocks:
            hidden = block(hidden)
        return torch.log_softmax(self.exit(self.norm(hidden.transpose(1, 2))), dim=-1)


class _Block(torch.nn.Module):
    """A residual block. Normalised over channels, not over time, so that padding and length change nothing."""

    def __init__(self, channels: int, dilation: int, dropout: float) -> None:
        super().__init__()
        self.norm = torch.nn.LayerNorm(channels)
        self.wide = torch.nn.Conv1d(channels, channels, 3, padding=dilation, dilation=dilation)
        self.narrow = torch.nn.Conv1d(channels, channels, 1)
        self.dropout = torch.nn.Dropout(dropout)

    def forward(self, hidden: torch.Tensor) -> torch.Tensor:
        inner = self.norm(hidden.transpose(1, 2)).transpose(1, 2)
        inner = self.narrow(torch.nn.functional.gelu(self.wide(inner)))
        return cast("torch.Tensor", hidden + self.dropout(inner))


class PhonemeRecognizer:
    """Recognises phonemes in recordings. `network` is on the CPU."""

    def __init__(self, network: PhonemeNetwork, sizes: RecognizerSizes) -> None:
        self._network, self._sizes = network.eval(), sizes

    @property
    def phonemes(self) -> tuple[str, ...]:
        """The phonemes that it knows."""
        return self._sizes.phonemes

    def covers(self, phonemes: frozenset[str]) -> bool:
        """Whether it knows all of these."""
        return phonemes <= frozenset(self._sizes.phonemes)

    @torch.inference_mode()
    def recognize(self, samples: NDArray[np.float32], rate: int) -> tuple[str, ...]:
        """The phonemes in a recording: the most probable of each frame (greedy CTC).

        `samples` [time] in [-1, 1] at `rate` Hz. Silence has none. Of a longer recording, the first 90 s count.
        """
        features = log_mel(samples, rate)
        if features is None:
            return ()
        best = self._network(features[None])[0].argmax(dim=-1).unique_consecutive().tolist()
        return tuple(self._sizes.phonemes[index - 1] for index in best if index != BLANK)

    def save(self, path: Path) -> None:
        """Write weights and metadata to one safetensors file. Raises `OSError`."""
        tensors = {name: tensor.detach().contiguous() for name, tensor in self._network.state_dict().items()}
        save_file(tensors, path, metadata={"sokhan": self._sizes.model_dump_json(by_alias=True)})


def load_recognizer(path: Path) -> PhonemeRecognizer:
    """The recogniser in a file, which may be in half precision.

    Raises `UnsafeCheckpoint` for any other file than `save` writes.
    """
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise UnsafeCheckpoint(f"{path.name} has more than {_MAX_BYTES:,} bytes; it was not read.")
        with safe_open(path, framework="pt") as file:
            sizes = RecognizerSizes.model_validate(json.loads((file.metadata() or {}).get("sokhan", "{}")))
            with torch.device("meta"):  # shapes only: the file's size bounds the memory
                network = PhonemeNetwork(sizes)
            expected = {name: list(tensor.shape) for name, tensor in network.state_dict().items()}
            found = {name: list(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118
            if found != expected:
                raise UnsafeCheckpoint(f"{path.name} has other tensors than its sizes need.")
            tensors = {name: file.get_tensor(name) for name in expected}
    except (OSError, SafetensorError, ValidationError, ValueError, RecursionError) as error:
        raise UnsafeCheckpoint(f"{path.name} is not a phoneme recogniser: {str(error)[:200]}") from error
    if not all(tensor.dtype in _DTYPES and bool(tensor.isfinite().all()) for tensor in tensors.values()):
        raise UnsafeCheckpoint(f"{path.name} has weights that are not finite numbers in float32 or float16.")
    network.load_state_dict({name: tensor.float() for name, tensor in tensors.items()}, assign=True)
    return PhonemeRecognizer(network.requires_grad_(False), sizes)
