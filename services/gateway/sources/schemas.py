"""Search hits, cards, tokens and updates of the Hub."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, SecretStr

from shared.contracts.assets import AssetKind
from shared.contracts.mended import Mended
from shared.contracts.wire import Wire
from shared.hub import Card, RepoHit
from shared.setting_values import fits_header


def _one_word(token: SecretStr) -> SecretStr:
    if not fits_header(token.get_secret_value()):
        raise ValueError("a token is one word of 4 to 200 letters and digits")
    return token


HubToken = Annotated[SecretStr, Field(min_length=4, max_length=200, examples=["hf_…"]), AfterValidator(_one_word)]
"""A token that a header can carry."""


class SearchHit(RepoHit):
    """`allowed`: this user may download it. `catalogId`: its catalog entry, if there is exactly one."""

    allowed: bool
    catalog_id: str | None = None


class HubCard(Card):
    """`files` are the first of `fileCount`; sizes in bytes."""

    allowed: bool
    catalog_id: str | None = None


class TokenRequest(Mended, Wire):
    token: HubToken


class TokenCheck(Wire):
    """The owner of a token. No response contains the token."""

    valid: bool
    name: str | None = None
    fullname: str | None = None


class UpdateView(Wire):
    """`revision`: the compared branch or commit. `error`: why the Hub's state is unknown."""

    id: str
    kind: AssetKind
    repo_id: str | None = None
    revision: str | None = None
    installed_commit: str | None = None
    latest_commit: str | None = None
    update_available: bool = False
    error: str | None = None
