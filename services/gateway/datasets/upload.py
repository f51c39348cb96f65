"""A multipart upload that is streamed to disk, up to its limit."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header

from services.gateway.uploads.space import check_free
from shared.contracts.errors import TooLarge, Validation
from shared.contracts.hints import Action, Hint
from shared.files.archive import free_bytes
from shared.files.atomic import sync_path

_MAX_FIELD = 4096
_MAX_PARTS = 10
_BATCH = 1 << 20


@dataclass
class Upload:
    """`fields` are the text parts by name; `bytes` is the size of the file part, None while there is none."""

    fields: dict[str, str] = field(default_factory=dict)
    file_name: str | None = None
    bytes: int | None = None


class _Receiver:
    """The parser's callbacks, which receive slices of the input in order."""

    def __init__(self, out: BinaryIO, limit: int) -> None:
        self.upload = Upload()
        self._out = out
        self._limit = limit
        self._headers: dict[bytes, bytes] = {}
        self._header_name = b""
        self._header_value = b""
        self._name = ""
        self._is_file = False
        self._text = b""
        self._parts = 0
        self.ended = False

    def on_part_begin(self) -> None:
        self._headers, self._text = {}, b""
        self._parts += 1
        if self._parts > _MAX_PARTS:
            raise Validation(f"The form has more than {_MAX_PARTS} parts.")

    def on_header_field(self, data: bytes, start: int, end: int) -> None:
        self._header_name += data[start:end]

    def on_header_value(self, data: bytes, start: int, end: int) -> None:
        self._header_value += data[start:end]

    def on_header_end(self) -> None:
        self._headers[self._header_name.lower()] = self._header_value
        self._header_name = self._header_value = b""

    def on_headers_finished(self) -> None:
        _, options = parse_options_header(self._headers.get(b"content-disposition", b""))
        self._name = options.get(b"name", b"").decode(errors="replace")
        self._is_file = b"filename" in options
        if self._is_file:
            if self.upload.bytes is not None:
                raise Validation("The form has two files; send one archive.")
            self.upload.file_name = options[b"filename"].decode(errors="replace")
            self.upload.bytes = 0

    def on_part_data(self, data: bytes, start: int, end: int) -> None:
        if self._is_file:
            self.upload.bytes = (self.upload.bytes or 0) + end - start
            if self.upload.bytes > self._limit:
                raise TooLarge(
                    f"The upload is larger than {self._limit:,} bytes.", hint="The limit is SOKHAN_UPLOAD_MAX_BYTES."
                )
            self._out.write(data[start:end])
            return
        self._text += data[start:end]
        if len(self._text) > _MAX_FIELD:
            raise Validation(f"The field {self._name[:60]} is longer than {_MAX_FIELD} bytes.")

    def on_end(self) -> None:
        """The closing boundary: without it the upload was cut off."""
        self.ended = True

    def on_part_end(self) -> None:
        if not self._is_file:
            self.upload.fields[self._name] = self._text.decode(errors="replace")


async def receive(
    stream: AsyncIterator[bytes],
    content_type: str,
    target: Path,
    limit: int,
    free: Callable[[Path], int] = free_bytes,
) -> Upload:
    """Write the file part to `target`.

    Raises `Validation` for a malformed form or one without its closing boundary, `TooLarge` above `limit` bytes,
    `NoSpace` before the disk is full.
    """
    kind, options = parse_options_header(content_type)
    if kind != b"multipart/form-data" or b"boundary" not in options:
        raise Validation(
            "Send the dataset as multipart/form-data with the fields file and name.",
            hint=Hint(Action.UPLOAD_DATASET),
        )
    with target.open("wb") as out:
        receiver = _Receiver(out, limit)
        names = (
            "part_begin",
            "header_field",
            "header_value",
            "header_end",
            "headers_finished",
            "part_data",
            "part_end",
            "end",
        )
        callbacks = {f"on_{name}": getattr(receiver, f"on_{name}") for name in names}
        parser = MultipartParser(options[b"boundary"], callbacks)  # type: ignore[arg-type] # typed per callback name
        try:
            waiting = bytearray()
            async for chunk in stream:
                waiting += chunk
                if len(waiting) >= _BATCH:
                    await asyncio.to_thread(check_free, target.parent, free)
                    await asyncio.to_thread(parser.write, bytes(waiting))
                    waiting.clear()
            await asyncio.to_thread(parser.write, bytes(waiting))
            await asyncio.to_thread(_sync, out, target)
        except FormParserError as error:
            raise _unreadable() from error
    if not receiver.ended:
        raise _unreadable()
    return receiver.upload


def _sync(out: BinaryIO, target: Path) -> None:
    """The job that imports the file is accepted next: both must survive a power cut."""
    out.flush()
    os.fsync(out.fileno())
    sync_path(target.parent)


def _unreadable() -> Validation:
    return Validation(
        "The form cannot be read: it is not multipart/form-data, or it ends early.",
        hint="Send the fields file and name, such as curl -F file=@voice.zip -F name=my-voice.",
    )
