"""The journal of a partial file: what may be believed after a kill, a power cut, on another machine."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.files.intervals import Intervals
from shared.files.part_names import partial_targets
from shared.files.partial import SYNC_BYTES, SYNC_S, PartialFile, bytes_here, part_paths, read_journal, remove_partial

SIZE = 1000
HERE, ELSEWHERE = "this-boot", "another-boot"


def opened(target: Path, identity: str = "abc", boot: str = HERE, size: int = SIZE) -> PartialFile:
    return PartialFile(target, identity, size, boot=boot)


def test_bytes_written_before_a_kill_are_there_on_the_same_boot(tmp_path: Path) -> None:
    target = tmp_path / "f"
    killed = opened(target)
    killed.write(0, b"a" * 100)
    killed.write(500, b"b" * 100)  # and then nothing more: no close, no sync
    again = opened(target)
    assert again.missing() == [(100, 500), (600, SIZE)]
    assert again.read(500, 100) == b"b" * 100


def test_after_a_power_cut_only_what_was_synced_is_believed(tmp_path: Path) -> None:
    target = tmp_path / "f"
    killed = opened(target)
    killed.write(0, b"a" * 100)
    killed.sync()
    killed.write(100, b"b" * 100)
    assert opened(target, boot=ELSEWHERE).missing() == [(100, SIZE)]


def test_what_is_written_during_a_sync_is_not_covered_by_it(tmp_path: Path) -> None:
    journal = tmp_path / "j"
    journal.write_text("sokhan-part/1 1000 abc\nboot x\nw 0 100\nmark 1\nw 100 200\nsynced 1\n")
    assert list(read_journal(journal, "abc", SIZE, ELSEWHERE)) == [(0, 100)]
    assert list(read_journal(journal, "abc", SIZE, "x")) == [(0, 200)]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "sokhan-part/1 1000 other\nboot this-boot\nw 0 100\n",
        "sokhan-part/1 999 abc\nboot this-boot\nw 0 100\n",
        "sokhan-part/2 1000 abc\nboot this-boot\nw 0 100\n",
        "sokhan-part/1 1000 abc",
    ],
)
def test_a_journal_of_something_else_is_believed_nothing(tmp_path: Path, text: str) -> None:
    journal = tmp_path / "j"
    journal.write_text(text)
    assert list(read_journal(journal, "abc", SIZE, HERE)) == []


@pytest.mark.parametrize(
    "tail", ["w 100 20", "w 100", "w 100 2000\n", "w -5 20\n", "w 200 100\n", "\0\0\0\0", "w a b\n"]
)
def test_a_torn_or_wrong_line_ends_the_reading(tmp_path: Path, tail: str) -> None:
    journal = tmp_path / "j"
    journal.write_text(f"sokhan-part/1 1000 abc\nboot {HERE}\nw 0 100\n{tail}")
    assert list(read_journal(journal, "abc", SIZE, HERE)) == [(0, 100)]


def test_other_content_under_the_same_name_starts_anew(tmp_path: Path) -> None:
    target = tmp_path / "f"
    first = opened(target, identity="old")
    first.write(0, b"a" * 100)
    first.close()
    assert bytes_here(target, "new", SIZE) == 0
    assert opened(target, identity="new").missing() == [(0, SIZE)]


def test_a_partial_file_of_another_size_counts_for_nothing(tmp_path: Path) -> None:
    target = tmp_path / "f"
    first = opened(target)
    first.write(0, b"a" * 100)
    first.close()
    part, _ = part_paths(target)
    part.write_bytes(b"short")
    assert opened(target).missing() == [(0, SIZE)]


def test_a_write_that_comes_after_the_close_does_nothing(tmp_path: Path) -> None:
    partial = opened(tmp_path / "f")
    partial.close()
    partial.write(0, b"late")
    assert opened(tmp_path / "f").missing() == [(0, SIZE)]


def test_a_sync_comes_by_itself_after_enough_bytes_and_time(tmp_path: Path) -> None:
    now = 0.0
    target = tmp_path / "f"
    size = 4 * SYNC_BYTES
    partial = PartialFile(target, "abc", size, boot=HERE, monotonic=lambda: now)
    partial.write(0, bytes(SYNC_BYTES))
    _, journal = part_paths(target)
    assert list(read_journal(journal, "abc", size, ELSEWHERE)) == []
    now = SYNC_S
    partial.write(SYNC_BYTES, b"x")
    assert list(read_journal(journal, "abc", size, ELSEWHERE)) == [(0, SYNC_BYTES + 1)]


def test_intervals_join_overlap_and_fill() -> None:
    have = Intervals([(10, 20), (30, 40), (20, 25), (0, 5)])
    assert list(have) == [(0, 5), (10, 25), (30, 40)]
    have.add(4, 35)
    assert list(have) == [(0, 40)]
    assert (have.prefix, have.total, have.missing(50)) == (40, 40, [(40, 50)])
    assert Intervals([(3, 4)]).prefix == 0
    assert Intervals().missing(0) == []


@pytest.mark.parametrize("name", ["ب" * 118 + ".bin", "x" * 251 + ".bin", "😀" * 62 + ".bin", "a" * 229, "a" * 230])
def test_a_name_of_almost_the_longest_is_cut_on_its_way_and_found_again(tmp_path: Path, name: str) -> None:
    target = tmp_path / name
    killed = opened(target)
    killed.write(0, b"a" * 100)
    killed.sync()
    assert bytes_here(target, "abc", SIZE) == 100
    assert opened(target).missing() == [(100, SIZE)]
    assert opened(target, boot=ELSEWHERE).missing() == [(100, SIZE)]
    assert list(partial_targets(tmp_path)) == [target]
    remove_partial(target)
    assert list(tmp_path.iterdir()) == []


def test_two_long_names_with_one_beginning_are_two_files(tmp_path: Path) -> None:
    first, second = (tmp_path / ("ب" * 120 + end) for end in ("1.bin", "2.bin"))
    assert part_paths(first)[0] != part_paths(second)[0]


def test_a_cut_name_without_its_journal_can_still_be_removed(tmp_path: Path) -> None:
    target = tmp_path / ("ب" * 120 + ".bin")
    opened(target).close()
    part_paths(target)[1].unlink()
    (found,) = partial_targets(tmp_path)
    remove_partial(found)
    assert list(tmp_path.iterdir()) == []
