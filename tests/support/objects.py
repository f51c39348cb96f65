"""Sites beside one bucket, for tests."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.files import DataTree
from shared.objects.bucket import Bucket
from shared.objects.records import SiteRecords
from shared.objects.site import Site
from shared.objects.units import BucketUnits

PIECE = 1000
"""Bytes of a piece in these tests, so that a small file has several."""
GRACE = timedelta(hours=72)


def utc_now() -> datetime:
    return datetime.now(UTC)


def site(folder: Path, bucket: Bucket, piece_bytes: int = PIECE) -> Site:
    """A site of its own below `folder`."""
    tree = DataTree(folder)
    tree.prepare()
    units = BucketUnits(bucket, utc_now, refresh_after=GRACE / 2)
    return Site(tree, units, SiteRecords(folder / "run" / "objects"), piece_bytes=piece_bytes)


def fill(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        replacement = path.with_name(f".{uuid.uuid4().hex}.1.tmp")
        replacement.write_bytes(content)
        replacement.replace(path)


def content_of(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
