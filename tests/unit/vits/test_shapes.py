"""A voice's weights against its configuration, before either takes memory."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from shared.contracts.errors import UnsafeCheckpoint
from shared.vits.config import Architecture, VoiceConfig, write_config
from shared.vits.loading import expected_tensors, load_voice, require_fit
from shared.vits.model import build, generator_state
from shared.vits.presets import PRESETS, PresetName, preset
from shared.vits.shapes import size_of
from tests.support.hostile_voices import safetensors
from tests.support.peak import peak_of
from tests.support.voices import write_voice

# 7 GB of weights within every bound of the configuration: ffn 4096 × kernel 31 × 32 layers.
WIDE = {
    "hidden_channels_ffn_text_encoder": 4096,
    "kernel_size_text_encoder": 31,
    "num_layers_text_encoder": 32,
    "hidden_channels": 192,
}


def wide() -> VoiceConfig:
    sizes = Architecture.model_validate({**preset("tiny").model_args.model_dump(), **WIDE})
    return preset("tiny").model_copy(update={"model_args": sizes})


@pytest.mark.parametrize("name", PRESETS)
def test_the_shapes_of_every_preset_are_known_without_building_it(name: PresetName) -> None:
    real = generator_state(build(preset(name), seed=0))
    expected = expected_tensors(preset(name))
    assert {key: tensor.shape for key, tensor in expected.items()} == {key: t.shape for key, t in real.items()}
    assert size_of({key: tensor for key, tensor in expected.items() if tensor.device.type != "meta"}) < 1 << 20


def test_a_wide_configuration_without_its_weights_takes_no_memory(tmp_path: Path) -> None:
    write_config(tmp_path, wide())
    (tmp_path / "model.safetensors").write_bytes(safetensors({"text_encoder.emb.weight": (10, 192)}))
    outcome = peak_of(
        "from pathlib import Path\nimport torch\nfrom shared.vits.loading import load_voice\n",
        "load_voice(Path(sys.argv[1]), torch.device('cpu'))",
        tmp_path,
    )
    assert outcome.code == "UNSAFE_CHECKPOINT"
    assert outcome.grown < 300 << 20


@pytest.mark.parametrize("change", ["missing", "surplus", "shape", "empty"])
def test_weights_that_are_not_exactly_the_networks_are_refused(tmp_path: Path, change: str) -> None:
    folder = write_voice(tmp_path / "voice")
    tensors = load_file(folder / "model.safetensors")
    name = next(iter(tensors))
    match change:
        case "missing":
            del tensors[name]
        case "surplus":
            tensors["extra"] = torch.zeros(1)
        case "shape":
            tensors[name] = torch.zeros(1, 1)
        case _:
            tensors = {}
    (folder / "model.safetensors").unlink()
    save_file(tensors, folder / "model.safetensors")
    with pytest.raises(UnsafeCheckpoint, match="do not fit"):
        load_voice(folder, torch.device("cpu"))


def test_optional_weights_may_be_missing_only_where_they_are(tmp_path: Path) -> None:
    config = preset("tiny")
    expected = {name: tuple(tensor.shape) for name, tensor in expected_tensors(config).items()}
    left_out = next(iter(expected))
    path = tmp_path / "x.safetensors"
    path.write_bytes(safetensors({name: shape for name, shape in expected.items() if name != left_out}))
    assert left_out not in require_fit(config, path, optional=lambda name: name == left_out)
    with pytest.raises(UnsafeCheckpoint, match=left_out.split(".", 1)[0]):
        require_fit(config, path)


@pytest.mark.parametrize(
    ("sizes", "audio", "reason"),
    [
        ({"upsample_rates_decoder": [16, 16], "upsample_kernel_sizes_decoder": [16, 16],
          "upsample_initial_channel_decoder": 1024}, {}, "too wide"),
        ({"decoder": "harmonic"}, {"hop_length": 1024}, "at most 512"),
    ],
)  # fmt: skip
def test_layers_that_grow_with_the_speech_are_bounded(
    sizes: dict[str, object], audio: dict[str, object], reason: str
) -> None:
    config = json.loads(preset("quality").model_dump_json(by_alias=True))
    config["model_args"] |= sizes
    config["audio"] |= audio
    with pytest.raises(ValueError, match=reason):
        VoiceConfig.model_validate(config)
