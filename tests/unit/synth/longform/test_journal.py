"""What a journal remembers, and what it does not believe."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.synth.longform.journal import Head, Journal, read_head
from shared.files.renders import RenderFolder

HEAD = Head(voice="v", version="1", sentences="abc", speed=1.0, seed=None, speaker=None)
PAUSE = b"\0\0" * 5


@pytest.fixture
def folder(tmp_path: Path) -> RenderFolder:
    return RenderFolder(tmp_path)


def opened(folder: RenderFolder, head: Head = HEAD, boot: str = "b1") -> Journal:
    # A clock that stands still: only an explicit sync is one.
    return Journal(folder, head, boot=boot, monotonic=lambda: 0.0)


def speak(journal: Journal, *texts: str) -> None:
    for text in texts:
        journal.append(0, text, 100, text.encode() * 2, PAUSE)


def texts(journal: Journal) -> list[str]:
    return [said.text for said in journal.sentences]


def test_what_was_spoken_is_known_to_the_next_attempt(folder: RenderFolder) -> None:
    first = opened(folder)
    speak(first, "ab", "cd")
    first.close()
    second = opened(folder)
    assert texts(second) == ["ab", "cd"]
    assert (second.end, second.rate, second.replaced) == (28, 100, None)
    speak(second, "ef")
    second.close()
    assert folder.pcm.read_bytes() == b"abab" + PAUSE + b"cdcd" + PAUSE + b"efef" + PAUSE
    assert texts(opened(folder)) == ["ab", "cd", "ef"]
    assert read_head(folder) == HEAD


def test_a_torn_line_is_forgotten_with_its_samples(folder: RenderFolder) -> None:
    journal = opened(folder)
    speak(journal, "ab", "cd")
    journal.close()
    content = folder.journal.read_bytes()
    folder.journal.write_bytes(content[:-20])
    again = opened(folder)
    assert texts(again) == ["ab"]
    assert folder.pcm.stat().st_size == again.end == 14


def test_torn_samples_take_their_line_with_them(folder: RenderFolder) -> None:
    journal = opened(folder)
    speak(journal, "ab", "cd")
    journal.close()
    folder.pcm.write_bytes(folder.pcm.read_bytes()[:-1])
    again = opened(folder)
    assert texts(again) == ["ab"]
    assert folder.pcm.stat().st_size == 14


def test_samples_without_a_line_are_cut_off(folder: RenderFolder) -> None:
    journal = opened(folder)
    speak(journal, "ab")
    journal.close()
    with folder.pcm.open("ab") as file:
        file.write(b"half a sentence")
    again = opened(folder)
    speak(again, "cd")
    again.close()
    assert folder.pcm.read_bytes() == b"abab" + PAUSE + b"cdcd" + PAUSE


@pytest.mark.parametrize("damage", [b"\xff\xfe\n", b'{"line": "what"}\n', b"[]\n", b"\n"])
def test_what_follows_a_line_that_nobody_can_read_is_not_believed(folder: RenderFolder, damage: bytes) -> None:
    journal = opened(folder)
    speak(journal, "ab", "cd", "ef")
    journal.close()
    lines = folder.journal.read_bytes().splitlines(keepends=True)
    place = next(index for index, line in enumerate(lines) if b'"cd"' in line)
    folder.journal.write_bytes(b"".join([*lines[:place], damage, *lines[place + 1 :]]))
    assert texts(opened(folder)) == ["ab"]


def test_after_a_power_cut_only_what_was_synced_counts(folder: RenderFolder) -> None:
    journal = opened(folder)
    speak(journal, "ab", "cd")
    journal.sync()
    speak(journal, "ef")
    journal.close()
    after = opened(folder, boot="b2")
    assert texts(after) == ["ab", "cd"]
    speak(after, "gh")
    after.close()
    assert texts(opened(folder, boot="b2")) == ["ab", "cd", "gh"]
    assert texts(opened(folder, boot="b3")) == ["ab", "cd", "gh"]  # opening made sure of all that it believed


def test_another_voice_begins_anew_and_says_whose_work_it_was(folder: RenderFolder) -> None:
    journal = opened(folder)
    speak(journal, "ab")
    journal.close()
    other = opened(folder, HEAD.model_copy(update={"version": "2"}))
    assert (other.sentences, other.end, other.replaced) == ([], 0, HEAD)
    assert folder.pcm.stat().st_size == 0


def test_an_empty_or_foreign_journal_is_a_beginning(folder: RenderFolder) -> None:
    folder.journal.write_bytes(b"not a journal")
    folder.pcm.write_bytes(b"noise")
    journal = opened(folder)
    assert (journal.sentences, journal.replaced) == ([], None)
    assert folder.pcm.stat().st_size == 0


def test_nothing_is_written_after_the_end(folder: RenderFolder) -> None:
    journal = opened(folder)
    journal.close()
    speak(journal, "late")
    journal.sync()
    journal.close()
    assert folder.pcm.stat().st_size == 0
    assert opened(folder).sentences == []


def test_a_sentence_that_was_skipped_is_remembered_without_samples(folder: RenderFolder) -> None:
    journal = opened(folder)
    journal.append(0, "?", 0, b"", b"")
    speak(journal, "ab")
    journal.close()
    again = opened(folder)
    assert [said.seconds for said in again.sentences] == [0, 0.02]
    assert again.rate == 100
