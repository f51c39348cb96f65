"""Unpacks an untrusted archive safely.

Refuses paths outside the target (zip-slip, CVE-2007-4559), decompression bombs (by the bytes written, not by the sizes
in the header), links, devices, repeated and reserved names, and more entries or folders than the limit. Skips system
files. The peak memory does not depend on the archive: see `archive_members` and `forward`.
"""

from __future__ import annotations

import lzma
import shutil
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from shared.contracts.errors import BadDataset, NoSpace, TooLarge
from shared.files.archive_members import PACK_HINT, Member, tar_members, zip_members
from shared.files.disk import disk_is_full
from shared.files.formats import ARCHIVES, foreign_format, format_of, read_head
from shared.files.layout import NAME_BYTES, safe_relative
from shared.files.members import is_system_file
from shared.files.names import path_problem, visible

# Deflate compresses speech 1.2 times, text about 10 times, and at most 1,032 times; a ratio near that is a bomb.
MAX_RATIO = 200
RATIO_FROM_BYTES = 64 * 1024 * 1024
# Linux's PATH_MAX is 4,096, and it includes the path of the target folder.
_PATH_BYTES = 3_000
# Common Voice has 4. Every file of a deep path makes folders: 5 KB made 120,000.
_MAX_DEPTH = 32
RESERVE_BYTES = 256 << 20
"""Stays free on the disk, for the store and the logs of the same machine."""
_ASK_EVERY_BYTES = 32 << 20

# The exceptions of the standard library for damaged archives.
_DAMAGED = (
    zipfile.BadZipFile, tarfile.TarError, zlib.error, lzma.LZMAError,
    EOFError, OSError, RuntimeError, NotImplementedError, UnicodeError, ValueError, MemoryError,
)  # fmt: skip


def free_bytes(folder: Path) -> int:
    return shutil.disk_usage(folder).free


@dataclass(frozen=True, slots=True)
class UnpackLimits:
    """`max_files` counts every entry of the archive, and every folder that its paths make.

    `free`: the free bytes of the disk of a folder.
    """

    max_bytes: int
    max_files: int
    free: Callable[[Path], int] = field(default=free_bytes, compare=False)


def unpack(archive: Path, target: Path, limits: UnpackLimits) -> int:
    """Unpack a zip or a (compressed) tar into `target`, an empty or new folder. Returns the number of files.

    Raises `BadDataset` for other files, damaged archives and refused names, `TooLarge` past a limit, `NoSpace`.
    """
    head = read_head(archive)
    kind = format_of(head)
    if kind not in ARCHIVES:
        foreign = foreign_format(head)
        finding = f"The file is {foreign}" if foreign else "The file is neither a zip nor a tar archive"
        raise BadDataset(f"{finding}.", hint=PACK_HINT)
    writer = _Writer(target, archive.stat().st_size, limits)
    target.mkdir(parents=True, exist_ok=True)
    require_space(target, writer.packed, limits)
    members = (
        zip_members(archive, limits.max_files) if kind == "zip" else tar_members(archive, kind, writer.check_total)
    )
    try:
        for member in members:
            writer.take(member)
    except _DAMAGED as error:
        if disk_is_full(error):
            raise
        raise BadDataset(f"The archive is damaged: {_reason(error)}.", hint=f"Pack it again. {PACK_HINT}") from error
    return writer.files


def require_space(folder: Path, size: int, limits: UnpackLimits) -> None:
    """Raises `NoSpace` unless the disk has `size` bytes and a reserve."""
    if limits.free(folder) < size + RESERVE_BYTES:
        raise NoSpace("The disk has too little space to unpack this.", hint="Free some space and upload it again.")


def _reason(error: Exception) -> str:
    """The error's text, without the paths of this machine that an `OSError` contains."""
    text = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return visible(text.rstrip("."), 200) or type(error).__name__


class _Writer:
    """Writes members below a folder, and counts entries and bytes. `packed`: the archive's size in bytes."""

    def __init__(self, target: Path, packed: int, limits: UnpackLimits) -> None:
        self._target = target
        self._limits = limits
        self.packed = max(1, packed)
        self.files = 0
        self._entries = 0
        self._bytes = 0
        self._asked_at = 0
        self._parent: PurePosixPath | None = None

    def take(self, member: Member) -> None:
        """Write one member. Raises `BadDataset`, `TooLarge`, `NoSpace`, `OSError`, and the errors of its library."""
        self._count_entry()
        if member.folder and not member.name.strip("./"):
            return  # the root folder, which tar writes as a member
        relative = safe_relative(member.name)
        if relative is None:
            raise BadDataset(
                f"The archive has a file with a path outside its folder: {visible(member.name)}",
                hint="Nothing was unpacked. Pack the dataset with paths relative to its own folder.",
            )
        if is_system_file(str(relative)):
            return
        _check_path(relative)
        if member.folder:
            return
        if not member.regular:
            raise BadDataset(
                f"The archive has a link or a device: {visible(member.name)}", hint="Pack the files, not links to them."
            )
        self.files += 1
        self._write(member.chunks(), relative)

    def check_total(self, unpacked: int) -> None:
        """Raises `TooLarge` for the unpacked bytes of a tar: of files, of headers, and of members that are skipped."""
        headers = 1024 * self._limits.max_files
        if unpacked > RATIO_FROM_BYTES and unpacked / self.packed > MAX_RATIO:
            raise self._too_large(unpacked)
        if unpacked > self._limits.max_bytes + headers:
            raise self._too_large(unpacked)

    def _write(self, chunks: Iterator[bytes], relative: PurePosixPath) -> None:
        path = self._target.joinpath(*relative.parts)
        try:
            self._make_folders(relative.parent)
            out = path.open("xb")
        except (FileExistsError, IsADirectoryError, NotADirectoryError) as error:
            raise BadDataset(
                f"The archive has two files of one name, or a file and a folder: {visible(path.name)}."
            ) from error
        with out:
            for chunk in chunks:
                self._count_bytes(len(chunk))
                out.write(chunk)

    def _make_folders(self, parent: PurePosixPath) -> None:
        """Make the folders of a file, each counted as an entry."""
        if parent == self._parent:
            return
        folder = self._target
        for part in parent.parts:
            folder = folder / part
            try:
                folder.mkdir()
            except FileExistsError:
                if not folder.is_dir():
                    raise
            else:
                self._count_entry()
        self._parent = parent

    def _count_entry(self) -> None:
        self._entries += 1
        if self._entries > self._limits.max_files:
            raise TooLarge(
                f"The archive has more than {self._limits.max_files:,} files and folders.",
                hint="The limit is SOKHAN_UNPACKED_MAX_FILES.",
            )

    def _count_bytes(self, size: int) -> None:
        self._bytes += size
        if self._bytes > self._limits.max_bytes or (
            self._bytes > RATIO_FROM_BYTES and self._bytes / self.packed > MAX_RATIO
        ):
            raise self._too_large(self._bytes)
        if self._bytes - self._asked_at >= _ASK_EVERY_BYTES:
            self._asked_at = self._bytes
            require_space(self._target, 0, self._limits)

    def _too_large(self, size: int) -> TooLarge:
        return TooLarge(
            f"The archive unpacks to more than {min(size, self._limits.max_bytes):,} bytes.",
            hint="The limit is SOKHAN_UNPACKED_MAX_BYTES; archives that grow more than 200-fold are refused.",
        )


def _check_path(relative: PurePosixPath) -> None:
    if (problem := path_problem(relative)) is not None:
        raise BadDataset(
            f"The archive has a name that {problem}: {visible(str(relative))}", hint="Leave it out, or rename it."
        )
    if len(relative.parts) > _MAX_DEPTH:
        raise BadDataset(f"The archive has a file more than {_MAX_DEPTH} folders deep.", hint=PACK_HINT)
    if len(str(relative).encode()) > _PATH_BYTES or any(len(p.encode()) > NAME_BYTES for p in relative.parts):
        raise BadDataset(
            f"The archive has a file whose name is longer than {NAME_BYTES} bytes: {visible(relative.name, 60)}…",
            hint="A Persian letter takes 2 bytes. Shorten the name and pack the dataset again.",
        )
