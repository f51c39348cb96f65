"""Identifiers of repositories and assets, as the Hub and the data folder allow them."""

from __future__ import annotations

import re
from typing import Annotated, Literal

from pydantic import StringConstraints

RepoType = Literal["model", "dataset"]

_PART = r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*"
RepoId = Annotated[str, StringConstraints(pattern=rf"^{_PART}(/{_PART})?$", max_length=192)]
"""`name` or `namespace/name` as the Hub allows them; no `..`, which could leave the folder."""

AssetId = RepoId
"""Names a folder below models/ or datasets/, by the same rule."""

AssetName = Annotated[str, StringConstraints(min_length=1, max_length=96, strip_whitespace=True)]

OWN_NAMESPACE = "local"
"""The namespace of uploads and trained voices. Repositories in it cannot be downloaded."""


def is_commit(revision: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{40}", revision) is not None
