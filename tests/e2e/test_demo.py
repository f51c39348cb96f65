"""`make demo HUB=1` against a hub on loopback. (The demo that trains is run five times in tests/chaos.)"""

from __future__ import annotations

import subprocess
import sys
import wave
from pathlib import Path

import pytest

from tests.support.hub import TestHub
from tests.support.mms import write_mms_voice
from tests.support.up import running_up


@pytest.mark.siege
def test_the_demo_pulls_a_voice_and_speaks_with_it(tmp_path: Path, hub: TestHub) -> None:
    write_mms_voice(hub.folder / "models" / "facebook" / "mms-tts-fas")
    with running_up(tmp_path, hub.url) as up:
        done = subprocess.run(
            [sys.executable, "-m", "cli.demo", "--hub"],
            cwd=tmp_path,
            env=up.environment(),
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "facebook/mms-tts-fas" in done.stdout
    with wave.open(str(tmp_path / "demo" / "speech.wav")) as file:
        assert file.getframerate() == 16000
        assert file.getnframes() > 500
