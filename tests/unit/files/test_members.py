"""Which files of an asset's folder are its content."""

from __future__ import annotations

import pytest

from shared.files.members import is_bookkeeping, is_system_file


@pytest.mark.parametrize(
    "path",
    [
        "sokhan.json",
        ".sokhan-damaged.json",
        ".cache/huggingface/x",
        "a/w.bin.sokhan-part",
        ".x.json.0a.tmp",
        "a/.w.sokhan-part.journal.tmp",
        ".features/0a/report.json",
    ],
)
def test_notes_and_files_on_their_way_are_no_content(path: str) -> None:
    assert is_bookkeeping(path)


@pytest.mark.parametrize(
    "path",
    [
        "__MACOSX/wavs/._u1.wav", "wavs/._u1.wav", ".DS_Store", "a/b/.DS_Store", "Thumbs.db", "thumbs.db",
        "wavs/desktop.ini", ".git/config", "a/.git/HEAD", "@eaDir/x", ".Trashes/501", ".ipynb_checkpoints/a.csv",
    ],
)  # fmt: skip
def test_what_a_system_leaves_is_told_by_its_name(path: str) -> None:
    assert is_system_file(path)


@pytest.mark.parametrize(
    "path",
    [
        ".gitattributes", ".gitignore", ".gitkeep", "a/.hidden", "config.json", "sub/sokhan.json", "._", "git/x",
        "thumbs.db.csv", "a/.cache/x", ".env", ".notes.tmp", "a/.features/x",
    ],
)  # fmt: skip
def test_everything_else_is_content(path: str) -> None:
    assert not is_bookkeeping(path)
    assert not is_system_file(path) or path == "._"
