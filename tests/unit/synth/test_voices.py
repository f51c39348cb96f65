"""Which voices an account has, and what their names mean to it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.synth.voices import VoiceRegistry
from shared.assets import AssetRepository
from shared.contracts.access import INSTALLATION, AssetAccess
from shared.contracts.assets import Asset, AssetDetails
from shared.contracts.errors import NotFound
from shared.files import DataTree
from shared.store import Store, open_store

NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
SARA = AssetAccess(owner="sara")
ALI = AssetAccess(owner="ali")
ALI_SHARES = AssetAccess(owner="ali", visibility="shared")
HUB = AssetAccess(owner=None, holders=("sara",))


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path / 'sokhan.db'}")
    yield opened
    await opened.close()


class Voices:
    """Installs voices, each one minute after the one before."""

    def __init__(self, store: Store, tree: DataTree) -> None:
        self._assets, self._tree, self._at = AssetRepository(store), tree, NOON

    async def install(self, asset_id: str, access: AssetAccess) -> None:
        self._at += timedelta(minutes=1)
        await self._assets.save(
            Asset(
                id=asset_id, kind="model", name=asset_id.rpartition("/")[2], path=f"models/{asset_id}", type="piper",
                size=1, file_count=1, status="ready", source="local", details=AssetDetails(speaks=True),
                access=access, downloaded_at=self._at, updated_at=self._at, fingerprint="f",
            )
        )  # fmt: skip

    def registry(self, default: str | None = None) -> VoiceRegistry:
        return VoiceRegistry(self._assets, self._tree, default)


@pytest.fixture
async def voices(store: Store, tmp_path: Path) -> Voices:
    return Voices(store, DataTree(tmp_path))


async def found(registry: VoiceRegistry, name: str, owner: str) -> str:
    return (await registry.find(name, owner)).voice.id


async def test_an_account_has_its_own_voices_and_the_shared_ones(voices: Voices) -> None:
    for asset_id, access in (
        ("~sara/mine", SARA), ("~ali/secret", ALI), ("~ali/open", ALI_SHARES), ("ns/hub", HUB),
        ("sokhan/base", INSTALLATION),
    ):  # fmt: skip
        await voices.install(asset_id, access)
    listed = {voice.voice.id: voice.voice.own for voice in await voices.registry().list("sara")}
    assert listed == {"espeak-fa": False, "~sara/mine": True, "~ali/open": False, "ns/hub": True, "sokhan/base": False}
    assert len(await voices.registry().list("local")) == 6


async def test_an_invisible_voice_is_like_none_in_errors_and_hints(voices: Voices) -> None:
    await voices.install("~ali/secret", ALI)
    for name in ("~ali/secret", "secret", "local/secret"):
        with pytest.raises(NotFound) as caught:
            await voices.registry().find(name, "sara")
        assert caught.value.message == f"There is no voice {name}."
        assert "secret" not in (caught.value.hint or "")


async def test_a_name_means_ones_own_voice_first(voices: Voices) -> None:
    await voices.install("~ali/amir", ALI_SHARES)
    await voices.install("local/amir", AssetAccess(owner="local", visibility="shared"))
    registry = voices.registry()
    with pytest.raises(NotFound, match="several"):
        await registry.find("amir", "sara")
    assert await found(registry, "local/amir", "sara") == "local/amir"
    await voices.install("~sara/amir", SARA)
    assert await found(registry, "amir", "sara") == "~sara/amir"
    assert await found(registry, "local/amir", "sara") == "~sara/amir"
    assert await found(registry, "local/amir", "ali") == "~ali/amir"
    assert await found(registry, "~ali/amir", "sara") == "~ali/amir"
    assert await found(registry, "local/amir", "local") == "local/amir"


async def test_openais_names_are_ones_own_first_voice_then_a_shared_one(voices: Voices) -> None:
    registry = voices.registry()
    assert await found(registry, "alloy", "sara") == "espeak-fa"
    await voices.install("~ali/secret", ALI)
    assert await found(registry, "alloy", "sara") == "espeak-fa"
    await voices.install("~ali/open", ALI_SHARES)
    assert await found(registry, "alloy", "sara") == "~ali/open"
    await voices.install("~sara/late", SARA)
    assert await found(registry, "alloy", "sara") == "~sara/late"
    assert await found(registry, "alloy", "local") == "~ali/secret"


async def test_the_configured_default_counts_for_those_who_may_see_it(voices: Voices) -> None:
    await voices.install("~sara/mine", SARA)
    await voices.install("~ali/secret", ALI)
    registry = voices.registry("~ali/secret")
    assert await found(registry, "alloy", "ali") == "~ali/secret"
    assert await found(registry, "alloy", "sara") == "~sara/mine"


async def test_a_shared_voice_cannot_take_a_name_from_everyone(voices: Voices) -> None:
    await voices.install("ns/amir", INSTALLATION)
    await voices.install("~ali/alloy", ALI_SHARES)
    await voices.install("~ali/default", ALI_SHARES)
    assert await found(voices.registry("ns/amir"), "alloy", "sara") == "ns/amir"
    assert await found(voices.registry("ns/amir"), "alloy", "ali") == "~ali/alloy"
    assert await found(voices.registry("default"), "alloy", "sara") == "ns/amir"
