"""What the bars say, without a terminal."""

from __future__ import annotations

import io

import pytest
from pydantic import JsonValue
from rich.console import Console

from cli.client import Json
from cli.commands.jobs import note
from cli.progress import FILES, amounts, line, screen, state


def job(**fields: JsonValue) -> Json:
    return {
        "state": "running",
        "progress": 41.234,
        "bytesDownloaded": 412_000_000,
        "bytesTotal": 1_000_000_000,
        "speed": 12_300_000.0,
        "eta": 47.8,
        "servedBy": "cdn-lfs.hf.co",
        "files": [
            {"path": "model.safetensors", "size": 900_000_000, "bytes": 312_000_000, "state": "downloading"},
            {"path": "صدا/نمونه.wav", "size": 100_000_000, "bytes": 100_000_000, "state": "verifying"},
            {"path": "config.json", "size": 1000, "bytes": 1000, "state": "done"},
            {"path": "vocab.txt", "size": 1000, "bytes": 0, "state": "pending"},
        ],
        **fields,
    }


def drawn(data: Json, position: int | None = None, width: int = 120) -> list[str]:
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    with console.capture() as captured:
        console.print(screen("ns/name", data, position))
    return captured.get().splitlines()


def test_one_total_bar_and_one_for_each_file_under_way() -> None:
    total, first, second, below = drawn(job())
    assert "ns/name" in total
    assert "41.2 %" in total
    assert "412.0 MB of 1.00 GB, 12.3 MB/s, 0:48 left" in total
    assert "model.safetensors" in first
    assert "35 %" in first
    assert "312.0 MB of 900.0 MB" in first
    assert "صدا/نمونه.wav" in second
    assert "verifying" in second
    assert below == "downloading; served by cdn-lfs.hf.co; 1 of 4 files done"


def test_at_most_eight_files_have_a_bar() -> None:
    files: list[JsonValue] = [
        {"path": f"part-{number}.bin", "size": 10, "bytes": 5, "state": "downloading"} for number in range(12)
    ]
    lines = drawn(job(files=files))
    assert len(lines) == 1 + FILES + 1
    assert "4 more in progress" in lines[-1]


def test_no_line_is_broken_on_a_narrow_terminal() -> None:
    name = "a-very-long-folder-name/" * 4 + "model.safetensors"
    files: list[JsonValue] = [{"path": name, "size": 10, "bytes": 5, "state": "downloading"}]
    lines = drawn(job(files=files), width=70)
    assert len(lines) == 3
    assert all(len(shown) <= 70 for shown in lines)


@pytest.mark.parametrize(
    ("fields", "position", "said"),
    [
        ({"state": "queued"}, 3, "queued, position 3"),
        ({"state": "queued"}, None, "queued"),
        ({"state": "queued", "waiting": "503 from the Hub."}, 1, "will be tried again: 503 from the Hub."),
        ({"waiting": "waiting 8 s: 503 from the Hub, attempt 3"}, None, "waiting 8 s: 503 from the Hub, attempt 3"),
        ({"waiting": "another download is under way"}, None, "waiting: another download is under way"),
        ({"files": []}, None, "reading the list of files from the Hub"),
        ({"files": [{"path": "a", "size": 1, "bytes": 1, "state": "verifying"}], "servedBy": None}, None, "verifying"),
        ({"state": "paused"}, None, "paused"),
        ({"state": "paused", "error": {"message": "The disk became full."}}, None, "paused: The disk became full."),
        ({"state": "completed"}, None, "completed"),
    ],
)
def test_the_state_says_what_it_waits_for(fields: Json, position: int | None, said: str) -> None:
    assert state(job(**fields), position) == said


def test_what_is_not_known_is_not_shown() -> None:
    assert amounts(job(bytesTotal=0)) == ""
    assert amounts(job(speed=0.0)) == "412.0 MB of 1.00 GB"
    assert amounts(job(eta=None)) == "412.0 MB of 1.00 GB, 12.3 MB/s"
    assert line(job(state="paused", error=None)) == "41.2 %, 412.0 MB of 1.00 GB; paused"
    assert line(job(state="queued", progress=0, bytesTotal=0), 2) == "0.0 %; queued, position 2"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"state": "queued", "queuePosition": 2}, "position 2"),
        ({"state": "queued", "error": {"message": "503"}}, "will be tried again: 503"),
        ({"state": "running"}, "12.3 MB/s, 0:48 left"),
        ({"state": "running", "waiting": "waiting 2 s: reset"}, "waiting 2 s: reset"),
        ({"state": "paused"}, ""),
        ({"state": "paused", "error": {"message": "The disk became full."}}, "The disk became full."),
        ({"state": "failed", "error": {"message": "gone"}}, "gone"),
    ],
)
def test_the_list_of_jobs_says_why(fields: Json, said: str) -> None:
    assert note(job(**fields)) == said
