"""Unpacks an untrusted archive safely.

Refuses paths outside the target (zip-slip, CVE-2007-4559), decompression bombs (by the bytes written, not by the sizes
in the header), links, devices, and repeated member names. Skips system files.
"""

from __future__ import annotations

import lzma
import stat
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Final, Literal

from shared.contracts.errors import BadDataset, TooLarge
from shared.files.disk import disk_is_full
from shared.files.formats import Format, foreign_format, format_of, read_head
from shared.files.layout import NAME_BYTES, safe_relative
from shared.files.member_names import tar_name, zip_names
from shared.files.members import is_system_file

_CHUNK = 1 << 20
# Deflate compresses speech 1.2 times, text about 10 times, and at most 1,032 times; a ratio near that is a bomb.
MAX_RATIO = 200
RATIO_FROM_BYTES = 64 * 1024 * 1024
# Linux's PATH_MAX is 4,096, and it includes the path of the target folder.
_PATH_BYTES = 3_000
# A member of every Office Open XML file.
_OFFICE = "[Content_Types].xml"
_PACK = "Pack the dataset as .zip or .tar.gz."

# The exceptions of the standard library for damaged archives.
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError,
    EOFError, OSError, RuntimeError, NotImplementedError, UnicodeError,
)  # fmt: skip
_TarMode = Literal["r:", "r:gz", "r:bz2", "r:xz"]
_TAR_MODES: Final[dict[Format, _TarMode]] = {"tar": "r:", "gzip": "r:gz", "bzip2": "r:bz2", "xz": "r:xz"}


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    max_bytes: int
    max_files: int


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    folder: bool
    regular: bool
    read: IO[bytes] | None


def unpack(archive: Path, target: Path, limits: UnpackLimits) -> int:
    """Unpack a zip or a (compressed) tar into `target`, an empty folder. Returns the number of files.

    Raises `BadDataset` for other files, damaged archives and paths outside the target, `TooLarge` past a limit.
    """
    head = read_head(archive)
    kind = format_of(head)
    if kind != "zip" and kind not in _TAR_MODES:
        foreign = foreign_format(head)
        finding = f"The file is {foreign}" if foreign else "The file is neither a zip nor a tar archive"
        raise BadDataset(f"{finding}.", hint=_PACK)
    members = _zip_members(archive) if kind == "zip" else _tar_members(archive, _TAR_MODES[kind])
    try:
        return _write_all(members, archive, target, limits)
    except _DAMAGED as error:
        if disk_is_full(error):
            raise
        raise BadDataset(f"The archive is damaged: {_reason(error)}.", hint=f"Pack it again. {_PACK}") from error


def _reason(error: Exception) -> str:
    """The error's text, without the paths of this machine that an `OSError` contains."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return text.rstrip(".") or type(error).__name__


def _zip_members(archive: Path) -> Iterator[_Member]:
    with zipfile.ZipFile(archive) as zipped:
        infos = zipped.infolist()
        for info, name in zip(infos, zip_names(infos), strict=True):
            if name == _OFFICE:
                raise BadDataset("The file is an Excel or Word document.", hint="Save the table as CSV in UTF-8.")
            mode = info.external_attr >> 16
            regular = not mode or stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0
            if info.is_dir() or not regular:
                yield _Member(name, info.is_dir(), regular, None)
                continue
            if info.flag_bits & 0x1:
                raise BadDataset(f"{name[:120]} is encrypted.", hint="Pack the dataset without a password.")
            with zipped.open(info) as file:
                yield _Member(name, False, True, file)


def _tar_members(archive: Path, mode: _TarMode) -> Iterator[_Member]:
    try:
        tarred = tarfile.open(archive, mode)  # noqa: SIM115 - closed below; an error of opening has another meaning
    except tarfile.ReadError as error:
        if mode == "r:" or isinstance(error.__cause__ or error.__context__, (EOFError, OSError, zlib.error)):
            raise
        raise BadDataset("The file is compressed, but there is no tar archive in it.", hint=_PACK) from error
    with tarred:
        for info in tarred:
            file = tarred.extractfile(info) if info.isreg() else None
            yield _Member(tar_name(info.name), info.isdir(), info.isreg(), file)


def _write_all(members: Iterator[_Member], archive: Path, target: Path, limits: UnpackLimits) -> int:
    count = total = 0
    packed = max(1, archive.stat().st_size)
    for member in members:
        if member.folder and not member.name.strip("./"):
            continue  # the root folder, which tar writes as a member
        relative = safe_relative(member.name)
        if relative is None:
            raise BadDataset(
                f"The archive has a file with a path outside its folder: {member.name[:120]}",
                hint="Nothing was unpacked. Pack the dataset with paths relative to its own folder.",
            )
        if member.folder or is_system_file(str(relative)):
            continue
        if not member.regular or member.read is None:
            raise BadDataset(
                f"The archive has a link or a device: {member.name[:120]}", hint="Pack the files, not links to them."
            )
        count += 1
        if count > limits.max_files:
            raise TooLarge(f"The archive has more than {limits.max_files:,} files.")
        if len(str(relative).encode()) > _PATH_BYTES or any(len(p.encode()) > NAME_BYTES for p in relative.parts):
            raise BadDataset(
                f"The archive has a file whose name is longer than {NAME_BYTES} bytes: {relative.name[:60]}…",
                hint="A Persian letter takes 2 bytes. Shorten the name and pack the dataset again.",
            )
        path = target.joinpath(*relative.parts)
        total = _write_one(member.read, path, total, packed, limits)
    return count


def _write_one(source: IO[bytes], path: Path, total: int, packed: int, limits: UnpackLimits) -> int:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        out = path.open("xb")
    except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
        raise BadDataset(
            f"The archive has two files of one name, or a file and a folder: {path.name[:120]}."
        ) from error
    with out:
        while chunk := source.read(_CHUNK):
            total += len(chunk)
            if total > limits.max_bytes or (total > RATIO_FROM_BYTES and total / packed > MAX_RATIO):
                raise TooLarge(
                    f"The archive unpacks to more than {min(total, limits.max_bytes):,} bytes.",
                    hint="The limit is SOKHAN_UNPACKED_MAX_BYTES; archives that grow more than 200-fold are refused.",
                )
            out.write(chunk)
    return total
