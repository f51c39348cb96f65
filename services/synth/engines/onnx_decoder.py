"""Flow and decoder of a VITS voice, which take nine tenths of the time, as an onnxruntime session.

On processors without bfloat16 they take about half as long as in torch (docs/benchmarks.md, "Speech"), and differ by
1e-6. It is made from the loaded network, in memory: nothing is written, and no file is trusted.
"""

from __future__ import annotations

import importlib.util
import io
import warnings
from typing import TYPE_CHECKING, Protocol, cast

import numpy as np

from services.synth.engines.onnx_session import open_session

if TYPE_CHECKING:
    import torch

    from shared.vits.inference import Decode
    from shared.vits.model import Network

_OPSET = 17
_NAMES = ("latents", "mask", "speaker")
_DYNAMIC = {
    "latents": {0: "batch", 2: "frames"},
    "mask": {0: "batch", 2: "frames"},
    "speaker": {0: "batch"},
    "samples": {0: "batch", 2: "time"},
}
_FRAMES = 50  # of the example that is traced; any number of frames is decoded


class _Decoder(Protocol):
    conv_pre: torch.nn.Conv1d


def available() -> bool:
    return all(importlib.util.find_spec(name) is not None for name in ("onnxruntime", "onnx"))


def make_decoder(network: Network) -> Decode:
    """Blocking, a second or two for a voice of full size."""
    import torch

    session = open_session(_export(network))

    def decode(latents: torch.Tensor, mask: torch.Tensor, speaker: torch.Tensor | None) -> torch.Tensor:
        given = {"latents": latents.numpy(), "mask": mask.numpy()}
        if speaker is not None:
            given["speaker"] = speaker.numpy()
        return torch.from_numpy(np.asarray(session.run(None, given)[0]))

    return decode


def _export(network: Network) -> bytes:
    import torch

    from shared.vits.inference import decode_with

    class Exported(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.parts = torch.nn.ModuleList([cast("torch.nn.Module", network)])  # their weights go with it

        def forward(
            self, latents: torch.Tensor, mask: torch.Tensor, speaker: torch.Tensor | None = None
        ) -> torch.Tensor:
            return decode_with(network)(latents, mask, speaker)

    width = cast("_Decoder", network.waveform_decoder).conv_pre.in_channels
    example = [torch.zeros(1, width, _FRAMES), torch.ones(1, 1, _FRAMES)]
    if network.args.use_speaker_embedding:
        example.append(network.emb_g(torch.zeros(1, dtype=torch.long)).unsqueeze(-1).detach())
    file = io.BytesIO()
    with warnings.catch_warnings(), torch.no_grad():
        # torch would have its newer exporter used, which needs two more packages for the same file.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            Exported().eval(),
            tuple(example),
            cast("str", file),  # it takes a file as well, but its types say a path
            input_names=list(_NAMES[: len(example)]),
            output_names=["samples"],
            dynamic_axes=_DYNAMIC,
            opset_version=_OPSET,
            dynamo=False,
        )
    return file.getvalue()
