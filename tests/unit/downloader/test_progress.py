from __future__ import annotations

from services.downloader.progress import ProgressTracker
from shared.contracts.kinds.download import DownloadProgress
from shared.hub import Listing, RemoteFile


def meter_of(clock: list[float], *sizes: int, before: DownloadProgress | None = None) -> ProgressTracker:
    files = tuple(RemoteFile(f"f{n}", size, None, None) for n, size in enumerate(sizes))
    return ProgressTracker(Listing("c", files), before or DownloadProgress(), lambda: clock[0])


def test_bytes_are_counted_by_file_and_in_total() -> None:
    clock = [0.0]
    meter = meter_of(clock, 100, 50)
    meter.began("f0")
    meter.arrived("f0", 60)
    clock[0] = 1.0
    progress = meter.progress()
    assert (progress.bytes_downloaded, progress.bytes_total, progress.current_file) == (60, 150, "f0")
    assert [file.bytes for file in progress.files] == [60, 0]
    assert progress.fraction == 0.4


def test_hundred_percent_is_not_for_the_meter_to_say() -> None:
    meter = meter_of([0.0], 10)
    meter.began("f0")
    meter.arrived("f0", 10)
    assert meter.progress().fraction < 1


def test_speed_settles_on_the_rate_and_falls_when_nothing_comes() -> None:
    clock = [0.0]
    meter = meter_of(clock, 10_000)
    meter.began("f0")
    for _ in range(40):
        clock[0] += 1
        meter.arrived("f0", 100)
        fast = meter.progress()
    assert 95 < fast.speed < 101
    assert fast.eta is not None
    assert 55 < fast.eta < 65
    for _ in range(20):
        clock[0] += 1
        slow = meter.progress()
    assert slow.speed < 10


def test_the_first_second_shows_the_rate_and_not_a_part_of_it() -> None:
    clock = [0.0]
    meter = meter_of(clock, 10_000)
    clock[0] = 0.5
    meter.arrived("f0", 500)
    first = meter.progress()
    assert first.speed == 1000
    assert first.eta == 9.5


def test_a_file_that_begins_again_never_makes_the_bar_go_back() -> None:
    meter = meter_of([0.0], 100)
    meter.arrived("f0", 80)
    assert meter.progress().bytes_downloaded == 80
    meter.found("f0", 0)
    assert meter.progress().bytes_downloaded == 80
    assert meter.left == 100
    meter.arrived("f0", 100)
    assert meter.progress().bytes_downloaded == 100


def test_what_another_worker_showed_for_the_same_commit_is_not_undercut() -> None:
    before = DownloadProgress(commit="c", bytes_downloaded=70)
    assert meter_of([0.0], 100, before=before).progress().bytes_downloaded == 70
    elsewhere = DownloadProgress(commit="d", bytes_downloaded=70)
    assert meter_of([0.0], 100, before=elsewhere).progress().bytes_downloaded == 0


def test_bytes_that_were_here_already_are_no_speed() -> None:
    clock = [0.0]
    meter = meter_of(clock, 1000)
    meter.found("f0", 900)
    clock[0] = 1.0
    progress = meter.progress()
    assert (progress.bytes_downloaded, progress.speed, progress.eta) == (900, 0.0, None)


def test_a_reason_to_wait_is_shown_until_then_or_until_bytes_come() -> None:
    clock = [10.0]
    meter = meter_of(clock, 1000)
    clock[0] = 20.0
    meter.wait("waiting 8 s: 503", 28.0)
    assert meter.progress().waiting == "waiting 8 s: 503"
    clock[0] = 28.0
    assert meter.progress().waiting is None
    meter.wait("waiting 8 s: 503", 36.0)
    meter.arrived("f0", 1)
    assert meter.progress().waiting is None


def test_of_many_files_those_under_way_are_shown() -> None:
    meter = meter_of([0.0], *[10] * 500)
    for n in range(300):
        meter.done(f"f{n}", 10)
    meter.began("f450")
    shown = meter.progress().files
    assert len(shown) == 200
    assert shown[0].path == "f450"


def test_an_empty_repository_divides_by_nothing() -> None:
    assert meter_of([0.0], 0).progress().fraction == 0.0
