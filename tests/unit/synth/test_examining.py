"""A foreign graph speaks in the sandbox first."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from services.synth.examining import VoiceFolder, examine_voice, speak_once
from shared.contracts.errors import UnsafeCheckpoint
from tests.support import hostile_voices
from tests.support.peak import peak_of
from tests.support.piper import endless_model, write_piper_voice
from tests.support.voices import write_voice

_MIB = 1 << 20


def test_a_valid_voice_passes(tmp_path: Path) -> None:
    folder = write_piper_voice(tmp_path / "voice")
    examine_voice(folder)
    assert speak_once(VoiceFolder(folder=folder)).sample_rate == 16000


def test_our_own_voices_are_compared_with_their_header_instead(tmp_path: Path) -> None:
    examine_voice(write_voice(tmp_path / "a" / "b"))


@pytest.mark.parametrize(
    "write", [hostile_voices.constant_of_shape, hostile_voices.many_constants, hostile_voices.grows_with_the_text]
)
def test_a_graph_that_takes_memory_takes_none_of_the_synths(tmp_path: Path, write: Callable[[Path], Path]) -> None:
    folder = write(tmp_path / "voice")
    imports = "from pathlib import Path\nfrom services.synth.examining import examine_voice"
    outcome = peak_of(imports, "examine_voice(Path(sys.argv[1]))", folder)
    assert outcome.code in {"OUT_OF_MEMORY", "UNSAFE_CHECKPOINT"}
    assert outcome.grown < 50 * _MIB


def test_a_graph_of_garbage_is_refused(tmp_path: Path) -> None:
    folder = write_piper_voice(tmp_path / "voice")
    (folder / "voice.onnx").write_bytes(b"\xff" * 4000)
    with pytest.raises(UnsafeCheckpoint):
        examine_voice(folder)


def test_a_link_out_of_the_folder_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.bin").write_bytes(bytes(16))
    folder = hostile_voices.external_initializer(tmp_path / "voice", "beside.bin")
    (folder / "beside.bin").symlink_to(tmp_path / "secret.bin")
    with pytest.raises(UnsafeCheckpoint):
        examine_voice(folder)


@pytest.mark.siege
def test_a_loop_without_end_is_ended_there(tmp_path: Path) -> None:
    folder = write_piper_voice(tmp_path / "voice")
    (folder / "voice.onnx").write_bytes(endless_model())
    with pytest.raises(UnsafeCheckpoint):
        examine_voice(folder)
