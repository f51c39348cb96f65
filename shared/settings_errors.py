"""The messages of a start with an invalid setting."""

from __future__ import annotations

import sys
from typing import NoReturn

from pydantic_core import ErrorDetails

from shared.contracts.sentences import sentence
from shared.secret_url import without_userinfo

# Variables of other programs, read under their own names.
_FOREIGN = frozenset({"HF_ENDPOINT", "HF_TOKEN", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"})
_FOREIGN |= {"OTEL_EXPORTER_OTLP_ENDPOINT"}
# Settings whose value a message must not contain: the URLs of store and bus hold passwords.
_SECRET = ("token", "password", "secret", "store_url", "nats_url", "otlp_endpoint")


def sentence_of(fault: ErrorDetails) -> str:
    """One sentence that names the variable, with its value unless that may be a secret."""
    message = sentence(fault)
    if not fault["loc"]:
        return message
    name = str(fault["loc"][0])
    variable = name.upper() if name.upper() in _FOREIGN else f"SOKHAN_{name.upper().removeprefix('SOKHAN_')}"
    if any(word in name.lower() for word in _SECRET):
        return f"{variable}: {message}"
    return f"{variable}={without_userinfo(str(fault['input']))!s:.80}: {message}"


def refuse(*sentences: str) -> NoReturn:
    """End the process with status 2."""
    sys.stderr.write("".join(f"sokhan: {sentence}\n" for sentence in sentences))
    raise SystemExit(2)
