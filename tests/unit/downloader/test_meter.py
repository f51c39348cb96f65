from __future__ import annotations

from services.downloader.hub import Listing, RemoteFile
from services.downloader.meter import Meter


def meter_of(clock: list[float], *sizes: int) -> Meter:
    files = tuple(RemoteFile(f"f{n}", size, None, None) for n, size in enumerate(sizes))
    return Meter(Listing("c", files), "hub", lambda: clock[0])


def test_bytes_are_counted_by_file_and_in_total() -> None:
    clock = [0.0]
    meter = meter_of(clock, 100, 50)
    meter.start("f0")
    meter.add("f0", 60)
    clock[0] = 1.0
    progress = meter.progress()
    assert (progress.bytes_downloaded, progress.bytes_total, progress.current_file) == (60, 150, "f0")
    assert [file.bytes for file in progress.files] == [60, 0]
    assert progress.fraction == 0.4


def test_hundred_percent_is_not_for_the_meter_to_say() -> None:
    meter = meter_of([0.0], 10)
    meter.start("f0")
    meter.add("f0", 10)
    assert meter.progress().fraction < 1


def test_speed_settles_on_the_rate_and_falls_when_nothing_comes() -> None:
    clock = [0.0]
    meter = meter_of(clock, 10_000)
    meter.start("f0")
    for _ in range(40):
        clock[0] += 1
        meter.add("f0", 100)
        fast = meter.progress()
    assert 95 < fast.speed < 101
    assert fast.eta is not None
    assert 55 < fast.eta < 65
    for _ in range(20):
        clock[0] += 1
        slow = meter.progress()
    assert slow.speed < 10


def test_a_file_begun_again_counts_once() -> None:
    meter = meter_of([0.0], 100)
    meter.start("f0")
    meter.add("f0", 80)
    meter.start("f0")
    meter.add("f0", 100)
    assert meter.progress().bytes_downloaded == 100


def test_an_empty_repository_divides_by_nothing() -> None:
    assert meter_of([0.0], 0).progress().fraction == 0.0
