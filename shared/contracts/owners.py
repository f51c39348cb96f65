"""Owners of what Sokhan stores: the sole owner of an installation without accounts, or an account by its name."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from shared.contracts.names import OWN_NAMESPACE

LOCAL_OWNER = "local"
"""SOKHAN_AUTH=off: the one person on this machine."""
TOKEN_OWNER = "owner"  # noqa: S105 - the name of an owner
"""SOKHAN_AUTH=token: every holder of the token."""
SOLE_OWNERS = frozenset({LOCAL_OWNER, TOKEN_OWNER})
"""The owners of an installation without accounts. They see and change everything, whoever made it, and use the
installation's Hub token (HF_TOKEN); accounts do not."""

PROBE_OWNER = "probe"
"""SOKHAN_AUTH=accounts: the holder of SOKHAN_TOKEN, who sees the state of the parts and owns nothing."""
_RESERVED = SOLE_OWNERS | {PROBE_OWNER}


def _not_reserved(name: str) -> str:
    if name in _RESERVED:
        raise ValueError(f"“{name}” is reserved; choose another name")
    return name


_ACCOUNT_NAME = r"^[a-z][a-z0-9_-]{1,31}$"
AccountName = Annotated[str, StringConstraints(pattern=_ACCOUNT_NAME), AfterValidator(_not_reserved)]
"""The name of an account, which is the owner of what it makes. It never changes and is never given to another."""


def is_account_name(name: str) -> bool:
    """Whether an account can have this name, so that it is safe as the name of a file."""
    return re.fullmatch(_ACCOUNT_NAME.strip("^$"), name) is not None and name not in _RESERVED


def own_namespace(owner: str) -> str:
    """The namespace of an owner's uploads and trained voices: `local`, or `~name`, which no Hub repository can have."""
    return OWN_NAMESPACE if owner in SOLE_OWNERS else f"~{owner}"


def is_own_namespace(namespace: str) -> bool:
    """Whether a namespace holds uploads and trained voices, of anybody, and not repositories of the Hub."""
    return namespace == OWN_NAMESPACE or namespace.startswith("~")
