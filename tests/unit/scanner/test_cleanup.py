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
