"""Removes from the virtual environment of an image what no service runs; prints how much it was.

Tests, headers and static libraries of all packages, the parts of pyarrow and fontTools that we never load, and with
`--service gateway` our other services. It runs in the layer that installs, else the layer below keeps the bytes.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

# Nothing is compiled in an image: none has a compiler.
_BUILD_SUFFIXES = {".h", ".hh", ".hpp", ".cuh", ".inl", ".pxd", ".pxi", ".pyx", ".a", ".lib", ".cmake"}
_TESTS = {"tests"}
_SERVICES = {"gateway", "downloader", "scanner", "synth", "trainer"}

_UNUSED = {
    # Flight and S3 clients, and copies of libraries under their long names: a wheel has no links.
    "pyarrow": "*flight*.so* libarrow_s3.so* _s3fs.* lib*.so.*.*.* libarrow_python.so _pyarrow_cpp_tests.* src",
    # matplotlib writes PDF and PostScript with them; we draw PNG.
    "fontTools": "cffLib colorLib config cu2qu designspaceLib feaLib merge mtiLib otlLib pens qu2cu subset svgLib "
    "t1Lib tfmLib.py ttLib ufoLib unicodedata varLib voltLib misc/bezierTools.*",
    "matplotlib": "mpl-data/sample_data",
}


def unused(packages: Path, service: str | None) -> Iterator[Path]:
    """Files and folders to remove; a folder may come before what is in it."""
    for path in packages.rglob("*"):
        if path.suffix in _BUILD_SUFFIXES or (path.name in _TESTS and path.is_dir()):
            yield path
    for name, patterns in _UNUSED.items():
        for pattern in patterns.split():
            yield from (packages / name).glob(pattern)
    if service is not None:
        yield from (packages / "services" / other for other in _SERVICES - {service})


def size(path: Path) -> int:
    if path.is_dir() and not path.is_symlink():
        return sum(size(child) for child in path.iterdir())
    return path.lstat().st_size


def remove(paths: list[Path]) -> int:
    """The bytes that are gone."""
    removed = 0
    for path in paths:
        if not path.exists():
            continue
        removed += size(path)
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()
    return removed


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--service", choices=sorted(_SERVICES))
    service: str | None = parser.parse_args().service
    packages = Path(sys.prefix) / f"lib/python3.{sys.version_info.minor}/site-packages"
    removed = remove(list(unused(packages, service)))
    print(f"slim.py: {removed / 1e6:.1f} MB removed", file=sys.stderr)


if __name__ == "__main__":
    main()
