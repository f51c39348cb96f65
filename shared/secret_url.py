"""A URL whose user and password are never printed: not in a message, a log line, a traceback or a settings dump."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

HTTP_SCHEMES = frozenset({"http", "https"})
# Up to the last @: a password may hold an unencoded @ or slash.
_USERINFO = re.compile(r"^([^:/]*://)?.*@", re.DOTALL)


def without_userinfo(url: str) -> str:
    """The URL, with or without its scheme, with `***` for everything up to the last `@`."""
    return _USERINFO.sub(lambda match: f"{match[1] or ''}***@", url, count=1)


class SecretUrl:
    """`str()`, `repr()` and `format()` hide the userinfo; `reveal()` is for the call that connects.

    Not a dataclass: pydantic's settings parse the variable of a dataclass as JSON.
    """

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value

    def __eq__(self, other: object) -> bool:
        return isinstance(other, SecretUrl) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def reveal(self) -> str:
        return self._value

    def __str__(self) -> str:
        return without_userinfo(self._value)

    def __repr__(self) -> str:
        return f"SecretUrl({str(self)!r})"

    def __bool__(self) -> bool:
        return bool(self._value)

    @classmethod
    def __get_pydantic_core_schema__(cls, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        from_text = core_schema.no_info_after_validator_function(cls, core_schema.str_schema())
        return core_schema.json_or_python_schema(
            json_schema=from_text,
            python_schema=core_schema.union_schema([core_schema.is_instance_schema(cls), from_text]),
            serialization=core_schema.plain_serializer_function_ser_schema(str, return_schema=core_schema.str_schema()),
        )


def checked(url: SecretUrl, schemes: frozenset[str]) -> SecretUrl:
    """The URL, if a client can parse it. Raises `ValueError` with a message that quotes nothing of it."""
    try:
        parts = urlsplit(url.reveal())
        usable = parts.scheme in schemes and bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        raise ValueError("is not a valid URL; percent-encode special characters of its password") from None
    if not usable:
        names = " or ".join(f"{scheme}://" for scheme in sorted(schemes)[:2])
        raise ValueError(f"must start with {names} and name a host")
    return url
