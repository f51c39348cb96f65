"""Archives as people pack them; the table beside says where each comes from."""

from __future__ import annotations

import gzip
import io
import struct
import tarfile
import unicodedata
import zipfile
import zlib
from collections.abc import Mapping

import numpy as np
import soundfile

CORPUS = "cv-corpus-21.0-2025-03-14/fa"
_END_OF_ZIP = b"PK\x05\x06" + bytes(18)


class _RawName(zipfile.ZipInfo):
    """A member whose name is these bytes, without the flag that says UTF-8."""

    def __init__(self, raw: bytes) -> None:
        super().__init__(raw.hex())
        self.raw = raw

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:  # noqa: N802 - zipfile's own hook
        return self.raw, self.flag_bits


def named_zip(files: Mapping[str, bytes], encoding: str) -> bytes:
    return _zip({name.encode(encoding): content for name, content in files.items()})


def mac_zip(files: Mapping[str, bytes]) -> bytes:
    left = {".DS_Store": b"\0\0\0\1Bud1", "__MACOSX/._metadata.csv": b"\0\5\26\7"}
    left |= {f"__MACOSX/{name.rpartition('/')[0]}/._{name.rpartition('/')[2]}": b"\0\5\26\7" for name in files}
    named = {unicodedata.normalize("NFD", name).encode(): content for name, content in (dict(files) | left).items()}
    return _zip(named)


def info_zip(files: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (name, content) in enumerate(files.items()):
            info = _RawName(b"file%d.bin" % number)
            field = struct.pack("<BI", 1, zlib.crc32(info.raw)) + name.encode()
            info.extra = struct.pack("<HH", 0x7075, len(field)) + field
            archive.writestr(info, content)
    return out.getvalue()


def _zip(files: Mapping[bytes, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for raw, content in files.items():
            archive.writestr(_RawName(raw), content)
    return out.getvalue()


def named_tar(files: Mapping[str, bytes], encoding: str = "utf-8") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT, encoding=encoding) as archive:
        for name, content in files.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def tar_that_ends_in_a_zip(files: Mapping[str, bytes], inner: bytes) -> bytes:
    """Without the padding behind the last member, as a cut but readable tar has it."""
    whole = named_tar({**files, "original.zip": inner})
    return whole[: whole.rindex(inner) + len(inner)] + bytes(-len(inner) % 512) + bytes(1024)


def tar_gz_with_a_zips_sign(files: Mapping[str, bytes]) -> bytes:
    return gzip.compress(named_tar({**files, "notes.bin": b"x" * 100 + _END_OF_ZIP}), compresslevel=0)


def workbook() -> bytes:
    return named_zip({"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"}, "ascii")


def mp3(seconds: float = 0.6, rate: int = 32000) -> bytes:
    out = io.BytesIO()
    soundfile.write(out, 0.3 * np.sin(np.arange(int(seconds * rate)) * 2 * np.pi * 220 / rate), rate, format="MP3")
    return out.getvalue()


def common_voice(sentences: tuple[str, ...], top: str = CORPUS) -> dict[str, bytes]:
    """The files; the clip of the last sentence is lost."""
    header = "client_id\tpath\tsentence_id\tsentence\tup_votes\n"
    rows = "".join(f"{'a' * 128}\tcommon_voice_fa_{n}.mp3\tx\t{text}\t2\n" for n, text in enumerate(sentences))
    clips = {f"{top}/clips/common_voice_fa_{n}.mp3": mp3() for n in range(len(sentences) - 1)}
    tables = {f"{top}/{name}.tsv": header.encode() for name in ("train", "dev", "test", "other", "invalidated")}
    return tables | {f"{top}/validated.tsv": (header + rows).encode()} | clips
