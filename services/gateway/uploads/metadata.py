"""`Upload-Metadata` of tus: `filename dm9pY2Uuemlw,filetype YXBwbGljYXRpb24vemlw`. Untrusted."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping

from shared.contracts.errors import Validation
from shared.unicode import mend

_MAX_CHARACTERS = 4096
_MAX_PAIRS = 20
_MAX_NAME = 200  # characters, of a file name: the limit of an import
# ASCII without space, comma and control characters.
_KEY = re.compile(r"[!-+\--~]{1,100}")
# `filename` of tus-js-client, `name` of Uppy.
_NAMES = ("filename", "name")


def parse_metadata(header: str) -> dict[str, str]:
    """The pairs. Raises `Validation` for a key or a value that breaks the specification, and above the limits."""
    if len(header) > _MAX_CHARACTERS:
        raise Validation(f"Upload-Metadata is longer than {_MAX_CHARACTERS:,} characters.")
    found: dict[str, str] = {}
    pairs = [pair.strip() for pair in header.split(",")] if header.strip() else []
    if len(pairs) > _MAX_PAIRS:
        raise Validation(f"Upload-Metadata has more than {_MAX_PAIRS} pairs.")
    for pair in pairs:
        key, _, value = pair.partition(" ")
        if not _KEY.fullmatch(key) or key in found:
            raise Validation("Upload-Metadata has an invalid or repeated key.", hint="Keys are ASCII without spaces.")
        found[key] = _decoded(key, value.strip())
    return found


def file_name_of(metadata: Mapping[str, str]) -> str | None:
    """The last part of the client's file name, for messages and to recognise single text files; never a path here."""
    name = next((metadata[key] for key in _NAMES if metadata.get(key)), "")
    last = mend(name).replace("\\", "/").rpartition("/")[2].replace("\0", "")
    return last[-_MAX_NAME:].strip() or None


def _decoded(key: str, value: str) -> str:
    try:
        return base64.b64decode(value, validate=True).decode()
    except (binascii.Error, ValueError) as error:  # also of bytes that are not UTF-8
        raise Validation(f"The value of {key[:60]} in Upload-Metadata is not UTF-8 in base64.") from error
