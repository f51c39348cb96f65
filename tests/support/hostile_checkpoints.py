"""Files that somebody wrote to break or to own what reads them."""

from __future__ import annotations

import io
import pickle
import socket
import struct
import tarfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import torch

GIGANTIC = 40_000_000_000  # float32 numbers: 160 GB


class Calls:
    """Unpickled, it is a call of `function`."""

    def __init__(self, function: Callable[..., object], *arguments: object) -> None:
        self._call = function, arguments

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return self._call


def starts_a_program(path: Path, mark: Path) -> None:
    import os

    torch.save({"model": {"x": torch.zeros(1)}, "config": Calls(os.system, f"touch {mark}")}, path)


def opens_a_socket(path: Path, port: int) -> None:
    torch.save({"model": Calls(socket.create_connection, ("127.0.0.1", port))}, path)


def plain_pickle(path: Path, mark: Path) -> None:
    """Not torch's at all."""
    import os

    path.write_bytes(pickle.dumps(Calls(os.system, f"touch {mark}")))


def old_tar(path: Path, mark: Path) -> None:
    """As torch wrote before 0.1.10: the tar's members are pickles."""
    import os

    with tarfile.open(path, "w") as archive:
        for name in ("sys_info", "pickle", "tensors", "storages"):
            content = pickle.dumps(Calls(os.system, f"touch {mark}"))
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))


def zip_bomb(path: Path) -> None:
    """A gigabyte of zeros in a megabyte."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("archive/version", "3\n")
        with archive.open("archive/data.pkl", "w") as record:
            for _ in range(64):
                record.write(bytes(16 << 20))


def gigantic_tensor(path: Path) -> None:
    """A storage of four bytes that says it holds 160 GB."""
    small = io.BytesIO()
    torch.save({"model": {"text_encoder.emb.weight": torch.zeros(77)}}, small)
    with zipfile.ZipFile(small) as source, zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as target:
        for record in source.infolist():
            content = source.read(record)
            if record.filename.endswith("data.pkl"):
                # The number 77 stands there twice as BININT1: the storage's count and the shape.
                content = content.replace(b"K\x4d", b"\x8a\x06" + GIGANTIC.to_bytes(6, "little"))
            target.writestr(record.filename, content)


def legacy_gigantic(path: Path) -> None:
    """torch's format of before 1.6, whose storages are allocated before they are read."""
    small = io.BytesIO()
    torch.save({"model": {"x": torch.zeros(77)}}, small, _use_new_zipfile_serialization=False)
    content = small.getvalue().replace(b"K\x4d", b"\x8a\x06" + GIGANTIC.to_bytes(6, "little"))
    path.write_bytes(content)


def huge_bytearray(path: Path) -> None:
    """`builtins.bytearray` is on torch's own list; a number makes it that long."""
    body = b"\x80\x02cbuiltins\nbytearray\n\x8a\x06" + GIGANTIC.to_bytes(6, "little") + b"\x85R."
    _around(path, body)


def deep_recursion(path: Path) -> None:
    """A list in a list in a list, 200,000 deep."""
    _around(path, b"\x80\x02" + b"]" * 200_000 + b"a" * 199_999 + b".")


def _around(path: Path, pickled: bytes) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        archive.writestr("archive/data.pkl", pickled)
        archive.writestr("archive/byteorder", "little")
        archive.writestr("archive/version", "3\n")


def not_a_pickle(path: Path) -> None:
    path.write_bytes(b"GIF89a" + struct.pack("<HH", 1, 1) * 200)


def truncated(path: Path, whole: Path) -> None:
    content = whole.read_bytes()
    path.write_bytes(content[: len(content) // 2])
