"""What nothing refers to is deleted after the grace period, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest

from shared.objects.bucket import Bucket
from shared.objects.collecting import collect
from shared.objects.documents import BLOBS, MANIFESTS, blob_key, manifest_key
from tests.integration.objects.conftest import NewSite
from tests.support.objects import GRACE, PIECE, content_of, fill

UNIT = "datasets/local/recordings"
AT_ONCE = timedelta(seconds=-1)
"""A grace period that is over at once."""


def keys(bucket: Bucket) -> set[str]:
    return {stored.key for prefix in (BLOBS, MANIFESTS) for stored in bucket.list(prefix)}


def test_the_files_of_an_older_revision_go_after_the_grace_period(new_site: NewSite, bucket: Bucket) -> None:
    here, there = new_site(), new_site()
    fill(here.tree.root / UNIT, {"a.wav": b"a" * PIECE * 2, "b.wav": b"b"})
    here.publish(UNIT)
    fill(here.tree.root / UNIT, {"a.wav": b"c" * PIECE * 3})
    here.publish(UNIT)
    before = keys(bucket)

    assert collect(here.units, GRACE).deleted == 0
    assert keys(bucket) == before

    collected = collect(here.units, AT_ONCE)
    assert (collected.deleted, collected.broken) == (2, ())  # two equal pieces are one, and a manifest
    there.fetch(UNIT)
    assert content_of(there.tree.root / UNIT) == content_of(here.tree.root / UNIT)
    assert collect(here.units, AT_ONCE).deleted == 0


def test_a_removed_unit_goes_and_a_piece_of_another_stays(new_site: NewSite, bucket: Bucket) -> None:
    here, there = new_site(), new_site()
    other = "datasets/local/copy"
    for unit in (UNIT, other):
        fill(here.tree.root / unit, {"same.wav": b"same", f"{unit[-4:]}.wav": unit.encode()})
        here.publish(unit)
    here.remove(UNIT)

    collect(here.units, AT_ONCE)

    there.fetch(other)
    assert content_of(there.tree.root / other) == content_of(here.tree.root / other)
    assert len(keys(bucket)) == 3


def test_a_piece_that_was_written_again_meanwhile_stays(
    new_site: NewSite, bucket: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = new_site()
    fill(here.tree.root / UNIT, {"a.wav": b"a"})
    here.publish(UNIT)
    piece = blob_key(here.records.read(UNIT).files[0].pieces[0])
    here.remove(UNIT)
    find = bucket.find

    def found_after_a_publisher(key: str) -> object:
        if key == piece:
            monkeypatch.setattr(bucket, "find", find)
            seen = find(key)
            assert seen is not None
            while (now := find(key)) is not None and now.modified == seen.modified:
                bucket.write(key, b"a")
        return find(key)

    monkeypatch.setattr(bucket, "find", found_after_a_publisher)
    collect(here.units, AT_ONCE)
    assert find(piece) is not None


def test_a_broken_unit_is_named_and_no_piece_is_deleted_beside_it(new_site: NewSite, bucket: Bucket) -> None:
    here = new_site()
    fill(here.tree.root / UNIT, {"a.wav": b"a"})
    revision = here.publish(UNIT)
    bucket.write(blob_key("ab" * 32), b"unused")
    bucket.delete([manifest_key(UNIT, revision)])
    collected = collect(here.units, AT_ONCE)
    assert collected.broken == (UNIT,)
    assert bucket.find(blob_key("ab" * 32)) is not None

    here.publish(UNIT, again=True)
    assert collect(here.units, AT_ONCE).broken == ()
    assert bucket.find(blob_key("ab" * 32)) is None


def test_a_lost_piece_is_named_and_stored_again(new_site: NewSite, bucket: Bucket) -> None:
    here, there = new_site(), new_site()
    fill(here.tree.root / UNIT, {"a.wav": b"a"})
    here.publish(UNIT)
    bucket.delete([blob_key(here.records.read(UNIT).files[0].pieces[0])])
    assert collect(here.units, GRACE).broken == (UNIT,)
    here.publish(UNIT, again=True)
    assert collect(here.units, GRACE).broken == ()
    there.fetch(UNIT)


def test_a_publisher_does_not_count_on_a_piece_that_may_be_collected(new_site: NewSite, bucket: Bucket) -> None:
    from dataclasses import replace

    here = new_site()
    sha256 = here.units.store_piece(b"old")
    first = bucket.find(blob_key(sha256))
    careful = replace(here.units, refresh_after=AT_ONCE)
    assert first is not None
    while (now := bucket.find(blob_key(sha256))) is not None and now.modified == first.modified:
        careful.store_piece(b"old")  # some servers count in seconds
    assert now is not None
    assert now.modified > first.modified
