"""Text that came from outside, as Unicode that every encoder takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

T = TypeVar("T")


def mend(text: str) -> str:
    """Without half characters: JSON's escapes and JavaScript's `slice` can cut a pair of surrogates in two.

    A pair that was written as two escapes is put together; a half alone becomes U+FFFD.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def mend_json(value: T) -> T:
    """The same for every text in what JSON can hold, keys included."""
    return cast(T, _mended(value))


def _mended(value: object) -> object:
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, Mapping):
        return {mend(str(key)): _mended(item) for key, item in value.items()}
    return value
