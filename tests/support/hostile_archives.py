"""Archives of a few kilobytes that cost their reader gigabytes or minutes."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Iterable
from pathlib import Path

_MIB = 1 << 20


def pax_bomb(path: Path, size: int = 400 * _MIB) -> Path:
    """A tar.gz whose first header is a pax header of `size` bytes."""
    return _gzipped_header(path, tarfile.XHDTYPE, size)


def long_name_bomb(path: Path, size: int = 400 * _MIB) -> Path:
    """The same with GNU's long name."""
    return _gzipped_header(path, tarfile.GNUTYPE_LONGNAME, size)


def negative_size(path: Path) -> Path:
    """The pax bomb after a pax header of a negative size (CVE-2025-8194)."""
    info = tarfile.TarInfo("x")
    info.type, info.size = tarfile.XHDTYPE, -(1 << 40)
    pax_bomb(path)
    with gzip.open(path, "rb") as file:
        bomb = file.read()
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(info.tobuf(tarfile.GNU_FORMAT) + bomb)
    return path


def _gzipped_header(path: Path, kind: bytes, size: int) -> Path:
    info = tarfile.TarInfo("x")
    info.type, info.size = kind, size
    with gzip.open(path, "wb", compresslevel=9) as file:
        file.write(info.tobuf(tarfile.GNU_FORMAT))
        for _ in range(size // _MIB):
            file.write(b"a" * _MIB)
    return path


def many_entries(path: Path, count: int, *, folders: bool = False) -> Path:
    """A tar.gz of empty members."""
    with tarfile.open(path, "w:gz", compresslevel=9, format=tarfile.USTAR_FORMAT) as archive:
        for number in range(count):
            info = tarfile.TarInfo(str(number))
            info.type = tarfile.DIRTYPE if folders else tarfile.REGTYPE
            archive.addfile(info)
            archive.members = []  # type: ignore[attr-defined]
    return path


def many_zip_entries(path: Path, count: int) -> Path:
    """A zip that has a central directory of `count` entries and not one member."""
    entry = b"PK\x01\x02" + bytes(24) + struct.pack("<HHHHHII", 1, 0, 0, 0, 0, 0, 0) + b"a"
    directory = entry * count
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count & 0xFFFF, count & 0xFFFF, len(directory), 0, 0)
    path.write_bytes(directory + end)
    # A zip is recognised by its first bytes.
    path.write_bytes(b"PK\x03\x04" + bytes(26) + path.read_bytes())
    return path


def deep_paths(path: Path, count: int, depth: int) -> Path:
    """`count` files, each in folders of its own."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for number in range(count):
            archive.writestr("/".join([str(number), *["a"] * depth, "f.txt"]), b"")
    return path


def bzip2_member(path: Path, size: int = 600 * _MIB) -> Path:
    """A zip with a member of zeros in bzip2, which `zipfile` unpacks a whole read at a time."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_BZIP2) as archive, archive.open("a.txt", "w") as member:
        for _ in range(size // _MIB):
            member.write(bytes(_MIB))
    return path


def xz_dictionary(path: Path) -> Path:
    """An xz whose header asks for a dictionary of 1.5 GB."""
    filters = [{"id": lzma.FILTER_LZMA2, "dict_size": 1536 * _MIB, "mode": lzma.MODE_FAST, "nice_len": 4,
                "mf": lzma.MF_HC3}]  # fmt: skip
    # Compressed with a small dictionary; the header's byte declares the large one.
    small = [{**filters[0], "dict_size": 1 << 16}]
    content = bytearray(lzma.compress(_tar({"a.txt": b"a"}), lzma.FORMAT_XZ, lzma.CHECK_NONE, filters=small))
    at = 12 + 4  # stream header; block header: size, flags, filter id, size of its properties
    content[at] = 37  # 2 ** (37 // 2 + 11) * 3 / 2 - about 1.6 GB
    import zlib

    header = content[12 : 12 + (content[12] + 1) * 4 - 4]
    content[12 + len(header) : 12 + len(header) + 4] = zlib.crc32(header).to_bytes(4, "little")
    path.write_bytes(content)
    return path


def skipped_zeros(path: Path, size: int = 2000 * _MIB) -> Path:
    """A tar.bz2 whose only member is skipped, as its system's, but has to be unpacked to be skipped."""
    info = tarfile.TarInfo(".DS_Store")
    info.size = size
    packer = bz2.BZ2Compressor(9)
    block = bytes(_MIB)
    parts = [packer.compress(info.tobuf(tarfile.GNU_FORMAT))]
    parts += [packer.compress(block) for _ in range(size // _MIB)]
    path.write_bytes(b"".join([*parts, packer.flush()]))
    return path


def named(path: Path, names: Iterable[str]) -> Path:
    """A tar of empty files with these names."""
    path.write_bytes(_tar(dict.fromkeys(names, b"")))
    return path


def _tar(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()
