"""Whose a Hub token is."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from shared.contracts.owners import LOCAL_OWNER, TOKEN_OWNER
from shared.hub import TokenVault
from shared.secret_keys import load_secret_keys
from shared.store import open_store
from tests.support.job_kit import Clock


@pytest.mark.parametrize("owner", [LOCAL_OWNER, TOKEN_OWNER])
async def test_the_installations_token_is_its_sole_owners_until_they_store_another(tmp_path: Path, owner: str) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'store.db'}")
    try:
        vault = TokenVault(
            store, load_secret_keys(SecretStr("k" * 16), (), tmp_path), SecretStr("hf_installation"), Clock()
        )
        assert await vault.get(owner) == "hf_installation"
        await vault.put(owner, "hf_own")
        assert await vault.get(owner) == "hf_own"
    finally:
        await store.close()


async def test_an_account_has_its_own_token_or_none(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'store.db'}")
    try:
        vault = TokenVault(
            store, load_secret_keys(SecretStr("k" * 16), (), tmp_path), SecretStr("hf_installation"), Clock()
        )
        assert await vault.get("zahra") is None
        assert not await vault.has("zahra")
        await vault.put("zahra", "hf_zahra")
        assert await vault.get("zahra") == "hf_zahra"
        assert await vault.get("ali") is None
    finally:
        await store.close()
