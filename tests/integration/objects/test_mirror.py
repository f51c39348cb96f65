"""The scanner's mirror: the gateway's data folder and a bucket become alike, whichever of them has changed."""

from __future__ import annotations

import asyncio
import shutil
import threading
import time
from contextlib import suppress
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from services.scanner.mirror import Mirror
from services.scanner.mirror_plan import Known, MirrorStep, decide
from shared.contracts.errors import NotFound, Unavailable
from shared.files.units import units
from shared.objects.bucket import Bucket
from shared.objects.documents import UnitFile, UnitManifest, blob_key
from shared.objects.metrics import ObjectMetrics
from shared.objects.site import Site
from shared.objects.units import BucketUnits, SeenPointer
from shared.products import Deployed, write_mark
from shared.products.checkpoint import METRICS
from tests.integration.objects.conftest import NewSite
from tests.support.eventually import eventually
from tests.support.objects import GRACE, content_of, fill

MODEL, DATASET, RENDER = "models/local/mine", "datasets/local/recordings", "audio/renders/job"
CHECKPOINT = "checkpoints/run/10"
CHECKPOINT_FILES = {"model.safetensors": b"weights", METRICS: b'{"step": 10, "epoch": 1, "values": {}}'}


class Mirrored:
    """A site with its mirror; every asset in it is whole, except those in `unfinished`."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.registry = CollectorRegistry()
        self.unfinished: set[str] = set()
        self.mirror = Mirror(site, self._whole, ObjectMetrics(self.registry), GRACE)

    async def _whole(self) -> set[str]:
        return set(units(self.site.tree)) - self.unfinished

    async def settle(self) -> None:
        """Until nothing is left to do. Raises `Unavailable`."""
        for _ in range(4):
            await self.mirror._look(("",))
            while working := list(self.mirror._working.values()):
                await asyncio.gather(*working)

    def count(self, name: str, **labels: str) -> float | None:
        return self.registry.get_sample_value(name, labels)


@pytest.fixture
def home(new_site: NewSite) -> Mirrored:
    return Mirrored(new_site())


async def test_what_is_finished_is_published_and_an_upload_is_not(home: Mirrored, new_site: NewSite) -> None:
    fill(home.site.tree.root / MODEL, {"config.json": b"{}"})
    fill(home.site.tree.root / DATASET, {"a.wav": b"a"})
    fill(home.site.tree.root, {"lexicon.tsv": b"a\tb\n", "uploads/abc": b"zip"})
    home.unfinished = {DATASET}
    await home.settle()
    there = new_site()
    assert set(there.units.pointers()) == {MODEL, "lexicon.tsv"}
    assert home.count("sokhan_objects_units_total", way="published") == 2
    assert home.count("sokhan_objects_waiting_units") == 0
    home.unfinished = set()
    await home.settle()
    assert set(there.units.pointers()) == {MODEL, DATASET, "lexicon.tsv"}


async def test_what_a_worker_publishes_is_here_when_it_is_announced(home: Mirrored, new_site: NewSite) -> None:
    worker = new_site()
    fill(worker.tree.root / MODEL, {"model.safetensors": b"weights"})
    worker.publish(MODEL)
    await home.mirror.pull(MODEL)
    assert content_of(home.site.tree.root / MODEL) == {"model.safetensors": b"weights"}
    await home.settle()
    assert home.count("sokhan_objects_units_total", way="published") == 0


async def test_what_is_removed_here_is_removed_there(home: Mirrored, new_site: NewSite) -> None:
    fill(home.site.tree.root / MODEL, {"config.json": b"{}"})
    await home.settle()
    shutil.rmtree(home.site.tree.root / MODEL)
    await home.settle()
    with pytest.raises(NotFound):
        new_site().fetch(MODEL)
    fill(home.site.tree.root / MODEL, {"config.json": b"another"})
    await home.settle()
    worker = new_site()
    worker.fetch(MODEL)
    assert content_of(worker.tree.root / MODEL) == {"config.json": b"another"}


async def test_what_a_worker_removes_is_removed_here(home: Mirrored, new_site: NewSite) -> None:
    fill(home.site.tree.root / CHECKPOINT, CHECKPOINT_FILES)
    await home.settle()
    worker = new_site()
    worker.fetch(CHECKPOINT)
    worker.remove(CHECKPOINT)
    await home.settle()
    assert not (home.site.tree.root / CHECKPOINT).exists()


async def test_a_deployed_checkpoint_stays_though_its_run_removes_it(home: Mirrored, new_site: NewSite) -> None:
    fill(home.site.tree.root / CHECKPOINT, CHECKPOINT_FILES)
    await home.settle()
    worker = new_site()
    worker.fetch(CHECKPOINT)
    write_mark(home.site.tree.root / CHECKPOINT, Deployed(name="mine", version=1))
    worker.remove(CHECKPOINT)
    await home.settle()
    assert (home.site.tree.root / CHECKPOINT / "model.safetensors").exists()
    worker.fetch(CHECKPOINT)
    assert content_of(worker.tree.root / CHECKPOINT) == content_of(home.site.tree.root / CHECKPOINT)


async def test_changes_on_both_sides_keep_the_workers_content_and_the_gateways_marks(
    home: Mirrored, new_site: NewSite
) -> None:
    fill(home.site.tree.root / MODEL, {"model.safetensors": b"1", ".sokhan-access.json": b"old"})
    await home.settle()
    worker = new_site()
    worker.fetch(MODEL)
    fill(worker.tree.root / MODEL, {"model.safetensors": b"2"})
    worker.publish(MODEL)
    fill(home.site.tree.root / MODEL, {".sokhan-access.json": b"shared with everybody"})
    await home.settle()
    expected = {"model.safetensors": b"2", ".sokhan-access.json": b"shared with everybody"}
    assert content_of(home.site.tree.root / MODEL) == expected
    worker.fetch(MODEL)
    assert content_of(worker.tree.root / MODEL) == expected


async def test_a_new_disk_fills_itself(home: Mirrored, new_site: NewSite) -> None:
    fill(home.site.tree.root / MODEL, {"config.json": b"{}"})
    fill(home.site.tree.root / DATASET, {"a.wav": b"a"})
    fill(home.site.tree.root, {"lexicons/sara.tsv": b"a\tb\n"})
    await home.settle()
    fresh = Mirrored(new_site())
    await fresh.settle()
    for unit in (MODEL, DATASET):
        assert content_of(fresh.site.tree.root / unit) == content_of(home.site.tree.root / unit)
    assert (fresh.site.tree.root / "lexicons/sara.tsv").read_bytes() == b"a\tb\n"


async def test_a_volume_that_is_not_mounted_removes_nothing(home: Mirrored) -> None:
    for number in range(25):
        fill(home.site.tree.root / f"models/local/m{number}", {"config.json": b"%d" % number})
    await home.settle()
    hidden = home.site.tree.root / "elsewhere"
    (home.site.tree.root / "models").rename(hidden)
    (home.site.tree.root / "models").mkdir()
    await home.settle()
    assert home.count("sokhan_objects_units_total", way="removed") == 0
    (home.site.tree.root / "models").rmdir()
    hidden.rename(home.site.tree.root / "models")
    await home.settle()
    assert len(home.site.units.pointers()) == 25


async def test_a_bucket_that_was_emptied_is_filled_again(home: Mirrored, bucket: Bucket) -> None:
    fill(home.site.tree.root / MODEL, {"config.json": b"{}"})
    await home.settle()
    bucket.delete([stored.key for prefix in ("current/", "manifests/", "blobs/") for stored in bucket.list(prefix)])
    await home.settle()
    assert set(home.site.units.pointers()) == {MODEL}


async def test_one_unit_that_fails_holds_up_no_other(home: Mirrored, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(home.site.tree.root / MODEL, {"config.json": b"{}"})
    fill(home.site.tree.root / DATASET, {"a.wav": b"a"})
    publish = Site.publish

    def failing(site: Site, unit: str, **kwargs: Any) -> str:
        if unit == DATASET:
            raise ZeroDivisionError("a bug")
        return publish(site, unit, **kwargs)

    monkeypatch.setattr(Site, "publish", failing)
    await home.settle()
    assert set(home.site.units.pointers()) == {MODEL}
    assert (home.count("sokhan_objects_failures_total") or 0) >= 1
    monkeypatch.undo()
    await home.settle()
    assert set(home.site.units.pointers()) == {MODEL, DATASET}


async def test_it_runs_until_it_is_stopped_and_repairs_the_bucket(
    home: Mirrored, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.scanner.mirror._SMALL_S", 0.05)
    monkeypatch.setattr("services.scanner.mirror._ALL_S", 0.2)
    monkeypatch.setattr("services.scanner.mirror._COLLECT_S", 0.2)
    stop = asyncio.Event()
    running = asyncio.create_task(home.mirror.run(stop))
    fill(home.site.tree.root / RENDER, {"input.txt": "سلام".encode()})
    await eventually(lambda: bool(home.site.records.read(RENDER).files), "it is published", 20)
    piece = blob_key(home.site.records.read(RENDER).files[0].pieces[0])
    bucket.delete([piece])
    await eventually(lambda: bucket.find(piece) is not None, "the piece is stored again", 20)
    stop.set()
    async with asyncio.timeout(10):
        await running


async def test_without_the_bucket_it_goes_on_and_makes_good_later(
    home: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    fill(home.site.tree.root / MODEL, {"config.json": b"{}"})

    def gone(*_: object) -> object:
        raise Unavailable("The bucket does not answer.")

    monkeypatch.setattr(Bucket, "list", gone)
    with suppress(Unavailable):
        await home.settle()
    await home.mirror.pull(MODEL)
    monkeypatch.undo()
    await home.settle()
    assert set(home.site.units.pointers()) == {MODEL}


async def test_many_renders_may_go_while_others_stay_and_all_models_may_not(home: Mirrored) -> None:
    """A person deletes thirty of forty long texts; the volume of the models is not mounted."""
    for number in range(40):
        fill(home.site.tree.root / f"audio/renders/{number}", {"input.txt": b"%d" % number})
    for number in range(25):
        fill(home.site.tree.root / f"models/local/m{number}", {"config.json": b"%d" % number})
    await home.settle()
    for number in range(30):
        shutil.rmtree(home.site.tree.root / f"audio/renders/{number}")
    shutil.rmtree(home.site.tree.root / "models")
    (home.site.tree.root / "models").mkdir()
    await home.settle()
    assert home.count("sokhan_objects_units_total", way="removed") == 30


async def test_two_scanners_on_one_folder_agree(home: Mirrored, new_site: NewSite) -> None:
    second = Mirrored(home.site)
    fill(home.site.tree.root / MODEL, {"config.json": b"{}"})
    fill(home.site.tree.root / DATASET, {"a.wav": b"a"})
    await asyncio.gather(home.settle(), second.settle())
    shutil.rmtree(home.site.tree.root / MODEL)
    fill(home.site.tree.root / DATASET, {"a.wav": b"another"})
    await asyncio.gather(home.settle(), second.settle())
    for _ in range(2):  # and they come to rest
        await home.settle()
        await second.settle()
    before = home.site.units.pointers()
    await second.settle()
    await home.settle()
    assert home.site.units.pointers() == before
    worker = new_site()
    worker.fetch(DATASET)
    assert content_of(worker.tree.root / DATASET) == {"a.wav": b"another"}
    with pytest.raises(NotFound):
        worker.fetch(MODEL)


async def test_a_pointer_that_names_no_unit_is_not_followed(home: Mirrored, new_site: NewSite) -> None:
    """A stolen key of a worker: it must not replace a file beside the units, or an account."""
    fill(home.site.tree.root / "models/~sara/mine", {"config.json": b"{}"})
    await home.settle()
    thief = new_site()
    for unit in (
        "models/~reza",
        "run/secret",
        "secret.key",
        "audio/renders/job/deeper",
        "models/~reza/other/deeper",
    ):
        files = (UnitFile(path="x", size=0, mtime_ns=0, pieces=()),)
        manifest = UnitManifest(unit=unit, folder=True, piece_bytes=1000, files=files)
        thief.units.write_manifest(manifest)
        thief.units.point(unit, manifest.revision, None)
    await home.settle()
    assert content_of(home.site.tree.root / "models") == {"~sara/mine/config.json": b"{}"}
    assert not (home.site.tree.root / "secret.key").exists()
    assert not (home.site.tree.root / "run/secret").exists()


async def test_it_stops_in_the_middle_of_a_collection(
    home: Mirrored, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.scanner.mirror._SMALL_S", 0.01)
    monkeypatch.setattr("services.scanner.mirror._ALL_S", 0.01)
    for number in range(50):
        fill(home.site.tree.root / f"models/local/m{number}", {"config.json": b"%d" % number})
    await home.settle()
    begun, read = threading.Event(), BucketUnits.pointer

    def slow(units: BucketUnits, unit: str) -> SeenPointer | None:
        begun.set()
        time.sleep(0.5)
        return read(units, unit)

    monkeypatch.setattr(BucketUnits, "pointer", slow)
    stop = asyncio.Event()
    running = asyncio.create_task(home.mirror.run(stop))
    await asyncio.to_thread(begun.wait, 20)
    stop.set()
    async with asyncio.timeout(5):
        await running


async def test_what_is_looked_at_every_two_seconds_asks_the_store_for_nothing(home: Mirrored) -> None:
    async def refused() -> set[str]:
        raise AssertionError("the assets are asked for")

    fill(home.site.tree.root, {"lexicon.tsv": b"a\tb\n"})
    home.mirror.whole = refused
    await home.mirror._look(("audio/", "lexicon"))
    await asyncio.gather(*home.mirror._working.values())
    assert set(home.site.units.pointers()) == {"lexicon.tsv"}


async def test_work_that_comes_and_goes_does_not_look_like_one_thing_that_waits(
    home: Mirrored, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = [100.0]
    home.mirror.monotonic = lambda: clock[0]
    fill(home.site.tree.root / MODEL, {"config.json": b"{}"})
    publish = Site.publish
    monkeypatch.setattr(Site, "publish", refuse)
    await home.settle()
    clock[0] += 60
    await home.settle()
    assert home.count("sokhan_objects_waiting_seconds") == 60
    monkeypatch.setattr(Site, "publish", publish)
    await home.settle()
    fill(home.site.tree.root / DATASET, {"a.wav": b"a"})
    monkeypatch.setattr(Site, "publish", refuse)
    await home.settle()
    assert home.count("sokhan_objects_waiting_units") == 1
    assert home.count("sokhan_objects_waiting_seconds") == 0


def refuse(site: Site, unit: str, **_: object) -> str:
    raise OSError("not now")


NEVER = Known(None, None, 0)
IN_STEP = Known("e1", "r1", 1)
REMOVED = Known("e1", None, 0)


@pytest.mark.parametrize(
    ("record", "stamp", "there", "whole", "step"),
    [
        (NEVER, 1, None, True, MirrorStep.PUBLISH),
        (NEVER, 1, None, False, None),
        (NEVER, None, "e1", True, MirrorStep.FETCH),
        (NEVER, 1, "e1", True, MirrorStep.FETCH),
        (IN_STEP, 1, "e1", True, None),
        (IN_STEP, 2, "e1", True, MirrorStep.PUBLISH),
        (IN_STEP, 2, "e1", False, None),
        (IN_STEP, None, "e1", True, MirrorStep.REMOVE),
        (IN_STEP, 1, "e2", True, MirrorStep.FETCH),
        (IN_STEP, None, "e2", True, MirrorStep.FETCH),
        (IN_STEP, None, None, True, MirrorStep.FORGET),
        (IN_STEP, 1, None, True, MirrorStep.FORGET),
        (REMOVED, None, "e1", True, None),
        (REMOVED, 1, "e1", True, MirrorStep.PUBLISH),
        (REMOVED, None, "e2", True, MirrorStep.FETCH),
    ],
)
def test_the_decision(
    record: Known, stamp: int | None, there: str | None, whole: bool, step: MirrorStep | None
) -> None:
    assert decide(record, stamp, there, whole=whole) is step
