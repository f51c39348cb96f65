"""Parses the values of settings: quotes, URLs, tokens."""

from __future__ import annotations

import re

from pydantic import SecretStr

from shared.secret_url import HTTP_SCHEMES, SecretUrl, checked


def unquoted(value: object) -> object:
    """A text without the quotes around it, which container engines do not remove."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    quoted = len(text) > 1 and text[0] == text[-1] and text[0] in "\"'"
    return text[1:-1].strip() if quoted else text


def http_url(value: str) -> str:
    """The URL without a slash at its end. Raises `ValueError`."""
    try:
        checked(SecretUrl(value), HTTP_SCHEMES)
    except ValueError:
        usable = False
    else:
        usable = "@" not in value
    if not usable:
        raise ValueError("must be an http(s) URL such as https://huggingface.co, without a user name in it")
    return value.rstrip("/")


def fits_header(token: str) -> bool:
    """Whether a header can carry the token: ASCII characters without spaces."""
    return re.fullmatch(r"[\x21-\x7e]+", token) is not None


def bearer_token(value: object) -> object:
    """A token that can be a header's value; None if it is blank. Raises `ValueError`."""
    given = value.get_secret_value() if isinstance(value, SecretStr) else value
    if not isinstance(given, str):
        return given
    token = given.strip()  # a secret file ends with a line break
    if token and not fits_header(token):
        raise ValueError("must contain ASCII characters only, without spaces")
    return token or None
