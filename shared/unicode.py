"""Makes untrusted text valid Unicode, so that it can be encoded."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar, cast

T = TypeVar("T")


def mend(text: str) -> str:
    """The text without lone surrogates: JSON's escapes and JavaScript's `slice` can split a surrogate pair.

    A pair that is written as two escapes is joined; a lone surrogate becomes U+FFFD.
    """
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def mend_json(value: T) -> T:
    """A JSON value with `mend` applied to every string, keys included."""
    return cast(T, _mended(value))


def _mended(value: object) -> object:
    if isinstance(value, str):
        return mend(value)
    if isinstance(value, list):
        return [_mended(item) for item in value]
    if isinstance(value, Mapping):
        return {mend(str(key)): _mended(item) for key, item in value.items()}
    return value
