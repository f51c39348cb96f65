from __future__ import annotations

import os
from pathlib import Path

from services.scanner.cleanup import STALE_S, clean_up
from shared.files import DataTree


def test_only_what_nobody_touched_for_a_day_goes(tmp_path: Path) -> None:
    tree = DataTree(tmp_path)
    tree.prepare()
    outside = tmp_path / "precious"
    outside.write_text("x")
    (tree.uploads / "old").write_text("x")
    (tree.uploads / "new").write_text("x")
    (tree.tmp / "import-old").mkdir()
    (tree.tmp / "import-old" / "file").write_text("x")
    (tree.tmp / "link-old").symlink_to(outside)
    now = outside.stat().st_mtime + 10
    for name in ("uploads/old", "tmp/import-old", "tmp/link-old"):
        os.utime(tmp_path / name, (now - STALE_S - 60,) * 2, follow_symlinks=False)
    (tree.uploads / "awaited").write_text("x")
    os.utime(tree.uploads / "awaited", (now - STALE_S - 60,) * 2)
    assert clean_up(tree, now, {"awaited"}) == 3
    assert sorted(p.name for p in tree.uploads.iterdir()) == ["awaited", "new"]
    assert list(tree.tmp.iterdir()) == []
    assert outside.read_text() == "x"


def test_an_upload_whose_import_was_interrupted_stays(tmp_path: Path) -> None:
    tree = DataTree(tmp_path)
    tree.prepare()
    tree.resumable.mkdir()
    moved = tree.uploads / "0123"
    moved.write_text("x")
    record = tree.resumable / "0123.json"
    record.write_text("{}")
    now = moved.stat().st_mtime + STALE_S + 60
    assert clean_up(tree, now, ()) == 0
    record.unlink()
    assert clean_up(tree, now, ()) == 1
    assert not moved.exists()
