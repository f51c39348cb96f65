"""Decodes the names of an archive's members to Unicode in NFC.

    macOS            UTF-8, decomposed (NFD)
    Info-ZIP, 7-Zip  UTF-8, with the zip's flag or an extra field of its own
    others           UTF-8 without the flag
    Windows          the code pages 1256 or 720, where the system's language is Persian or Arabic

Names without a flag are UTF-8 if all of them are valid UTF-8; else the code page that gives the most Arabic letters.
The zip standard's code page 437 applies to names without Arabic letters.
"""

from __future__ import annotations

import re
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Sequence

_UTF8_FLAG = 0x800
_UNICODE_PATH = 0x7075  # Info-ZIP's extra field: version 1, CRC-32 of the name in the header, the name in UTF-8
_CODE_PAGES = ("cp1256", "cp720")
_ARABIC = re.compile("[\u0621-\u064a\u067e\u0686\u0698\u06a9\u06af\u06cc\u200c]")
# A Persian name has other characters too; a wrong code page gives few Arabic letters.
_ENOUGH = 0.6


def zip_names(members: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The name of each member, in order."""
    raw = {i: _raw(info) for i, info in enumerate(members) if not info.flag_bits & _UTF8_FLAG}
    guessed = dict(zip(raw, decode_names(list(raw.values())), strict=True))
    return [
        unicodedata.normalize("NFC", _unicode_path(info, raw.get(i, b"")) or guessed.get(i) or info.filename)
        for i, info in enumerate(members)
    ]


def tar_name(name: str) -> str:
    """The name of a tar member. `tarfile` decodes UTF-8 and gives other bytes as lone surrogates."""
    if not name.isascii() and any("\udc80" <= char <= "\udcff" for char in name):
        (name,) = decode_names([name.encode("utf-8", "surrogateescape")])
    return unicodedata.normalize("NFC", name)


def decode_names(names: Sequence[bytes]) -> list[str]:
    """Decode names of one origin, which share an encoding."""
    encoding = _guess(b"".join(names))
    return [name.decode(encoding, "replace") for name in names]


def _guess(names: bytes) -> str:
    try:
        names.decode()
        return "utf-8"
    except UnicodeDecodeError:
        best = max(_CODE_PAGES, key=lambda page: _share(names, page))  # the first of equals
        return best if _share(names, best) >= _ENOUGH else "cp437"


def _share(names: bytes, page: str) -> float:
    """The share of Arabic letters among the non-ASCII characters under this code page, 0 to 1."""
    foreign = [char for char in names.decode(page, "replace") if not char.isascii()]
    return sum(bool(_ARABIC.match(char)) for char in foreign) / len(foreign) if foreign else 0.0


def _raw(info: zipfile.ZipInfo) -> bytes:
    return info.orig_filename.encode("cp437", "replace")


def _unicode_path(info: zipfile.ZipInfo, raw: bytes) -> str | None:
    extra = info.extra
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind != _UNICODE_PATH or len(field) <= 5:
            continue
        version, crc = struct.unpack_from("<BI", field)
        if version == 1 and crc == zlib.crc32(raw):
            return field[5:].decode("utf-8", "replace")
    return None
