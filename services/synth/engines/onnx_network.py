"""Exports a VITS network's two passes to onnxruntime sessions.

On CPUs without bfloat16 they take about half as long as in torch (docs/benchmarks.md, "Speech"), and differ by 1e-6; a
voice with a predicted pitch differs by 1e-3, because the phases of its pulses drift apart. The export of the loaded
network stays in memory: it writes no file and trusts none.
"""

from __future__ import annotations

import importlib.util
import io
import warnings
from collections.abc import Mapping
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from services.synth.engines.onnx_session import open_session

if TYPE_CHECKING:
    import torch
    from onnxruntime import InferenceSession

    from shared.vits.inference import EncoderOutput, Given, Passes
    from shared.vits.model import Network

_OPSET = 17
_SYMBOLS = _FRAMES = 50  # of the traced example; the exported axes are dynamic
_ENCODED = ("means", "log_scales", "symbol_mask", "log_durations")
_DYNAMIC = {
    **{name: {0: "batch", 1: "symbols"} for name in ("tokens",)},
    **{name: {0: "batch", 2: "symbols"} for name in ("rhythm", *_ENCODED)},
    **{name: {0: "batch", 2: "frames"} for name in ("latents", "mask")},
    **{name: {0: "batch"} for name in ("lengths", "speaker")},
    "samples": {0: "batch", 2: "time"},
}


class _Decoder(Protocol):
    conv_pre: torch.nn.Conv1d


def available() -> bool:
    """Whether onnxruntime and onnx are installed."""
    return all(importlib.util.find_spec(name) is not None for name in ("onnxruntime", "onnx"))


def make_passes(network: Network) -> tuple[Passes, int]:
    """The passes and their size in bytes. Blocking, some seconds for a full-size voice."""
    import torch

    from shared.vits.inference import Passes, passes_of

    own = passes_of(network)
    several, varies = network.args.use_speaker_embedding, network.args.use_sdp
    speaker = network.emb_g(torch.zeros(1, dtype=torch.long)).unsqueeze(-1).detach() if several else None
    width = cast("_Decoder", network.waveform_decoder).conv_pre.in_channels
    symbols: dict[str, Given] = {
        "tokens": torch.ones(1, _SYMBOLS, dtype=torch.long),
        "lengths": torch.tensor([_SYMBOLS]),
        "rhythm": torch.zeros(1, 2, _SYMBOLS) if varies else None,
        "speaker": speaker,
    }
    frames: dict[str, Given] = {
        "latents": torch.zeros(1, width, _FRAMES),
        "mask": torch.ones(1, 1, _FRAMES),
        "speaker": speaker,
    }
    encoder = _export(network, own.encode, symbols, _ENCODED)
    decoder = _export(network, own.decode, frames, ("samples",))
    first, second = open_session(encoder), open_session(decoder)

    def encode(tokens: torch.Tensor, lengths: torch.Tensor, noise: Given, speaker: Given) -> EncoderOutput:
        outputs = _run(first, {"tokens": tokens, "lengths": lengths, "rhythm": noise, "speaker": speaker})
        return outputs[0], outputs[1], outputs[2], outputs[3]

    def decode(latents: torch.Tensor, mask: torch.Tensor, speaker: Given) -> torch.Tensor:
        return _run(second, {"latents": latents, "mask": mask, "speaker": speaker})[0]

    return Passes(encode, decode), len(encoder) + len(decoder)


def _run(session: InferenceSession, inputs: Mapping[str, Given]) -> list[torch.Tensor]:
    import torch

    arrays = {name: tensor.numpy() for name, tensor in inputs.items() if tensor is not None}
    return [torch.from_numpy(np.asarray(output)) for output in session.run(None, arrays)]


def _export(network: Network, run: object, example: Mapping[str, Given], outputs: tuple[str, ...]) -> bytes:
    import torch

    names = [name for name, tensor in example.items() if tensor is not None]

    class Exported(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList([cast("torch.nn.Module", network)])  # registers its weights

        def forward(self, *tensors: torch.Tensor) -> object:
            given: dict[str, Given] = dict.fromkeys(example) | dict(zip(names, tensors, strict=True))
            assert callable(run)
            return run(*given.values())

    file = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        # torch recommends its newer exporter, which needs two more packages for the same file.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Exported().eval(),
            tuple(tensor for tensor in example.values() if tensor is not None),
            cast("str", file),  # it accepts a file too, but is typed for a path
            input_names=names,
            output_names=list(outputs),
            dynamic_axes={name: _DYNAMIC[name] for name in (*names, *outputs)},
            opset_version=_OPSET,
            dynamo=False,
        )
    return file.getvalue()
