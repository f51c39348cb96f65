"""Settings in the store, also such as nobody should have written."""

from __future__ import annotations

from pathlib import Path

from shared.contracts.settings import PlatformSettings
from shared.service.runtime import utc_now
from shared.settings import SettingsRepository
from shared.store import open_store


async def test_unreadable_settings_are_the_defaults(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'sokhan.db'}")
    try:
        settings = SettingsRepository(store, utc_now)
        assert await settings.platform() == PlatformSettings()
        await settings.change_platform(PlatformSettings(download_bandwidth=5))
        assert (await settings.platform()).download_bandwidth == 5
        await store.upsert("settings", "platform", {"$set": {"download_bandwidth": 0}})
        assert await settings.platform() == PlatformSettings()
    finally:
        await store.close()
