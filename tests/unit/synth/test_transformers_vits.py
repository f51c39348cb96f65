from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from services.scanner.detection import detect
from services.synth.engines import engine_for, load_folder
from shared.contracts.errors import UnsafeCheckpoint, Validation
from tests.support.mms import write_mms_voice
from tests.support.voices import say


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("mms")
    write_mms_voice(found)
    return found


def test_an_mms_voice_speaks_and_a_seed_repeats_it(folder: Path) -> None:
    assert engine_for(folder).name == "transformers_vits"
    voice = load_folder(folder, "cpu")
    samples = say(voice, "سلام دنیا", seed=1)
    assert samples.dtype == np.float32
    assert len(samples) > 500
    assert np.abs(samples).max() <= 1
    assert np.array_equal(samples, say(voice, "سلام دنیا", seed=1))
    assert len(say(voice, "سلام دنیا", seed=1, speed=0.5)) > len(samples)
    assert voice.memory_bytes > 0


@pytest.mark.parametrize("text", ["", "hello", "!!!"])
def test_what_it_cannot_read_is_refused(folder: Path, text: str) -> None:
    with pytest.raises(Validation):
        say(load_folder(folder, "cpu"), text)


def test_the_scanner_knows_it_for_a_voice(folder: Path) -> None:
    found = detect(folder, "model", tuple(sorted(p.name for p in folder.iterdir())))
    assert (found.type, found.details.speaks, found.details.language) == ("transformers", True, "fa")
    assert found.details.sample_rate == 16000


def test_weights_that_are_not_safetensors_are_not_loaded(folder: Path, tmp_path: Path) -> None:
    for path in folder.iterdir():
        if path.name != "model.safetensors":
            (tmp_path / path.name).write_bytes(path.read_bytes())
    (tmp_path / "pytorch_model.bin").write_bytes(b"\x80\x04pickle")
    with pytest.raises(UnsafeCheckpoint):
        load_folder(tmp_path, "cpu")
