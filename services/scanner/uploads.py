"""Distinguishes uploaded archives from single text files, which keep their own names."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from shared.contracts.errors import BadDataset
from shared.files import safe_relative
from shared.files.formats import ARCHIVES, format_of, read_head
from shared.files.layout import shorten
from shared.files.members import is_bookkeeping
from shared.files.names import name_problem, visible
from shared.text import is_data, suffix_of
from shared.unicode import mend


def name_of_texts(upload: Path, file_name: str | None) -> str | None:
    """The file name for a single text file; None for an archive or an unknown format. Blocking.

    The first bytes take precedence over the name: a zip named .csv is unpacked, a Parquet table is read as one.
    Raises `BadDataset` for a reserved name, and for one with control or bidi characters.
    """
    format_ = format_of(read_head(upload))
    name = normalize("NFC", mend(PurePosixPath((file_name or "").replace("\\", "/")).name)).strip()
    suffix = suffix_of(name)
    if format_ == "parquet" and suffix != ".parquet":
        name, suffix = f"{name or 'data'}.parquet", ".parquet"
    if suffix is None or safe_relative(name) is None:
        return None
    if (problem := name_problem(name)) is not None and not is_bookkeeping(name):
        raise BadDataset(f"The file's name {problem}: {visible(name)}", hint="Rename the file and upload it again.")
    if format_ in ARCHIVES and (format_ != "gzip" or _is_packed_tar(upload)):
        return None
    name = shorten(name)
    # A README or hidden file is ignored in a dataset, but as the only file it is the data.
    return name if is_data(name) else f"data-{name.lstrip('.')}"


def _is_packed_tar(upload: Path) -> bool:
    try:
        with gzip.open(upload, "rb") as unpacked:
            return format_of(unpacked.read(tarfile.BLOCKSIZE)) == "tar"
    except (OSError, EOFError, zlib.error):
        return False
