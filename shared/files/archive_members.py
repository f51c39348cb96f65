"""The members of an untrusted zip or tar, one at a time: no list of them is held that the limits do not bound."""

from __future__ import annotations

import stat
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Protocol, cast

from shared.contracts.errors import BadDataset, TooLarge
from shared.files.formats import Format
from shared.files.forward import BoundedFile, ForwardFile, open_unpacked
from shared.files.member_names import tar_name, zip_names

PACK_HINT = "Pack the dataset as .zip or .tar.gz."
# A member of every Office Open XML file.
_OFFICE = "[Content_Types].xml"
_TAR_HEADERS = 256 << 10
"""The headers of one member: a path of 4 KB, and times and rights as extended attributes."""
_DIRECTORY_BYTES = 16 << 20
"""A zip's central directory, which is held with all its members: 200,000 with names of 35 bytes."""
_CHUNK = 1 << 20
# `zipfile` does not bound the unpacked bytes of one read for other methods: 45 bytes of bzip2 are 45 MB of zeros.
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})


@dataclass(frozen=True, slots=True)
class Member:
    """`chunks` yields the content of a regular file, and may be used until the next member is asked for."""

    name: str
    folder: bool
    regular: bool
    chunks: Callable[[], Iterator[bytes]]


class _Members(Protocol):
    """The attribute of `tarfile.TarFile` that its type stubs lack."""

    members: list[tarfile.TarInfo]


def zip_members(archive: Path, max_entries: int) -> Iterator[Member]:
    """Raises `BadDataset`, `TooLarge`, and the errors of `zipfile`."""
    with (
        archive.open("rb") as file,
        zipfile.ZipFile(cast("IO[bytes]", BoundedFile(file, _DIRECTORY_BYTES))) as zipped,
    ):
        infos = zipped.infolist()
        if len(infos) > max_entries:
            raise TooLarge(f"The archive has more than {max_entries:,} entries.")
        for info, name in zip(infos, zip_names(infos), strict=True):
            if name == _OFFICE:
                raise BadDataset("The file is an Excel or Word document.", hint="Save the table as CSV in UTF-8.")
            mode = info.external_attr >> 16
            regular = not mode or stat.S_ISREG(mode) or stat.S_IFMT(mode) == 0
            if regular and not info.is_dir() and info.flag_bits & 0x1:
                raise BadDataset(f"{name[:120]} is encrypted.", hint="Pack the dataset without a password.")
            yield Member(name, info.is_dir(), regular, partial(_unzipped, zipped, info))


def _unzipped(zipped: zipfile.ZipFile, info: zipfile.ZipInfo) -> Iterator[bytes]:
    if info.compress_type not in _METHODS:
        raise BadDataset("The archive is packed with another method than Deflate.", hint=PACK_HINT)
    with zipped.open(info) as file:
        while chunk := file.read(_CHUNK):
            yield chunk


def tar_members(archive: Path, kind: Format, check: Callable[[int], None]) -> Iterator[Member]:
    """`check` is called with the unpacked bytes so far, those of skipped members too.

    Raises `BadDataset`, `TooLarge`, and the errors of `tarfile` and the compression.
    """
    with open_unpacked(archive, kind) as unpacked:
        file = ForwardFile(unpacked, check)
        file.budget = _TAR_HEADERS
        with _tar(file, kind) as tarred:
            while (info := tarred.next()) is not None:
                cast("_Members", tarred).members = []  # the list would grow by every member
                if info.issparse():
                    raise BadDataset(f"{info.name[:120]} is a sparse file.", hint=PACK_HINT)
                yield Member(
                    tar_name(info.name),
                    info.isdir(),
                    info.isreg(),
                    partial(_untarred, tarred, info, file),
                )
                file.budget = _TAR_HEADERS


def _tar(file: ForwardFile, kind: Format) -> tarfile.TarFile:
    try:
        return tarfile.open(fileobj=cast("IO[bytes]", file), mode="r:", errorlevel=1)
    except tarfile.ReadError as error:
        if kind == "tar" or isinstance(error.__cause__ or error.__context__, (EOFError, OSError, zlib.error)):
            raise
        raise BadDataset("The file is compressed, but there is no tar archive in it.", hint=PACK_HINT) from error


def _untarred(tarred: tarfile.TarFile, info: tarfile.TarInfo, file: ForwardFile) -> Iterator[bytes]:
    content = tarred.extractfile(info)
    if content is None:
        return
    file.budget = info.size + _TAR_HEADERS
    while chunk := content.read(_CHUNK):
        yield chunk
