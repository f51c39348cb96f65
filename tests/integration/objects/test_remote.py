"""The folder of a remote worker: it fetches what it needs, keeps what it uses, and forgets the rest."""

from __future__ import annotations

import asyncio
import threading
import time
from types import SimpleNamespace

import pytest
from prometheus_client import CollectorRegistry

from shared.contracts.errors import HashMismatch, NoSpace, NotFound, Unavailable
from shared.files import try_lock
from shared.files.lock import wait_lock
from shared.objects.bucket import Bucket
from shared.objects.documents import blob_key
from shared.objects.errors import Busy, Superseded
from shared.objects.metrics import ObjectMetrics
from shared.objects.parallel import AT_ONCE
from shared.objects.remote import RemoteFolder
from shared.objects.site import Site
from shared.objects.units import BucketUnits
from tests.integration.objects.conftest import NewSite
from tests.support.eventually import eventually
from tests.support.objects import content_of, fill

VOICE, OTHER, RUN = "models/local/mine", "models/local/other", "checkpoints/run"


class Worker:
    """A remote folder with a clock of its own, and what it has announced."""

    def __init__(self, site: Site, cache_bytes: int = 1_000_000) -> None:
        self.site = site
        self.time = 1000.0
        self.announced: list[str] = []

        async def announce(unit: str) -> None:
            self.announced.append(unit)

        metrics = ObjectMetrics(CollectorRegistry())
        self.folder = RemoteFolder(site, cache_bytes, metrics, announce, lambda: self.time)


@pytest.fixture
def home(new_site: NewSite) -> Site:
    return new_site()


@pytest.fixture
def worker(new_site: NewSite) -> Worker:
    return Worker(new_site())


def publish(site: Site, unit: str, content: bytes) -> str:
    fill(site.tree.root / unit, {"weights": content})
    return site.publish(unit)


async def test_a_unit_is_fetched_once_for_many_who_ask(
    home: Site, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = publish(home, VOICE, b"1")
    fetched = counted(monkeypatch)
    asked = [worker.folder.ensure(VOICE) for _ in range(10)]
    assert await asyncio.gather(*asked) == [revision] * 10
    assert len(fetched) == 1
    assert content_of(worker.site.tree.root / VOICE) == {"weights": b"1"}


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    fetch, fetched = Site.fetch, list[str]()

    def counting(site: Site, unit: str) -> str:
        fetched.append(unit)
        return fetch(site, unit)

    monkeypatch.setattr(Site, "fetch", counting)
    return fetched


async def test_a_newer_revision_is_fetched_beside_the_one_that_is_asked_for(home: Site, worker: Worker) -> None:
    first = publish(home, VOICE, b"1")
    assert await worker.folder.ensure(VOICE) == first
    second = publish(home, VOICE, b"2")
    assert await worker.folder.ensure(VOICE) == first
    worker.time += 5
    assert await worker.folder.ensure(VOICE) == first  # and asks
    await eventually(lambda: content_of(worker.site.tree.root / VOICE) == {"weights": b"2"}, "the newer one is here")
    await eventually(lambda: not worker.folder._asking, "the question is answered")
    assert await worker.folder.ensure(VOICE) == second


async def test_after_a_minute_the_newest_revision_counts(home: Site, worker: Worker) -> None:
    publish(home, VOICE, b"1")
    await worker.folder.ensure(VOICE)
    second = publish(home, VOICE, b"2")
    worker.time += 61
    assert await worker.folder.ensure(VOICE) == second


async def test_a_unit_that_does_not_exist_is_not_asked_for_all_the_time(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    fetched = counted(monkeypatch)
    for _ in range(5):
        with pytest.raises(NotFound):
            await worker.folder.ensure("lexicon.tsv")
    assert len(fetched) == 1


async def test_with_patience_a_unit_is_waited_for(home: Site, new_site: NewSite) -> None:
    worker = Worker(new_site())
    worker.folder.monotonic = asyncio.get_running_loop().time
    waiting = asyncio.create_task(worker.folder.ensure(VOICE, patience_s=20))
    await asyncio.sleep(0)
    revision = await asyncio.to_thread(publish, home, VOICE, b"1")
    assert await waiting == revision


async def test_without_the_bucket_the_unit_that_is_here_counts(
    home: Site, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    revision = publish(home, VOICE, b"1")
    await worker.folder.ensure(VOICE)

    def gone(*_: object) -> object:
        raise Unavailable("The bucket does not answer.")

    monkeypatch.setattr(Bucket, "read", gone)
    worker.time += 100
    assert await worker.folder.ensure(VOICE) == revision
    with pytest.raises(Unavailable):
        await worker.folder.ensure(OTHER)


async def test_a_caller_who_leaves_does_not_stop_the_fetch(home: Site, worker: Worker) -> None:
    publish(home, VOICE, b"1" * 5000)
    first = asyncio.create_task(worker.folder.ensure(VOICE))
    await asyncio.sleep(0)
    first.cancel()
    await eventually((worker.site.tree.root / VOICE / "weights").exists, "it is here")


async def test_a_harmed_unit_is_an_error_for_each_who_asks_and_is_fetched_when_it_is_mended(
    home: Site, worker: Worker, bucket: Bucket
) -> None:
    publish(home, VOICE, b"1")
    piece = blob_key(home.records.read(VOICE).files[0].pieces[0])
    bucket.write(piece, b"?")
    for _ in range(2):
        with pytest.raises(HashMismatch):
            await worker.folder.ensure(VOICE)
    bucket.write(piece, b"1")
    assert await worker.folder.ensure(VOICE)


async def test_checkpoints_are_published_and_their_removal_too(worker: Worker, new_site: NewSite) -> None:
    for step in (10, 20):
        publish_files(worker.site, f"{RUN}/{step}")
    await worker.folder.publish_below(RUN)
    assert worker.announced == [f"{RUN}/10", f"{RUN}/20"]
    for path in (worker.site.tree.root / RUN / "10").iterdir():
        path.unlink()
    (worker.site.tree.root / RUN / "10").rmdir()
    publish_files(worker.site, f"{RUN}/30")
    await worker.folder.publish_below(RUN)
    assert worker.announced == [f"{RUN}/10", f"{RUN}/20", f"{RUN}/30"]

    other = Worker(new_site())
    await other.folder.ensure_below(RUN)
    assert {path.name for path in (other.site.tree.root / RUN).iterdir()} == {"20", "30"}


def publish_files(site: Site, unit: str) -> None:
    fill(site.tree.root / unit, {"weights": unit.encode(), "metrics.json": b"{}"})


async def test_the_holder_of_the_lease_publishes_over_another_but_removes_no_mark(
    worker: Worker, new_site: NewSite
) -> None:
    publish_files(worker.site, f"{RUN}/10")
    await worker.folder.publish_below(RUN)
    gateway = new_site()
    gateway.fetch(f"{RUN}/10")
    fill(gateway.tree.root / RUN / "10", {"deployed.json": b"{}"})
    marked = gateway.publish(f"{RUN}/10")

    (worker.site.tree.root / RUN / "10").rename(worker.site.tree.tmp / "gone")
    await worker.folder.publish_below(RUN)
    seen = gateway.units.pointer(f"{RUN}/10")
    assert seen is not None
    assert seen.pointer.revision == marked

    publish_files(worker.site, f"{RUN}/10")
    await worker.folder.publish_below(RUN)
    seen = gateway.units.pointer(f"{RUN}/10")
    assert seen is not None
    assert seen.pointer.revision != marked


async def test_a_product_is_not_published_over_another(worker: Worker, home: Site) -> None:
    publish(home, VOICE, b"deployed by hand")
    fill(worker.site.tree.root / VOICE, {"weights": b"of the run"})
    with pytest.raises(Superseded):
        await worker.folder.publish(VOICE)
    await worker.folder.ensure(VOICE, patience_s=1)
    assert content_of(worker.site.tree.root / VOICE) == {"weights": b"deployed by hand"}


async def test_a_removal_reaches_the_bucket_from_a_worker_that_never_had_the_unit(worker: Worker, home: Site) -> None:
    publish(home, "audio/renders/job", b"text")
    await worker.folder.removed("audio/renders/job")
    await worker.folder.removed("audio/renders/never")
    seen = home.units.pointer("audio/renders/job")
    assert seen is not None
    assert seen.pointer.revision is None
    assert home.units.pointer("audio/renders/never") is None


async def test_what_was_not_used_for_longest_is_evicted(home: Site, new_site: NewSite) -> None:
    worker = Worker(new_site(), cache_bytes=2500)
    names = [f"models/local/v{number}" for number in range(3)]
    for name in names:
        publish(home, name, name.encode() * 70)  # some 1,100 bytes
    await worker.folder.ensure(names[0])
    await worker.folder.ensure(names[1])
    worker.time += 100
    await worker.folder.ensure(names[0])
    await worker.folder.ensure(names[2])
    assert there(worker, names) == [True, False, True]
    await worker.folder.ensure(names[1], patience_s=1)
    assert there(worker, names)[1]


def there(worker: Worker, names: list[str]) -> list[bool]:
    return [(worker.site.tree.root / name).exists() for name in names]


@pytest.mark.parametrize("protect", ["pinned", "changed", "checkpoint"])
async def test_what_is_in_use_or_not_published_is_not_evicted(home: Site, new_site: NewSite, protect: str) -> None:
    worker = Worker(new_site(), cache_bytes=1000)
    unit = f"{RUN}/10" if protect == "checkpoint" else VOICE
    publish(home, unit, b"1" * 900)
    publish(home, OTHER, b"2" * 900)
    await worker.folder.ensure(unit)
    if protect == "changed":
        fill(worker.site.tree.root / unit, {"weights": b"3" * 900})
    with worker.folder.in_use([VOICE] if protect == "pinned" else [RUN] if protect == "checkpoint" else []):
        await worker.folder.ensure(OTHER)
        assert (worker.site.tree.root / unit).exists()
        assert (worker.site.tree.root / OTHER).exists()
    if protect != "changed":
        publish(home, "models/local/third", b"4")
        await worker.folder.ensure("models/local/third")
        assert not (worker.site.tree.root / unit).exists()


async def test_a_stopping_service_gives_up(home: Site, worker: Worker) -> None:
    publish(home, VOICE, b"1" * 5000)
    worker.folder.close()
    with pytest.raises(Unavailable, match="stopping"):
        await worker.folder.ensure(VOICE)


async def test_a_unit_that_was_removed_goes_unless_it_is_in_use_or_changed(home: Site, worker: Worker) -> None:
    """The lexicon or the voice of an account that was deleted."""
    units = ["lexicons/sara.tsv", VOICE, OTHER, "models/local/changed"]
    fill(home.tree.root, {units[0]: b"a\tb\n"})
    home.publish(units[0])
    for unit in units[1:]:
        publish(home, unit, b"1")
    for unit in units:
        await worker.folder.ensure(unit)
        home.remove(unit)
    fill(worker.site.tree.root / units[3], {"weights": b"of a run of this machine"})
    worker.time += 61
    with worker.folder.in_use([OTHER]):
        for unit in units:
            with pytest.raises(NotFound):
                await worker.folder.ensure(unit)
    assert [(worker.site.tree.root / unit).exists() for unit in units] == [False, False, True, True]


async def test_a_voice_that_was_evicted_is_fetched_at_once(home: Site, new_site: NewSite) -> None:
    """Two voices on a cache for one, asked for in turn."""
    worker = Worker(new_site(), cache_bytes=1500)
    for unit in (VOICE, OTHER):
        publish(home, unit, b"1" * 1000)
    for unit in (VOICE, OTHER, VOICE, OTHER):
        await worker.folder.ensure(unit)
        assert (worker.site.tree.root / unit / "weights").exists()


async def test_a_full_disk_is_freed_of_what_was_not_used(
    home: Site, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The cache may be larger than the disk: 100 GiB is the default."""
    for unit in (VOICE, OTHER):
        publish(home, unit, b"1" * 1000)
    await worker.folder.ensure(VOICE)

    def disk_usage(_: object) -> SimpleNamespace:
        return SimpleNamespace(free=500 if (worker.site.tree.root / VOICE).exists() else 5000)

    monkeypatch.setattr("shutil.disk_usage", disk_usage)
    await worker.folder.ensure(OTHER)
    assert not (worker.site.tree.root / VOICE).exists()
    monkeypatch.setattr("shutil.disk_usage", lambda _: SimpleNamespace(free=500))
    with worker.folder.in_use([OTHER]), pytest.raises(NoSpace):
        await worker.folder.ensure(VOICE)


async def test_a_bucket_that_never_answers_holds_up_no_unit_that_is_here(
    home: Site, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    worker.folder.monotonic = time.monotonic
    monkeypatch.setattr("shared.objects.remote._LATE_S", 0.2)
    revision = publish(home, VOICE, b"1")
    await worker.folder.ensure(VOICE)
    worker.folder._answers.clear()  # a restart
    let_go = threading.Event()

    def hanging(*_: object, **__: object) -> object:
        let_go.wait(20)
        raise Unavailable("The bucket does not answer.")

    monkeypatch.setattr(Bucket, "read", hanging)
    try:
        for most_s in (3.0, 0.2):  # the second caller does not wait again
            begun = time.monotonic()
            assert await worker.folder.ensure(VOICE) == revision
            assert time.monotonic() - begun < most_s
    finally:
        let_go.set()


async def test_a_unit_that_another_process_works_with_is_the_one_that_is_here(home: Site, worker: Worker) -> None:
    """Two workers with one folder."""
    first = publish(home, VOICE, b"1")
    await worker.folder.ensure(VOICE)
    publish(home, VOICE, b"2")
    worker.time += 61
    with try_lock(worker.site.tree.root / VOICE, worker.site.tree.locks) as mine:
        assert mine
        assert await worker.folder.ensure(VOICE) == first


async def test_two_workers_with_one_folder_fetch_and_evict_side_by_side(home: Site, worker: Worker) -> None:
    units = [f"models/local/m{number}" for number in range(6)]
    for unit in units:
        publish(home, unit, unit.encode() * 40)
    workers = [Worker(worker.site, cache_bytes=2500) for _ in range(2)]

    async def ask(folder: RemoteFolder, order: list[str]) -> None:
        for unit in order * 5:
            with folder.in_use([unit]):
                await folder.ensure(unit)
                assert (worker.site.tree.root / unit / "weights").read_bytes() == unit.encode() * 40

    await asyncio.gather(ask(workers[0].folder, units), ask(workers[1].folder, units[::-1]))


async def test_a_run_that_was_cancelled_publishes_nothing_more(
    worker: Worker, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its owner deletes it, and a checkpoint that comes late would come back to the gateway."""
    fill(worker.site.tree.root / RUN / "10", {"weights": b"1" * 20_000, "metrics.json": b"{}"})
    begun, store, stored = threading.Event(), BucketUnits.store_piece, list[str]()

    def slow(units: BucketUnits, content: bytes) -> str:
        begun.set()
        time.sleep(0.3)
        stored.append(store(units, content))
        return stored[-1]

    monkeypatch.setattr(BucketUnits, "store_piece", slow)
    publishing = asyncio.create_task(worker.folder.publish_below(RUN))
    await asyncio.to_thread(begun.wait, 20)
    publishing.cancel()
    await asyncio.wait({publishing})
    with wait_lock(worker.site.records.path(f"{RUN}/10"), worker.site.tree.locks):
        assert worker.site.units.pointer(f"{RUN}/10") is None
    assert len(stored) <= 2 * AT_ONCE


async def test_what_was_deleted_goes_though_nobody_asks_for_it_again(
    home: Site, worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for unit in (VOICE, OTHER):
        publish(home, unit, b"1")
        await worker.folder.ensure(unit)
    home.remove(VOICE)
    publish(home, OTHER, b"2")
    monkeypatch.setattr("shared.objects.remote._SWEEP_S", 0.05)
    stop = asyncio.Event()
    running = asyncio.create_task(worker.folder.run(stop))
    await eventually(lambda: not (worker.site.tree.root / VOICE).exists(), "the deleted one is gone", 20)
    stop.set()
    await running
    assert content_of(worker.site.tree.root / OTHER) == {"weights": b"1"}


async def test_the_holder_of_the_lease_wins_against_several_others(
    worker: Worker, new_site: NewSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The gateway marks a checkpoint between each look of the trainer and its write."""
    publish_files(worker.site, f"{RUN}/10")
    await worker.folder.publish_below(RUN)
    gateway, point, left = new_site(), BucketUnits.point, [3]

    def raced(units: BucketUnits, unit: str, revision: str | None, etag: str | None) -> str:
        if units is worker.site.units and left[0]:
            left[0] -= 1
            seen = gateway.units.pointer(unit)
            assert seen is not None
            point(gateway.units, unit, f"{left[0]:032}", seen.etag)
        return point(units, unit, revision, etag)

    monkeypatch.setattr(BucketUnits, "point", raced)
    fill(worker.site.tree.root / RUN / "10", {"weights": b"newer"})
    await worker.folder.publish_below(RUN)
    seen = gateway.units.pointer(f"{RUN}/10")
    assert seen is not None
    assert seen.pointer.revision == worker.site.records.read(f"{RUN}/10").revision


async def test_a_run_goes_on_in_a_bucket_that_was_emptied(worker: Worker, bucket: Bucket, new_site: NewSite) -> None:
    publish_files(worker.site, f"{RUN}/10")
    await worker.folder.publish_below(RUN)
    bucket.delete([stored.key for prefix in ("current/", "manifests/", "blobs/") for stored in bucket.list(prefix)])
    fill(worker.site.tree.root / RUN / "10", {"weights": b"newer"})
    with pytest.raises(Busy):  # it forgets what it has published, and the next try stores all of it
        await worker.folder.publish_below(RUN)
    await worker.folder.publish_below(RUN)
    other = new_site()
    other.fetch(f"{RUN}/10")
    assert content_of(other.tree.root / RUN / "10") == content_of(worker.site.tree.root / RUN / "10")


async def test_a_checkpoint_that_changes_while_it_is_published_is_not_reported_as_published(worker: Worker) -> None:
    publish_files(worker.site, f"{RUN}/10")
    with try_lock(worker.site.tree.root / RUN / "10", worker.site.tree.locks) as mine:
        assert mine
        with pytest.raises(Busy):
            await worker.folder.publish_below(RUN)
    await worker.folder.publish_below(RUN)
    assert worker.announced == [f"{RUN}/10"]


async def test_an_older_voice_speaks_while_the_newest_is_harmed(home: Site, worker: Worker, bucket: Bucket) -> None:
    older = publish(home, VOICE, b"1")
    await worker.folder.ensure(VOICE)
    publish(home, VOICE, b"2")
    bucket.write(blob_key(home.records.read(VOICE).files[0].pieces[0]), b"?")
    worker.time += 100
    assert await worker.folder.ensure(VOICE) == older
    assert content_of(worker.site.tree.root / VOICE) == {"weights": b"1"}
