"""`make bench WHAT=dashboards`: the pictures of docs/grafana, from a platform under load and a Prometheus beside it.

On loopback, in a folder of its own, for `MINUTES` (3) of the environment.
"""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path

from tests.support.processes import ROOT
from tests.support.seaweedfs import need_seaweedfs
from tests.support.watched import watched
from tools.dashboards.draw import main as draw

MINUTES = float(os.environ.get("MINUTES", "3"))
PICTURES = ROOT / "docs/grafana"


def main() -> None:
    need_seaweedfs()
    with tempfile.TemporaryDirectory() as folder, watched(Path(folder)) as stack:
        stack.load(60 * MINUTES)
        options = ["--minutes", str(MINUTES), "--rate-interval", "20s"]
        draw(["--prometheus", stack.url, "--into", str(PICTURES), *options])
    for picture in sorted(PICTURES.glob("*.png")):
        sys.stdout.write(f"{picture.relative_to(ROOT)}: {picture.stat().st_size / 1000:.0f} kB\n")


if __name__ == "__main__":
    main()
