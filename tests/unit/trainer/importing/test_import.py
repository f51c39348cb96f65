"""The whole import with its real reader: the same voice comes out, or a reason and nothing else."""

from __future__ import annotations

import hashlib
import json
import re
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from TTS.tts.utils.text.characters import IPAPhonemes

from services.synth.engines import load_folder
from services.trainer.recipes.importing.weights import EMBEDDING
from shared.contracts.errors import UnsafeCheckpoint
from shared.persian.frontend import Frontend
from shared.products import VoiceInfo, read_info
from shared.vits.loading import load_voice
from tests.support import hostile_checkpoints as hostile
from tests.support.coqui import checkpoint_content, coqui_config, coqui_network, tiny_config
from tests.support.imports import ImportFolder, Source
from tests.support.voices import say

pytestmark = pytest.mark.timeout(120)
TEXT = "سلام دنیا، حال شما چطور است؟"


def speak(network: torch.nn.Module, ids: list[int]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    """What Coqui's own `inference` makes of its own ids, without noise."""
    voice = cast("Any", network.eval())
    voice.inference_noise_scale = voice.inference_noise_scale_dp = 0.0
    with torch.no_grad():
        made = voice.inference(torch.tensor([ids]))
    return np.asarray(made["model_outputs"][0, 0].numpy(), dtype=np.float32)


def with_blanks(ids: list[int], blank: int) -> list[int]:
    spaced = [blank] * (2 * len(ids) + 1)
    spaced[1::2] = ids
    return spaced


def digest(folder: Path) -> dict[str, str]:
    return {p.name: hashlib.sha256(p.read_bytes()).hexdigest() for p in folder.iterdir()}


def test_the_voice_speaks_as_its_source_does(place: ImportFolder, source: Source) -> None:
    before = digest(place.repository)
    finished = place.run()
    assert (finished.reason, finished.product) == ("completed", place.product)
    info = read_info(place.product)
    assert isinstance(info, VoiceInfo)
    assert (info.source, info.step, info.language, info.text_input) == ("import", 91000, "fa", "graphemes")
    assert "all tensors fit" in place.told.text

    symbols = tiny_config().characters
    listed = ["<PAD>", *symbols.punctuations, *symbols.characters, "<BLNK>"]
    ids = [listed.index(symbol) for symbol in Frontend().normalize(TEXT)]
    expected = np.clip(speak(source.network, with_blanks(ids, len(listed) - 1)), -1, 1)
    np.testing.assert_allclose(say(load_folder(place.product, "cpu"), TEXT, noise=0.0), expected, atol=1e-4)

    assert digest(place.repository) == before
    assert place.left_behind() == [
        f"models/local/voice/{n}" for n in ("config.json", "model.safetensors", "voice.json")
    ]
    assert not [trace for trace in ("kaggle", "root", "http") if trace in (place.product / "config.json").read_text()]


def test_a_voice_with_another_order_of_symbols_and_old_names_speaks_the_same(place: ImportFolder) -> None:
    """As the published Persian voices are: IPAPhonemes, eos and bos, weight_g and weight_v, no optimizer."""
    phonemes, marks = "ˈˌːˑpbtdkɡqɢʔmnrfvszʃʒxhjlaeiouæɑ0123456789", "!(),-.:;? ،؛؟\u200c<>"
    theirs = IPAPhonemes(phonemes, marks, "<PAD>", "<EOS>", "<BOS>", "<BLNK>", is_unique=False, is_sorted=True)
    config = tiny_config()
    network = coqui_network(config)
    embedding = torch.nn.Embedding(theirs.num_chars, config.model_args.hidden_channels)
    network.get_submodule("text_encoder").emb = embedding
    papers = coqui_config(config, use_phonemes=True)
    papers["characters"] = {
        "characters_class": "TTS.tts.utils.text.characters.IPAPhonemes", "characters": "ءاب", "phonemes": phonemes,
        "punctuations": marks, "pad": "<PAD>", "eos": "<EOS>", "bos": "<BOS>", "blank": "<BLNK>",
        "is_unique": False, "is_sorted": True,
    }  # fmt: skip
    content = checkpoint_content(network, papers)
    state = cast("dict[str, torch.Tensor]", content["model"])
    content["model"] = {
        re.sub(r"\.parametrizations\.weight\.original([01])$", lambda m: ".weight_" + "gv"[int(m[1])], name): tensor
        for name, tensor in state.items()
        if not name.startswith("disc.")
    }
    torch.save({**content, "optimizer": None}, place.checkpoint, _use_new_zipfile_serialization=False)
    (place.repository / "config.json").write_text(json.dumps(papers), encoding="utf-8")

    place.run()
    imported, _ = load_voice(place.product, torch.device("cpu"))
    assert imported.state_dict()[EMBEDDING].shape[0] < theirs.num_chars
    said = Frontend().phonemes(TEXT, "espeak/1")
    ids = [theirs.char_to_id(symbol) for symbol in said if symbol in theirs._char_to_id]
    expected = np.clip(speak(network, with_blanks(ids, theirs.blank_id)), -1, 1)
    np.testing.assert_allclose(say(load_folder(place.product, "cpu"), TEXT, noise=0.0), expected, atol=1e-4)


def refused(place: ImportFolder, match: str, **config: str) -> UnsafeCheckpoint:
    before = digest(place.repository)
    with pytest.raises(UnsafeCheckpoint, match=match) as reason:
        place.run(**config)
    assert place.left_behind() == []
    assert digest(place.repository) == before
    return reason.value


def test_a_pickle_that_starts_a_program(place: ImportFolder) -> None:
    mark = place.root.parent / f"{place.root.name}-owned"
    hostile.starts_a_program(place.checkpoint, mark)
    assert refused(place, "asks for posix.system").hint
    assert not mark.exists()


def test_a_pickle_that_calls_home(place: ImportFolder) -> None:
    with socket.create_server(("127.0.0.1", 0)) as home:
        home.settimeout(0.2)
        hostile.opens_a_socket(place.checkpoint, home.getsockname()[1])
        refused(place, r"asks for socket\.create_connection")
        with pytest.raises(TimeoutError):
            home.accept()


@pytest.mark.siege
@pytest.mark.parametrize(
    ("write", "reason"),
    [
        (hostile.huge_bytearray, "more memory"),
        (hostile.legacy_gigantic, "refuses|more memory"),
        (hostile.gigantic_tensor, "refuses|more memory|shape"),
        (hostile.zip_bomb, "compressed"),
        (hostile.deep_recursion, "model"),
    ],
)
def test_what_would_exhaust_the_machine(place: ImportFolder, write: Callable[[Path], None], reason: str) -> None:
    write(place.checkpoint)
    started = time.monotonic()
    refused(place, reason)
    assert time.monotonic() - started < 60


def test_a_config_of_another_size(place: ImportFolder) -> None:
    config = json.loads((place.repository / "config.json").read_text())
    place.change_config(model_args={**config["model_args"], "num_layers_flow": 4})
    assert "config" in str(refused(place, "do not fit the config: flow.* is missing").hint)


def test_a_hostile_config(place: ImportFolder) -> None:
    place.change_config(speakers_file="/etc/passwd")
    refused(place, "speakers_file")


def test_several_checkpoints_need_a_name(place: ImportFolder) -> None:
    (place.repository / "checkpoint_5000.pth").write_bytes(b"x")
    error = refused(place, "2 files")
    assert "best_model_91000.pth, checkpoint_5000.pth" in str(error.hint)
    place.run(checkpoint="best_model_91000.pth", config="config.json")
    assert (place.product / "voice.json").exists()


def test_a_pause_ends_the_reader_and_leaves_nothing(place: ImportFolder) -> None:
    place.controls.request("pause")
    finished = place.run()
    assert (finished.reason, finished.product) == ("paused", None)
    assert place.left_behind() == []


def test_the_parent_does_not_even_load_torch() -> None:
    code = "import sys, services.trainer.recipes.importing.run; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
