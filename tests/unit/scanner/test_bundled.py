"""The voices that come with Sokhan are installed once, and never over anything of the user's."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import torch

from services.scanner.bundled import VOICES, install_bundled
from shared.contracts.access import INSTALLATION
from shared.files import DataTree, read_access
from shared.files.members import ACCESS
from shared.products import Origin, VoiceInfo, read_info
from shared.quality.recognizer import RECOGNIZER, load_recognizer
from shared.vits.config import WEIGHTS
from shared.vits.loading import load_voice

VOICE = "sokhan/base-xx"


@pytest.fixture
def tree(tmp_path: Path) -> DataTree:
    tree = DataTree(tmp_path / "data")
    tree.prepare()
    return tree


@pytest.fixture
def source(tmp_path: Path) -> Path:
    folder = tmp_path / "voices" / VOICE
    folder.mkdir(parents=True)
    (folder / WEIGHTS).write_bytes(b"first")
    write_info(folder, "base")
    return tmp_path / "voices"


def write_info(folder: Path, run_id: str) -> None:
    origin = Origin(name="base-xx", run_id=run_id, step=1)
    info = VoiceInfo(**origin.model_dump(), sample_rate=16000, text_input="phonemes")
    (folder / "voice.json").write_text(info.model_dump_json(by_alias=True))


def test_a_voice_is_installed_once(tree: DataTree, source: Path) -> None:
    assert install_bundled(tree, source) == [VOICE]
    assert (tree.root / "models" / VOICE / WEIGHTS).read_bytes() == b"first"
    assert install_bundled(tree, source) == []
    assert not list(tree.tmp.iterdir())


def test_a_deleted_voice_does_not_come_back(tree: DataTree, source: Path) -> None:
    install_bundled(tree, source)
    shutil.rmtree(tree.root / "models" / VOICE)
    assert install_bundled(tree, source) == []
    assert not (tree.root / "models" / VOICE).exists()


def test_new_weights_replace_the_older_ones(tree: DataTree, source: Path) -> None:
    install_bundled(tree, source)
    (source / VOICE / WEIGHTS).write_bytes(b"second")
    assert install_bundled(tree, source) == [VOICE]
    assert (tree.root / "models" / VOICE / WEIGHTS).read_bytes() == b"second"


def test_a_folder_of_the_user_stays(tree: DataTree, source: Path) -> None:
    own = tree.root / "models" / VOICE
    own.mkdir(parents=True)
    (own / WEIGHTS).write_bytes(b"mine")
    assert install_bundled(tree, source) == []
    write_info(own, "my-run")
    assert install_bundled(tree, source) == []
    assert (own / WEIGHTS).read_bytes() == b"mine"


def test_an_unreadable_record_loses_nothing(tree: DataTree, source: Path) -> None:
    install_bundled(tree, source)
    (tree.root / "run" / "bundled.json").write_bytes(b"\x00")
    assert install_bundled(tree, source) == [VOICE]
    assert (tree.root / "models" / VOICE / WEIGHTS).read_bytes() == b"first"


def test_every_bundled_voice_loads_and_has_a_model_card() -> None:
    folders = [weights.parent for weights in VOICES.glob(f"*/*/{WEIGHTS}")]
    assert folders
    for folder in folders:
        card = (folder / "README.md").read_text(encoding="utf-8")
        assert card.startswith("---\n")
        assert "license:" in card
        read_info(folder)
        load_voice(folder, torch.device("cpu"))
        assert load_recognizer(folder / RECOGNIZER).phonemes
        assert sum(path.stat().st_size for path in folder.iterdir()) <= 12_000_000


def test_a_bundled_voice_is_the_installations(tree: DataTree, source: Path) -> None:
    install_bundled(tree, source)
    folder = tree.root / "models" / VOICE
    assert read_access(folder) == INSTALLATION
    (folder / ACCESS).unlink()  # installed by an earlier release
    assert install_bundled(tree, source) == []
    assert read_access(folder) == INSTALLATION


def test_a_folder_of_that_name_that_is_no_bundled_voice_stays_private(tree: DataTree, source: Path) -> None:
    folder = tree.root / "models" / VOICE
    folder.mkdir(parents=True)
    write_info(folder, "own run")
    assert install_bundled(tree, source) == []
    assert read_access(folder) is None
