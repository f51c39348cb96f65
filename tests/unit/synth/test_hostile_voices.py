"""Voices that ask for more than they hold: refused, or an error with a code, and never much memory."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from services.synth.engines import load_folder
from services.synth.engines.transformers_vits import TransformersVoice
from shared.contracts.errors import UnsafeCheckpoint
from tests.support import hostile_voices
from tests.support.mms import write_mms_voice
from tests.support.peak import Outcome, peak_of
from tests.support.voices import say

_GIB = 1 << 30
_SPEAKS = """
voice = load_folder(Path(sys.argv[1]), "cpu")
voice.speak([SynthesisInput("سلام، این جمله را کسی نمی‌شنود.")])
"""


def _load_and_speak(folder: Path, engine: str) -> Outcome:
    imports = f"""
from pathlib import Path
from services.synth.engines import load_folder, SynthesisInput
{engine}
"""
    return peak_of(imports, _SPEAKS, folder)


def test_a_configuration_without_weights_neither_takes_memory_nor_speaks(tmp_path: Path) -> None:
    outcome = _load_and_speak(hostile_voices.wide_mms_voice(tmp_path), "import transformers.models.vits.modeling_vits")
    assert outcome.code == "UNSAFE_CHECKPOINT"
    assert outcome.grown < _GIB // 2


@pytest.mark.parametrize("change", ["missing", "surplus", "shape"])
def test_a_transformers_voice_has_exactly_its_weights(tmp_path: Path, change: str) -> None:
    write_mms_voice(tmp_path)
    path = tmp_path / "model.safetensors"
    tensors = load_file(path)
    name = next(iter(tensors))
    match change:
        case "missing":
            del tensors[name]
        case "surplus":
            tensors["extra"] = torch.zeros(1)
        case _:
            tensors[name] = torch.zeros(3, 3)
    save_file(tensors, path)
    with pytest.raises(UnsafeCheckpoint, match="do not fit"):
        load_folder(tmp_path, "cpu")


def test_the_older_names_of_the_published_voices_are_known(tmp_path: Path) -> None:
    write_mms_voice(tmp_path)
    path = tmp_path / "model.safetensors"
    expected = say(load_folder(tmp_path, "cpu"), "سلام", seed=1)
    old = {
        name.replace(".parametrizations.weight.original0", ".weight_g").replace(
            ".parametrizations.weight.original1", ".weight_v"
        ): tensor
        for name, tensor in load_file(path).items()
    }
    assert any(name.endswith(".weight_g") for name in old)
    save_file(old, path)
    assert (say(load_folder(tmp_path, "cpu"), "سلام", seed=1) == expected).all()


@pytest.mark.parametrize(
    "changes",
    [
        {"num_hidden_layers": 10**9},
        {"vocab_size": 1},
        {"sampling_rate": 2_000_000_000},
        {"speaking_rate": 1e-9},
        {"upsample_rates": [1024, 1024]},
        {"hidden_act": "os.system"},
        {"noise_scale": 1e300},
    ],
)
def test_sizes_outside_of_any_voice_are_refused(tmp_path: Path, changes: dict[str, object]) -> None:
    write_mms_voice(tmp_path)
    path = tmp_path / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))
    with pytest.raises(UnsafeCheckpoint):
        load_folder(tmp_path, "cpu")


def test_an_adapter_beside_the_weights_is_not_followed(tmp_path: Path) -> None:
    write_mms_voice(tmp_path)
    (tmp_path / "adapter_config.json").write_text('{"base_model_name_or_path": "/", "peft_type": "LORA"}')
    assert len(say(load_folder(tmp_path, "cpu"), "سلام")) > 0


def test_weights_that_predict_days_of_speech_give_at_most_a_long_sentence(tmp_path: Path) -> None:
    write_mms_voice(tmp_path)
    voice = load_folder(tmp_path, "cpu")
    assert isinstance(voice, TransformersVoice)

    def days(_module: object, _given: object, predicted: torch.Tensor) -> torch.Tensor:
        return torch.full_like(predicted, 30.0)

    # Before ours: hooks run in order.
    voice._model.duration_predictor.register_forward_hook(days, prepend=True)
    assert len(say(voice, "سلام " * 60, speed=0.25)) <= 8000 * 64 + 100_000


@pytest.mark.parametrize(
    ("write", "code"),
    [
        (hostile_voices.constant_of_shape, "OUT_OF_MEMORY"),
        (hostile_voices.many_constants, "OUT_OF_MEMORY"),
        (hostile_voices.grows_with_the_text, "OUT_OF_MEMORY"),
        (hostile_voices.lying_initializer, "UNSAFE_CHECKPOINT"),
    ],
)
def test_a_graph_of_a_few_bytes_takes_no_gigabytes(tmp_path: Path, write: Callable[[Path], Path], code: str) -> None:
    folder = write(tmp_path)
    outcome = _load_and_speak(folder, "import onnxruntime")
    assert outcome.code == code, outcome.message
    assert outcome.grown < 2.5 * _GIB


@pytest.mark.parametrize("location", ["../secret.bin", "/etc/passwd"])
def test_a_graph_with_its_tensors_in_other_files_is_refused(tmp_path: Path, location: str) -> None:
    folder = hostile_voices.external_initializer(tmp_path / "voice", location)
    (tmp_path / "secret.bin").write_bytes(bytes(16))
    with pytest.raises(UnsafeCheckpoint):
        load_folder(folder)
