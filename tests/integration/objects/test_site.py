"""A unit is published on one site and fetched on another."""

from __future__ import annotations

import os
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from shared.config import Settings
from shared.config_objects import ObjectSettings
from shared.contracts.errors import HashMismatch, NoSpace, NotFound, Unavailable, UnsupportedFile
from shared.doctor.objects import check_objects
from shared.doctor.report import Level
from shared.files import DataTree, try_lock
from shared.objects.bucket import Bucket, require_conditions
from shared.objects.building import build_site
from shared.objects.documents import BLOBS, SiteRecord, UnitManifest, blob_key, manifest_key
from shared.objects.errors import Busy, Changed, Superseded, Unfit
from shared.objects.parallel import AT_ONCE
from shared.objects.site import Site
from tests.integration.objects.conftest import NewSite
from tests.support.objects import PIECE, content_of, fill, utc_now
from tests.support.processes import free_port

VOICE = "models/~sara/صدای من"
FILES = {"config.json": b"{}", "model.safetensors": os.urandom(PIECE * 3 + 17), "samples/یک.wav": b"", "a/b/c": b"x"}


def published(site: Site, files: dict[str, bytes] = FILES, unit: str = VOICE) -> str:
    fill(site.tree.root / unit, files)
    return site.publish(unit)


def test_a_published_unit_is_the_same_on_another_site(new_site: NewSite) -> None:
    here, there = new_site(), new_site()
    revision = published(here)

    assert there.fetch(VOICE) == revision
    assert content_of(there.tree.root / VOICE) == FILES
    name = f"{VOICE}/model.safetensors"
    assert (there.tree.root / name).stat().st_mtime_ns == (here.tree.root / name).stat().st_mtime_ns
    assert not there.changed_here(VOICE)
    assert list(there.tree.tmp.iterdir()) == []


def test_a_file_is_a_unit_too(new_site: NewSite) -> None:
    here, there = new_site(), new_site()
    fill(here.tree.root, {"lexicon.tsv": "سخن\tsoxan\n".encode()})
    here.publish("lexicon.tsv")

    there.fetch("lexicon.tsv")

    assert there.tree.lexicon.read_text() == "سخن\tsoxan\n"


def test_an_unchanged_unit_is_published_once(new_site: NewSite, bucket: Bucket) -> None:
    here = new_site()
    assert published(here) == here.publish(VOICE)
    assert len(list(bucket.list("manifests/"))) == 1


def test_what_both_revisions_share_is_stored_and_fetched_once(new_site: NewSite, bucket: Bucket) -> None:
    here, there = new_site(), new_site()
    published(here)
    there.fetch(VOICE)
    before = {stored.key: stored.modified for stored in bucket.list(BLOBS)}
    inode = (there.tree.root / VOICE / "model.safetensors").stat().st_ino

    published(here, {"config.json": b'{"speed": 2}'})
    there.fetch(VOICE)

    after = {stored.key: stored.modified for stored in bucket.list(BLOBS)}
    assert len(after) == len(before) + 1
    assert before.items() <= after.items()
    assert (there.tree.root / VOICE / "model.safetensors").stat().st_ino == inode
    assert (there.tree.root / VOICE / "config.json").read_bytes() == b'{"speed": 2}'


def test_a_file_that_the_new_revision_lacks_goes(new_site: NewSite) -> None:
    here, there = new_site(), new_site()
    published(here)
    there.fetch(VOICE)
    (here.tree.root / VOICE / "a/b/c").unlink()
    here.publish(VOICE)

    there.fetch(VOICE)

    assert not (there.tree.root / VOICE / "a/b/c").exists()


def test_a_fetch_repairs_what_was_changed_or_lost_on_this_site(new_site: NewSite) -> None:
    here, there = new_site(), new_site()
    published(here)
    there.fetch(VOICE)
    (there.tree.root / VOICE / "config.json").write_bytes(b"scribbled")
    there.fetch(VOICE)
    assert content_of(there.tree.root / VOICE) == FILES
    shutil.rmtree(there.tree.root / VOICE)
    there.fetch(VOICE)
    assert content_of(there.tree.root / VOICE) == FILES


def test_files_that_a_site_keeps_stay(new_site: NewSite) -> None:
    here, there = new_site(), new_site()
    published(here)
    there.fetch(VOICE)
    fill(there.tree.root / VOICE, {"config.json": b"mine"})
    published(here, {"a/b/c": b"new"})

    there.fetch(VOICE, keep=["config.json", "absent"])

    assert content_of(there.tree.root / VOICE) == FILES | {"config.json": b"mine", "a/b/c": b"new"}
    assert there.changed_here(VOICE)


def test_of_two_publishers_one_wins(new_site: NewSite) -> None:
    first, second, reader = new_site(), new_site(), new_site()
    won = published(first)
    with pytest.raises(Superseded):
        published(second, {"config.json": b"another"})
    assert reader.fetch(VOICE) == won


def test_two_publishers_of_the_same_content_both_win(new_site: NewSite) -> None:
    first, second = new_site(), new_site()
    published(first)
    shutil.copytree(first.tree.root / VOICE, second.tree.root / VOICE, copy_function=shutil.copy2)
    assert second.publish(VOICE) == first.publish(VOICE)


def test_who_has_fetched_the_newest_revision_may_publish_the_next(new_site: NewSite) -> None:
    first, second = new_site(), new_site()
    published(first)
    second.fetch(VOICE)
    published(second, {"config.json": b"second"})
    with pytest.raises(Superseded):
        published(first, {"config.json": b"first"})
    first.fetch(VOICE)
    assert (first.tree.root / VOICE / "config.json").read_bytes() == b"second"
    published(first, {"config.json": b"third"})


def test_a_removed_unit_is_gone_and_can_come_again(new_site: NewSite) -> None:
    here, there = new_site(), new_site()
    published(here)
    there.fetch(VOICE)
    here.remove(VOICE)
    with pytest.raises(NotFound):
        there.fetch(VOICE)
    with pytest.raises(Superseded):
        published(there, {"config.json": b"late"})
    published(here)
    assert there.fetch(VOICE)


def test_a_unit_that_was_never_published(new_site: NewSite) -> None:
    with pytest.raises(NotFound):
        new_site().fetch(VOICE)
    with pytest.raises(FileNotFoundError):
        new_site().publish(VOICE)
    new_site().remove(VOICE)


def test_a_unit_under_change_is_left_alone(new_site: NewSite) -> None:
    here, there = new_site(), new_site()
    published(here)
    there.fetch(VOICE)
    published(here, {"config.json": b"2"})
    with try_lock(there.tree.root / VOICE, there.tree.locks) as mine:
        assert mine
        with pytest.raises(Busy):
            there.fetch(VOICE)
        with pytest.raises(Busy):
            there.publish(VOICE)
    assert (there.tree.root / VOICE / "config.json").read_bytes() == b"{}"
    there.fetch(VOICE)


def test_a_file_that_changes_while_it_is_published_is_not_published(
    new_site: NewSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = new_site()
    store = type(here.units).store_piece

    def change(units: object, content: bytes) -> str:
        fill(here.tree.root / VOICE, {"config.json": b"changed meanwhile"})
        return store(here.units, content)

    monkeypatch.setattr(type(here.units), "store_piece", change)
    with pytest.raises(Busy):
        published(here)
    assert here.units.pointer(VOICE) is None


@pytest.mark.parametrize("harm", ["damaged", "short", "missing"])
def test_a_harmed_piece_is_refused_and_nothing_of_it_is_seen(new_site: NewSite, bucket: Bucket, harm: str) -> None:
    here, there = new_site(), new_site()
    published(here)
    there.fetch(VOICE)
    published(here, {"model.safetensors": os.urandom(PIECE * 2)})
    piece = here.records.read(VOICE).by_path["model.safetensors"].pieces[1]
    if harm == "missing":
        bucket.delete([blob_key(piece)])
    else:
        bucket.write(blob_key(piece), b"\0" * (PIECE if harm == "damaged" else 5))

    with pytest.raises(HashMismatch, match="missing" if harm == "missing" else "damaged"):
        there.fetch(VOICE)

    assert content_of(there.tree.root / VOICE) == FILES
    here.publish(VOICE, again=True)
    if harm != "damaged":  # one of the right size is not read again before it is deleted
        there.fetch(VOICE)
        assert content_of(there.tree.root / VOICE) == content_of(here.tree.root / VOICE)


HOSTILE = ["../../escaped", "/etc/passwd", "a/../../b", "", ".", "a//b", "C:/x", "a\\..\\b"]


@pytest.mark.parametrize("path", HOSTILE)
def test_a_manifest_that_leads_out_of_its_unit_is_refused(new_site: NewSite, bucket: Bucket, path: str) -> None:
    here, there = new_site(), new_site()
    published(here)
    files = here.records.read(VOICE).files
    hostile = UnitManifest(
        unit=VOICE, folder=True, piece_bytes=PIECE, files=(*files, files[0].model_copy(update={"path": path}))
    )
    bucket.write(manifest_key(VOICE, hostile.revision), hostile.to_wire())
    seen = here.units.pointer(VOICE)
    assert seen is not None
    here.units.point(VOICE, hostile.revision, seen.etag)
    with pytest.raises(HashMismatch):
        there.fetch(VOICE)
    assert not (there.tree.root / VOICE).exists()


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff", b"[]", b'{"schema":"sokhan.unit/2"}'])
def test_a_manifest_that_is_none_is_refused(new_site: NewSite, bucket: Bucket, content: bytes) -> None:
    here, there = new_site(), new_site()
    revision = published(here)
    bucket.write(manifest_key(VOICE, revision), content)
    with pytest.raises(HashMismatch):
        there.fetch(VOICE)


def test_a_manifest_of_another_revision_is_refused(new_site: NewSite, bucket: Bucket) -> None:
    here, there = new_site(), new_site()
    first = published(here)
    second = published(here, {"config.json": b"2"})
    content = bucket.read(manifest_key(VOICE, first))
    assert content is not None
    bucket.write(manifest_key(VOICE, second), content[0])
    with pytest.raises(HashMismatch):
        there.fetch(VOICE)


def test_a_name_that_is_no_text_is_refused(new_site: NewSite) -> None:
    here = new_site()
    folder = here.tree.root / VOICE
    folder.mkdir(parents=True)
    (folder / os.fsdecode(b"\xff.bin")).touch()
    with pytest.raises(UnsupportedFile):
        here.publish(VOICE)


NAMES = ["نام\u200cها", "😀", "x" * 200, "current", "a%2Fb", "A", "a", "trail..", "pl+us", "ha#sh", "q?x", "st*ar",
         "~t", '"q"', "[b]", "{c}", "e\u0301", "\xe9", "é" * 100, " x ", "..."]  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_a_name_of_any_script_is_the_same_on_another_site(new_site: NewSite, name: str) -> None:
    here, there = new_site(), new_site()
    unit = f"models/local/{name}"
    published(here, {f"{name}.json": name.encode()}, unit)
    there.fetch(unit)
    assert set(there.units.pointers()) == {unit}
    assert content_of(there.tree.root / unit) == {f"{name}.json": name.encode()}


@pytest.mark.parametrize("name", ["new\nline", "back\\slash", "\x7f", "tab\tx"])
def test_a_name_that_no_object_can_have_is_refused(new_site: NewSite, name: str) -> None:
    here = new_site()
    with pytest.raises(UnsupportedFile):
        published(here, FILES, f"models/local/{name}")


@pytest.mark.parametrize("name", ["a\\b", "C:x", "C:/x"])
def test_a_file_whose_name_its_readers_would_refuse_is_not_published(new_site: NewSite, name: str) -> None:
    here = new_site()
    with pytest.raises(UnsupportedFile):
        published(here, {name: b"1"})
    assert here.units.pointers() == {}


def test_what_is_known_of_one_bucket_does_not_count_for_another(tmp_path: Path) -> None:
    tree = DataTree(tmp_path)
    first, second = (build_site(Settings(objects=f"s3://sokhan/{prefix}"), tree, utc_now) for prefix in ("a", "b"))
    first.records.write(SiteRecord(unit=VOICE, etag="1", revision="1"))
    assert second.records.read(VOICE).etag is None


def test_links_of_a_folder_copied_from_the_hubs_cache_become_files(new_site: NewSite) -> None:
    """And a site that has links keeps a unit that fits when it fetches the next revision."""
    here, there = new_site(), new_site()
    folder = here.tree.root / VOICE
    fill(folder, {"blobs/ab": b"weights", "blobs/cd": b"{}"})
    (folder / "snapshots").mkdir()
    (folder / "snapshots/model.safetensors").symlink_to("../blobs/ab")
    (folder / "snapshots/outside.json").symlink_to(here.tree.root / "elsewhere.json")
    (folder / "snapshots/gone.json").symlink_to("../blobs/gone")
    (here.tree.root / "elsewhere.json").write_bytes(b"outside")
    here.publish(VOICE)
    there.fetch(VOICE)
    expected = {"blobs/ab": b"weights", "blobs/cd": b"{}", "snapshots/model.safetensors": b"weights"}
    assert content_of(there.tree.root / VOICE) == expected | {"snapshots/outside.json": b"outside"}
    fill(there.tree.root / VOICE, {"blobs/cd": b"2"})
    there.publish(VOICE)
    here.fetch(VOICE)
    assert content_of(folder) == content_of(there.tree.root / VOICE)


@pytest.mark.parametrize("mtime_ns", [-5_000_000_000, 0, 32_503_680_000_000_000_123])
def test_times_before_1970_and_of_the_next_century_are_the_same(new_site: NewSite, mtime_ns: int) -> None:
    here, there = new_site(), new_site()
    fill(here.tree.root / VOICE, {"config.json": b"{}"})
    os.utime(here.tree.root / VOICE / "config.json", ns=(mtime_ns, mtime_ns))
    here.publish(VOICE)
    there.fetch(VOICE)
    assert not there.changed_here(VOICE)
    assert here.publish(VOICE) == there.fetch(VOICE)


def test_a_unit_larger_than_the_free_space_is_refused_before_a_byte(
    new_site: NewSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    here, there = new_site(), new_site()
    published(here)
    monkeypatch.setattr("shutil.disk_usage", lambda _: _Free)
    with pytest.raises(NoSpace):
        there.fetch(VOICE)


class _Free:
    free = 100


def test_a_broken_fetch_goes_on_after_its_last_piece(new_site: NewSite, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = new_site(), new_site()
    published(here, {"model.safetensors": os.urandom(PIECE * 10)})
    piece, asked = type(there.units).piece, list[str]()

    def counted(units: object, sha256: str, size: int) -> bytes:
        asked.append(sha256)
        if len(asked) == 6:
            raise ConnectionError("the line is cut")
        return piece(there.units, sha256, size)

    monkeypatch.setattr(type(there.units), "piece", counted)
    with pytest.raises(ConnectionError):
        there.fetch(VOICE)
    there.fetch(VOICE)
    assert len(set(asked)) == 10
    assert len(asked) <= 10 + AT_ONCE
    assert content_of(there.tree.root / VOICE) == content_of(here.tree.root / VOICE)


@pytest.mark.parametrize("given", [{}, {"objects_key_id": "a", "objects_secret_key": SecretStr("b")}])
def test_a_bucket_of_amazon_needs_neither_an_address_nor_a_key(given: dict[str, Any]) -> None:
    assert Bucket.of(ObjectSettings(objects="s3://sokhan/data", **given))


def test_conditions_are_kept_by_the_server(bucket: Bucket) -> None:
    etag = bucket.create("current/x", b"1")
    with pytest.raises(Changed):
        bucket.create("current/x", b"2")
    newer = bucket.replace("current/x", b"3", etag)
    with pytest.raises(Changed):
        bucket.replace("current/x", b"4", etag)
    with pytest.raises(Changed):
        bucket.replace("current/y", b"5", newer)
    assert bucket.read("current/x") == (b"3", newer)


def test_a_lost_answer_to_the_pointer_is_no_failure(new_site: NewSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """The client repeats a request whose answer was lost; the second try meets the first one's object."""
    here = new_site()
    create = here.units.bucket.create

    def twice(key: str, content: bytes) -> str:
        create(key, content)
        return create(key, content)

    monkeypatch.setattr(here.units.bucket, "create", twice)
    published(here)
    monkeypatch.undo()
    published(here, {"config.json": b"next"})


def test_a_kill_after_the_pointer_does_not_lock_its_publisher_out(new_site: NewSite) -> None:
    here = new_site()
    fill(here.tree.root / VOICE, FILES)
    records = here.records

    class Killed(Exception):
        pass

    class Dying(type(records)):  # type: ignore[misc]
        def write(self, record: object) -> None:
            if getattr(record, "pending", None) is None:
                raise Killed
            super().write(record)

    with pytest.raises(Killed):
        replace(here, records=Dying(here.tree.root / "run/objects")).publish(VOICE)
    published(here, {"config.json": b"changed before the restart"})
    there = new_site()
    there.fetch(VOICE)
    assert (there.tree.root / VOICE / "config.json").read_bytes() == b"changed before the restart"


def test_no_unit_hides_another(new_site: NewSite) -> None:
    here, there = new_site(), new_site()
    units = [
        "models/a/current",
        "models/current/a",
        "lexicons/x.tsv",
        "lexicon.tsv",
        "checkpoints/r/.sokhan-access.json",
    ]
    for unit in units:
        if Path(unit).suffix:
            fill(here.tree.root, {unit: unit.encode()})
        else:
            fill(here.tree.root / unit, {"name": unit.encode()})
        here.publish(unit)
    assert set(there.units.pointers()) == set(units)
    for unit in units:
        there.fetch(unit)
        path = there.tree.root / unit
        assert (path if path.is_file() else path / "name").read_bytes() == unit.encode()


def test_a_server_that_keeps_conditions_is_fit_and_keeps_no_probe(bucket: Bucket) -> None:
    require_conditions(bucket)
    assert list(bucket.list("probes/")) == []


@pytest.mark.parametrize("ignored", ["create", "replace"])
def test_a_server_that_ignores_a_condition_is_unfit(
    bucket: Bucket, monkeypatch: pytest.MonkeyPatch, ignored: str
) -> None:
    """As rclone's does."""
    monkeypatch.setattr(bucket, ignored, lambda key, content, *_: bucket.write(key, content))
    with pytest.raises(Unfit, match="ignores"):
        require_conditions(bucket)


@pytest.mark.siege
def test_a_dead_server_and_a_wrong_key_are_named_without_the_key(seaweedfs_settings: ObjectSettings) -> None:
    wrong = seaweedfs_settings.model_copy(update={"objects_secret_key": SecretStr("a-secret-that-is-wrong")})
    with pytest.raises(Unavailable, match="refuses") as refused:
        Bucket.of(wrong).read("x")
    dead = seaweedfs_settings.model_copy(update={"objects_endpoint": f"http://127.0.0.1:{free_port()}"})
    with pytest.raises(Unavailable, match="does not answer") as gone:
        Bucket.of(dead).read("x")
    for error in (refused.value, gone.value):
        assert "secret" not in f"{error.message} {error.hint}".replace("SOKHAN_OBJECTS_SECRET_KEY", "")


@pytest.mark.siege
def test_the_doctor_tries_the_bucket_out(seaweedfs_settings: ObjectSettings) -> None:
    given = seaweedfs_settings.model_dump()
    (fit,) = check_objects(Settings(**given))
    assert (fit.level, fit.message) == (Level.OK, f"{given['objects']} takes, gives back and protects objects.")
    (refused,) = check_objects(Settings(**{**given, "objects_secret_key": SecretStr("wrong")}))
    assert refused.level is Level.PROBLEM
    assert "SOKHAN_OBJECTS_SECRET_KEY" in str(refused.advice)
    assert check_objects(Settings()) == []


def test_a_dead_bucket_is_not_asked_for_every_piece(new_site: NewSite, monkeypatch: pytest.MonkeyPatch) -> None:
    here = new_site()
    fill(here.tree.root / VOICE, {"model.safetensors": os.urandom(PIECE * 100)})
    asked: list[int] = []

    def gone(units: object, content: bytes) -> str:
        asked.append(len(content))
        raise Unavailable("The bucket does not answer.")

    monkeypatch.setattr(type(here.units), "store_piece", gone)
    with pytest.raises(Unavailable):
        here.publish(VOICE)
    assert len(asked) < 20
