"""Voices of a few kilobytes that ask for gigabytes, or that hold less than they say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from tests.support.piper import write_piper_voice

Shapes = Mapping[str, tuple[int, ...]]


def safetensors(shapes: Shapes) -> bytes:
    """A file with float32 zeros of these shapes."""
    header: dict[str, object] = {}
    end = 0
    for name, shape in shapes.items():
        size = 4 * int(np.prod(shape, dtype=np.int64))
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [end, end + size]}
        end += size
    encoded = json.dumps(header).encode()
    return len(encoded).to_bytes(8, "little") + encoded + bytes(end)


def wide_mms_voice(folder: Path) -> Path:
    """3 KB in transformers' format: no weights, and a configuration of a billion parameters (5 GB)."""
    folder.mkdir(parents=True, exist_ok=True)
    letters = ["|", *"ابپتثجچحخدذرزژسشصضطظعغفقکگلمنوهیآئ", " ", "_"]
    (folder / "vocab.json").write_text(json.dumps({letter: n for n, letter in enumerate(letters)}, ensure_ascii=False))
    (folder / "config.json").write_text(
        json.dumps({"model_type": "vits", "vocab_size": 38, "hidden_size": 1024, "flow_size": 1024, "ffn_dim": 4096,
                    "ffn_kernel_size": 31, "num_hidden_layers": 9})
    )  # fmt: skip
    (folder / "model.safetensors").write_bytes(safetensors({}))
    return folder


def constant_of_shape(folder: Path, elements: int = 1_000_000_000) -> Path:
    """A graph of 160 bytes whose only node fills 4 GB."""
    return _piper(folder, [helper.make_node("ConstantOfShape", ["count"], ["output"])], elements)


def many_constants(folder: Path) -> Path:
    """Six nodes of 800 MB, each small enough to be computed while the graph is opened, outside of every arena."""
    nodes = [
        helper.make_node("ConstantOfShape", ["count"], [f"c{n}"], value=helper.make_tensor("v", 1, [1], [n + 1.0]))
        for n in range(6)
    ]
    nodes.append(helper.make_node("Concat", [f"c{n}" for n in range(6)], ["output"], axis=0))
    return _piper(folder, nodes, 200_000_000)


def grows_with_the_text(folder: Path) -> Path:
    """80 MB for every symbol of a sentence: nothing in the file declares it."""
    nodes = [
        helper.make_node("Mul", ["input_lengths", "count"], ["shape"]),
        helper.make_node("ConstantOfShape", ["shape"], ["output"]),
    ]
    return _piper(folder, nodes, 20_000_000)


def lying_initializer(folder: Path) -> Path:
    """A tensor that declares a billion elements and holds none."""
    tensor = TensorProto(name="count", data_type=TensorProto.FLOAT, dims=[1_000_000_000])
    return _piper(folder, [helper.make_node("Identity", ["count"], ["output"])], 1, tensor)


def external_initializer(folder: Path, location: str) -> Path:
    """A tensor whose content is in another file."""
    tensor = TensorProto(name="count", data_type=TensorProto.FLOAT, dims=[4], data_location=TensorProto.EXTERNAL)
    for key, value in (("location", location), ("offset", "0"), ("length", "16")):
        tensor.external_data.add(key=key, value=value)
    return _piper(folder, [helper.make_node("Identity", ["count"], ["output"])], 1, tensor)


def _piper(folder: Path, nodes: list[onnx.NodeProto], count: int, constant: TensorProto | None = None) -> Path:
    write_piper_voice(folder)
    value = helper.make_tensor_value_info
    inputs = [
        value("input", TensorProto.INT64, [1, "time"]),
        value("input_lengths", TensorProto.INT64, [1]),
        value("scales", TensorProto.FLOAT, [3]),
    ]
    constant = constant or numpy_helper.from_array(np.array([count], dtype=np.int64), "count")
    graph = helper.make_graph(nodes, "hostile", inputs, [value("output", TensorProto.FLOAT, ["x"])], [constant])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)
    (folder / "voice.onnx").write_bytes(model.SerializeToString())
    return folder
