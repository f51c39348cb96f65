"""A voice in Piper's format, made by hand: every id becomes 100 samples of a tone, longer at lower speed."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SYMBOLS = "_^$ !',.:;?abcdefghijklmnopqrstuvwxyzɑɒæɐəɛɪʃʒʔʊˈˌːχɡɣ1"


def write_piper_voice(folder: Path, *, language: str = "fa", speakers: int = 1) -> Path:
    """`voice.onnx` and its configuration. The scales' second number is the length, as in Piper's own models."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "audio": {"sample_rate": 16000},
        "espeak": {"voice": language},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "num_speakers": speakers,
        "speaker_id_map": {f"s{n}": n for n in range(speakers)} if speakers > 1 else {},
        "phoneme_id_map": {symbol: [number] for number, symbol in enumerate(SYMBOLS)},
    }
    (folder / "voice.onnx.json").write_text(json.dumps(config), encoding="utf-8")
    onnx.save(_model(speakers > 1), str(folder / "voice.onnx"))
    return folder


def _model(several: bool) -> onnx.ModelProto:
    """output = sin(arange(ids * 100 * length_scale) * 0.1) / 2, for each speaker as loud as his number plus one."""
    inputs = [
        helper.make_tensor_value_info("input", TensorProto.INT64, [1, "time"]),
        helper.make_tensor_value_info("input_lengths", TensorProto.INT64, [1]),
        helper.make_tensor_value_info("scales", TensorProto.FLOAT, [3]),
    ]
    constants = {
        "hundred": np.float32(100),
        "zero": np.float32(0),
        "one": np.float32(1),
        "step": np.float32(0.1),
        "quarter": np.float32(0.25),
        "second": np.array([1], dtype=np.int64),
        "shape": np.array([1, 1, 1, -1], dtype=np.int64),
        "scalar": np.array([], dtype=np.int64),
    }
    node = helper.make_node
    nodes = [
        node("Cast", ["input_lengths"], ["ids"], to=TensorProto.FLOAT),
        node("Gather", ["scales", "second"], ["length"], axis=0),
        node("Mul", ["ids", "hundred"], ["plain"]),
        node("Mul", ["plain", "length"], ["wanted"]),
        node("Reshape", ["wanted", "scalar"], ["samples"]),
        node("Range", ["zero", "samples", "one"], ["times"]),
        node("Mul", ["times", "step"], ["angles"]),
        node("Sin", ["angles"], ["wave"]),
        node("Mul", ["wave", "quarter"], ["quiet"]),
    ]
    last = "quiet"
    if several:
        inputs.append(helper.make_tensor_value_info("sid", TensorProto.INT64, [1]))
        nodes += [
            node("Cast", ["sid"], ["who"], to=TensorProto.FLOAT),
            node("Add", ["who", "one"], ["loud"]),
            node("Mul", ["quiet", "loud"], ["told"]),
        ]
        last = "told"
    nodes.append(node("Reshape", [last, "shape"], ["output"]))
    graph = helper.make_graph(
        nodes,
        "voice",
        inputs,
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, 1, "samples"])],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def endless_model() -> bytes:
    """A loop of 10¹⁵ turns between the inputs and the output."""
    node, value = helper.make_node, helper.make_tensor_value_info
    body = helper.make_graph(
        [node("Identity", ["on"], ["on_out"]), node("Add", ["sum", "sum"], ["sum_out"])],
        "body",
        [value("turn", TensorProto.INT64, []), value("on", TensorProto.BOOL, []), value("sum", TensorProto.FLOAT, [1])],
        [value("on_out", TensorProto.BOOL, []), value("sum_out", TensorProto.FLOAT, [1])],
    )
    inputs = [
        value("input", TensorProto.INT64, [1, "time"]),
        value("input_lengths", TensorProto.INT64, [1]),
        value("scales", TensorProto.FLOAT, [3]),
    ]
    constants = {"turns": np.int64(10**15), "go_on": np.bool_(True), "start": np.array([1.0], dtype=np.float32)}
    graph = helper.make_graph(
        [node("Loop", ["turns", "go_on", "start"], ["output"], body=body)],
        "endless",
        inputs,
        [value("output", TensorProto.FLOAT, [1])],
        [numpy_helper.from_array(np.asarray(each), name) for name, each in constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    return bytes(model.SerializeToString())
