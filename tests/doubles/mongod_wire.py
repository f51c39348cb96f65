"""MongoDB's wire protocol, as much of it as the PyMongo driver speaks: OP_MSG, and OP_QUERY for the first hello.

https://www.mongodb.com/docs/manual/reference/mongodb-wire-protocol/
"""

from __future__ import annotations

import asyncio
import struct
from dataclasses import dataclass

import bson
from bson.codec_options import CodecOptions

Raw = dict[str, object]

OP_REPLY, OP_QUERY, OP_MSG = 1, 2004, 2013

_HEADER = struct.Struct("<iiii")
_CHECKSUM_PRESENT = 1
_CODEC: CodecOptions[Raw] = CodecOptions(document_class=dict, tz_aware=False)


@dataclass(frozen=True, slots=True)
class Request:
    id: int
    opcode: int
    command: Raw
    """The command with its document sequences folded in, as if they had been arrays of its own."""


async def read_request(reader: asyncio.StreamReader) -> Request:
    """Raises `asyncio.IncompleteReadError` when the client has gone."""
    length, request_id, _, opcode = _HEADER.unpack(await reader.readexactly(_HEADER.size))
    body = await reader.readexactly(length - _HEADER.size)
    if opcode == OP_MSG:
        return Request(request_id, opcode, _message(body))
    if opcode == OP_QUERY:
        # flags, the collection's name ending in NUL, skip and limit, then the command
        start = body.index(b"\0", 4) + 1 + 8
        return Request(request_id, opcode, _document(body, start)[0])
    raise ValueError(f"opcode {opcode}")


def reply(request: Request, answer: Raw) -> bytes:
    encoded = bson.encode(answer, codec_options=_CODEC)
    body = b"\0\0\0\0\0" + encoded if request.opcode == OP_MSG else struct.pack("<iqii", 8, 0, 0, 1) + encoded
    opcode = OP_MSG if request.opcode == OP_MSG else OP_REPLY
    return _HEADER.pack(_HEADER.size + len(body), 0, request.id, opcode) + body


def _message(body: bytes) -> Raw:
    (flags,) = struct.unpack_from("<I", body)
    end = len(body) - (4 if flags & _CHECKSUM_PRESENT else 0)
    command: Raw = {}
    sequences: dict[str, list[Raw]] = {}
    at = 4
    while at < end:
        kind, at = body[at], at + 1
        if kind == 0:
            command, at = _document(body, at)
            continue
        (size,) = struct.unpack_from("<i", body, at)
        stop, at = at + size, at + 4
        name_end = body.index(b"\0", at)
        name, at = body[at:name_end].decode(), name_end + 1
        documents = sequences.setdefault(name, [])
        while at < stop:
            document, at = _document(body, at)
            documents.append(document)
    return {**command, **sequences}


def _document(body: bytes, at: int) -> tuple[Raw, int]:
    (size,) = struct.unpack_from("<i", body, at)
    return bson.decode(body[at : at + size], codec_options=_CODEC), at + size
