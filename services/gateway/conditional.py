"""Conditional requests (RFC 9110, section 13): the tag of a file, and whether the client has that file already."""

from __future__ import annotations

import os

from starlette.datastructures import Headers


def etag_of(status: os.stat_result) -> str:
    """A tag that changes with the file's time and size."""
    return f'"{status.st_mtime_ns:x}-{status.st_size:x}"'


def not_modified(headers: Headers, tag: str) -> bool:
    """Whether `If-None-Match` has the tag of what would be sent, weak or strong, or is `*`."""
    known = {each.strip().removeprefix("W/") for line in headers.getlist("if-none-match") for each in line.split(",")}
    return tag in known or "*" in known
