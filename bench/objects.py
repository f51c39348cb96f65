"""`make bench WHAT=objects`: publishing to a bucket and fetching from it, beside plain transfers of the same client.

SeaweedFS on loopback is the bucket, so the processor is what limits both; on a real line the line is.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import obstore

from shared.objects.documents import PIECE_BYTES
from tests.support.objects import fill, site
from tests.support.processes import ROOT
from tests.support.seaweedfs import bucket_at, need_seaweedfs, running_seaweedfs

LARGE, CLIPS, CLIP = 512 * 1024 * 1024, 2000, 100_000
UNIT = "datasets/local/bench"


def make_files(folder: Path, shape: str) -> None:
    """One large file, written in parts so that the memory measured is not that of its content, or many small ones."""
    if shape == "many":
        for number in range(CLIPS):
            fill(folder, {f"wavs/{number}.wav": os.urandom(CLIP)})
        return
    folder.mkdir(parents=True)
    with (folder / "model.safetensors").open("wb") as out:
        for _ in range(LARGE // CLIP):
            out.write(os.urandom(CLIP))


def measured(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def sokhan(folder: Path, url: str, shape: str) -> None:
    """Publish, publish a change of one file, fetch."""
    bucket = bucket_at(url, f"sokhan-{shape}")
    here, there = site(folder / "here", bucket, piece_bytes=PIECE_BYTES), site(folder / "there", bucket)
    make_files(here.tree.root / UNIT, shape)
    publish = measured(lambda: here.publish(UNIT))
    fill(here.tree.root / UNIT, {"README.md": b"changed"})
    again = measured(lambda: here.publish(UNIT))
    fetch = measured(lambda: there.fetch(UNIT))
    report(f"{publish:.1f} s", f"{again:.2f} s", f"{fetch:.1f} s")


def plain(folder: Path, url: str, shape: str) -> None:
    """The same files, each as one object, four at once, without hashes, manifest or fsync."""
    store = bucket_at(url, f"plain-{shape}")._store
    make_files(folder / "here", shape)
    paths = [path for path in (folder / "here").rglob("*") if path.is_file()]
    (folder / "there").mkdir()

    def put(path: Path) -> None:
        obstore.put(store, path.name, path)

    def get(path: Path) -> None:
        with (folder / "there" / path.name).open("wb") as out:
            for chunk in obstore.get(store, path.name).stream():
                out.write(chunk)

    with ThreadPoolExecutor(4) as pool:
        upload = measured(lambda: list(pool.map(put, paths)))
        again = measured(lambda: list(pool.map(put, paths)))
        download = measured(lambda: list(pool.map(get, paths)))
    report(f"{upload:.1f} s", f"{again:.2f} s", f"{download:.1f} s")


def report(*times: str) -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(" | ".join((*times, f"{peak:.0f} MiB")))


def main() -> None:
    if sys.argv[1:]:
        way, folder, url, shape = sys.argv[1:]
        {"sokhan": sokhan, "plain": plain}[way](Path(folder), url, shape)
        return
    need_seaweedfs()
    with tempfile.TemporaryDirectory() as folder, running_seaweedfs(Path(folder) / "seaweedfs") as server:
        print("| what | publish | again, one small file changed | fetch | peak memory |")
        print("|---|---|---|---|---|")
        for shape, title in (("one", "one file of 512 MiB"), ("many", "2,000 files of 100 kB")):
            for way in ("sokhan", "plain"):
                place = Path(folder) / f"{way}-{shape}"
                place.mkdir()
                command = [sys.executable, "-m", "bench.objects", way, str(place), server.url, shape]
                done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True, timeout=300)
                print(f"| {title}, {way} | {done.stdout.strip()} |", flush=True)


if __name__ == "__main__":
    main()
