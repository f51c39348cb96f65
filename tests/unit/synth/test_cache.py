"""What was spoken before: found again, bounded, never another voice's."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from services.synth.cache import CachedAudio, SpeechCache, key_of
from services.synth.engines.protocol import WordAt

KEPT = CachedAudio(22050, b"\x01\x00\n\x02" * 100, (WordAt("سلام", 0.0, 0.5),))


def opened(folder: Path, budget: int = 10_000) -> SpeechCache:
    cache = SpeechCache(folder, budget)
    cache.open()
    return cache


def test_what_was_put_is_found_again_by_the_next_service_too(tmp_path: Path) -> None:
    opened(tmp_path).put("a", KEPT)
    assert opened(tmp_path).get("a") == KEPT
    assert opened(tmp_path).get("b") is None


def test_the_least_recently_used_leaves_first(tmp_path: Path) -> None:
    cache = opened(tmp_path, 1500)
    for name in "ab":
        cache.put(name, KEPT)
    assert cache.get("a") is not None
    cache.put("c", KEPT)
    cache.put("d", KEPT)
    assert [name for name in "abcd" if cache.get(name)] == ["a", "c", "d"] or [
        name for name in "abcd" if cache.get(name)
    ] == ["c", "d"]
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) <= 1500


def test_a_smaller_budget_is_kept_from_the_start(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    for number, name in enumerate("abcd"):
        cache.put(name, KEPT)
        os.utime(tmp_path / f"{name}.speech", (number, number))
    assert [name for name in "abcd" if opened(tmp_path, 1000).get(name)][-1:] == ["d"]
    assert not (tmp_path / "a.speech").exists()


def test_without_a_budget_nothing_is_kept(tmp_path: Path) -> None:
    cache = opened(tmp_path, 0)
    cache.put("a", KEPT)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("content", [b"", b"{}", b"no json\nabc", b'{"sample_rate": "x"}\nab', b"\xff" * 50])
def test_a_damaged_file_is_spoken_anew(tmp_path: Path, content: bytes) -> None:
    cache = opened(tmp_path)
    (tmp_path / "a.speech").write_bytes(content)
    assert cache.get("a") is None
    cache.put("a", KEPT)
    assert cache.get("a") == KEPT


def test_a_file_that_somebody_removed_is_no_loss(tmp_path: Path) -> None:
    cache = opened(tmp_path)
    cache.put("a", KEPT)
    (tmp_path / "a.speech").unlink()
    assert cache.get("a") is None


def test_a_folder_that_refuses_costs_the_cache_only(tmp_path: Path) -> None:
    cache = opened(tmp_path / "audio")
    (tmp_path / "audio").rmdir()
    (tmp_path / "audio").write_text("in the way")
    cache.put("a", KEPT)
    assert cache.get("a") is None


def test_all_that_decides_the_sound_is_in_the_key() -> None:
    told: dict[str, str | float | bool | None] = {
        "voice": "v", "version": "1", "text": "سلام", "speed": 1.0, "seed": None, "words": False
    }  # fmt: skip
    keys = {key_of(**told)} | {key_of(**{**told, name: "other"}) for name in told}
    assert len(keys) == 1 + len(told)
