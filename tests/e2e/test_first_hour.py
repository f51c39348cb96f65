"""A new user's first hour: a voice of the Hub speaks, and one's own recordings, packed on a Mac, become another."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_line import sokhan_command
from tests.support.hub import TestHub
from tests.support.ljspeech import files
from tests.support.mms import write_mms_voice
from tests.support.platform import Platform
from tests.world.archives.builders import mac_zip

pytestmark = [pytest.mark.siege, pytest.mark.timeout(240)]
TINY = [
    argument
    for setting in ("max_steps=2", "batch_size=2", "evaluate_every=2", "checkpoint_every=2", "quality_utterances=0")
    for argument in ("--set", setting)
]


def test_a_voice_is_pulled_and_speaks_and_a_macs_archive_is_trained_on(
    sokhan: Platform, hub: TestHub, tmp_path: Path
) -> None:
    write_mms_voice(hub.folder / "models/first/mms-tts-fas")
    run(sokhan, "pull", "https://huggingface.co/first/mms-tts-fas")
    assert (sokhan.data / "models/first/mms-tts-fas/.gitattributes").is_file()
    run(sokhan, "say", "--voice", "first/mms-tts-fas", "سلام دنیا", "-o", str(tmp_path / "pulled.wav"))

    archive = tmp_path / "صدای من.zip"
    archive.write_bytes(mac_zip(files(top="صدای من/")))
    added = json.loads(run(sokhan, "datasets", "add", str(archive), "--name", "first-hour", "--json"))
    assert (added["id"], added["status"]) == ("local/first-hour", "ready")
    named = (sokhan.data / "datasets/local/first-hour").rglob("*")
    assert not [path.name for path in named if path.name.startswith("._") or path.name == ".DS_Store"]

    run(sokhan, "train", "--dataset", "local/first-hour", "--name", "first-voice", "--preset", "tiny", *TINY)
    run(sokhan, "say", "--voice", "local/first-voice", "سلام دنیا", "-o", str(tmp_path / "trained.wav"))
    for spoken in ("pulled.wav", "trained.wav"):
        assert (tmp_path / spoken).stat().st_size > 1000


def run(sokhan: Platform, *command: str) -> str:
    done = sokhan_command(sokhan, *command, limit=200)
    assert done.returncode == 0, (command, done.stderr)
    return done.stdout
