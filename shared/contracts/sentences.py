"""Texts for pydantic's validation errors: each states what is allowed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pydantic_core import ErrorDetails

_OWN = "Value error, "
_EXAMPLES = {
    r"^[A-Za-z0-9_-]{1,64}$": "must be 1 to 64 letters, digits, “-” or “_”",
    r"^[0-7]{3}$": "must be three octal digits, such as 077",
    r"^[0-9a-f]{40}$": "must be a commit: 40 digits and letters from a to f",
}
Context = Mapping[str, object]
_PLAIN: dict[str, str] = {
    "missing": "is missing",
    "json_invalid": "is not valid JSON",
    "json_type": "must be JSON text",
    "extra_forbidden": "is not a known field",
    "model_type": 'must be an object, such as {"name": "value"}',
    "model_attributes_type": 'must be a JSON object, such as {"name": "value"}',
    "dataclass_type": 'must be an object, such as {"name": "value"}',
    "dict_type": 'must be an object, such as {"name": "value"}',
    "mapping_type": 'must be an object, such as {"name": "value"}',
    "list_type": 'must be a list, such as ["a", "b"]',
    "tuple_type": 'must be a list, such as ["a", "b"]',
    "set_type": 'must be a list, such as ["a", "b"]',
    "frozen_set_type": 'must be a list, such as ["a", "b"]',
    "string_type": 'must be a text in quotes, such as "salam"',
    "string_unicode": "holds a character that does not exist",
    "string_sub_type": 'must be a text in quotes, such as "salam"',
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number, such as 3",
    "int_parsing": "must be a whole number, such as 3",
    "int_from_float": "must be a whole number, such as 3",
    "int_parsing_size": "is too large a number",
    "float_type": "must be a number, such as 1.5",
    "float_parsing": "must be a number, such as 1.5",
    "finite_number": "must be a finite number",
    "none_required": "must stay empty",
    "path_type": "must be a path",
    "path_not_file": "is not a file",
    "path_not_directory": "is not a folder",
    "path_not_exists": "does not exist",
    "datetime_type": "must be a time such as 2026-01-31T12:00:00Z",
    "datetime_parsing": "must be a time such as 2026-01-31T12:00:00Z",
    "datetime_from_date_parsing": "must be a time such as 2026-01-31T12:00:00Z",
    "timezone_aware": "must be a time with a zone, such as 2026-01-31T12:00:00Z",
    "uuid_parsing": "must be a UUID",
    "url_parsing": "must be a URL such as https://example.org",
    "bytes_type": "must be a file",
    "union_tag_not_found": "does not say which kind it is",
    "union_tag_invalid": "names an unknown kind",
}
_COUNTED: dict[str, Callable[[Context], str]] = {
    "greater_than": lambda c: f"must be more than {c['gt']}",
    "greater_than_equal": lambda c: f"must be at least {c['ge']}",
    "less_than": lambda c: f"must be less than {c['lt']}",
    "less_than_equal": lambda c: f"must be at most {c['le']}",
    "multiple_of": lambda c: f"must be a multiple of {c['multiple_of']}",
    "too_short": lambda c: f"must have at least {c['min_length']} {_plural(c['min_length'], 'item')}",
    "too_long": lambda c: f"must have at most {c['max_length']} {_plural(c['max_length'], 'item')}",
    "string_too_short": lambda c: f"must have at least {c['min_length']} {_plural(c['min_length'], 'character')}",
    "string_too_long": lambda c: f"must have at most {c['max_length']} {_plural(c['max_length'], 'character')}",
    "literal_error": lambda c: f"must be one of {_listed(str(c['expected']))}",
    "enum": lambda c: f"must be one of {_listed(str(c['expected']))}",
    "string_pattern_mismatch": lambda c: _pattern(str(c["pattern"])),
}


def sentence(error: ErrorDetails | Mapping[str, Any]) -> str:
    """The text for one error of pydantic, to follow the field's name and a colon."""
    kind = str(error["type"])
    if kind == "value_error":
        return str(error["msg"]).removeprefix(_OWN)
    if kind in _COUNTED:
        return _COUNTED[kind](error.get("ctx") or {})
    return _PLAIN.get(kind, "has the wrong form")


def field_name(location: Sequence[int | str]) -> str:
    """The dotted path of a value, such as `files.0.name`, without pydantic's markers for members of a union."""
    parts = [str(part) for part in location if part not in {"body", "query", "path", "header"}]
    return ".".join(part for part in parts if re.fullmatch(r"[A-Za-z0-9_-]{1,64}", part))


def _plural(count: object, noun: str) -> str:
    return noun if count == 1 else f"{noun}s"


def _listed(expected: str) -> str:
    """pydantic's list `'a', 'b' or 'c'` without quotes."""
    return expected.replace("'", "")


def _pattern(pattern: str) -> str:
    if pattern in _EXAMPLES:
        return _EXAMPLES[pattern]
    if choices := re.fullmatch(r"\^\(([a-z0-9|]+)\)\$", pattern):
        names = choices[1].split("|")
        return f"must be one of {', '.join(names[:-1])} or {names[-1]}"
    return "must be a name such as namespace/name: letters, digits, “-”, “_” and single dots"
