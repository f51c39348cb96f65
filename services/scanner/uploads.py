"""What an upload is: an archive, or a single file of texts, which keeps the name that its owner knows it by."""

from __future__ import annotations

import gzip
import tarfile
import zlib
from pathlib import Path, PurePosixPath
from unicodedata import normalize

from shared.files import safe_relative
from shared.files.formats import ARCHIVES, format_of, read_head
from shared.files.layout import shorten
from shared.text import is_data, suffix_of
from shared.unicode import mend


def name_of_texts(upload: Path, file_name: str | None) -> str | None:
    """The name under which a single file of texts is stored; None for what should be an archive. Blocking.

    The first bytes count before the name: a zip that is called .csv is unpacked, a table in Parquet is read as one.
    """
    found = format_of(read_head(upload))
    name = normalize("NFC", mend(PurePosixPath((file_name or "").replace("\\", "/")).name)).strip()
    suffix = suffix_of(name)
    if found == "parquet" and suffix != ".parquet":
        name, suffix = f"{name or 'data'}.parquet", ".parquet"
    if suffix is None or safe_relative(name) is None:
        return None
    if found in ARCHIVES and (found != "gzip" or _is_packed_tar(upload)):
        return None
    name = shorten(name)
    # Of a README or a hidden file alone it is certain that they are the data.
    return name if is_data(name) else f"data-{name.lstrip('.')}"


def _is_packed_tar(upload: Path) -> bool:
    try:
        with gzip.open(upload, "rb") as unpacked:
            return format_of(unpacked.read(tarfile.BLOCKSIZE)) == "tar"
    except (OSError, EOFError, zlib.error):
        return False
