"""Which speech recogniser measures a run."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.trainer.check import TrainingCheck
from services.trainer.devices import Devices
from shared.assets import AssetRepository
from shared.contracts.assets import Asset
from shared.contracts.errors import NotFound, Validation
from shared.contracts.rpc import CheckTraining
from shared.store import open_store

_NOW = datetime(2026, 11, 1, tzinfo=UTC)


@pytest.fixture
async def assets(tmp_path: Path) -> AsyncIterator[AssetRepository]:
    store = await open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield AssetRepository(store)
    await store.close()


async def _install(assets: AssetRepository, name: str, *, days: int = 0, transcribes: bool = True) -> None:
    speech = name == "speech"
    asset = {
        "id": f"local/{name}", "kind": "dataset" if speech else "model", "name": name, "path": name,
        "type": "ljspeech" if speech else "transformers", "size": 1, "file_count": 1, "status": "ready",
        "source": "local", "fingerprint": "f", "downloaded_at": _NOW + timedelta(days=days), "updated_at": _NOW,
        "details": {"transcribes": transcribes and not speech, "architecture": "whisper"},
    }  # fmt: skip
    await assets.save(Asset.model_validate(asset))


async def _asr_model(assets: AssetRepository, asr: str | None = None, recipe: str = "vits") -> str | None:
    await _install(assets, "speech")
    request = CheckTraining(recipe=recipe, config={}, datasets=("local/speech",), asr_model=asr)
    return (await TrainingCheck(assets, Devices((), 1, 1)).check(request)).asr_model


async def test_without_one_it_is_the_runs_own(assets: AssetRepository) -> None:
    await _install(assets, "bert", transcribes=False)
    assert await _asr_model(assets) is None


async def test_by_default_it_is_the_newest(assets: AssetRepository) -> None:
    await _install(assets, "older", days=1)
    await _install(assets, "newest", days=3)
    await _install(assets, "old", days=2)
    assert await _asr_model(assets) == "local/newest"
    assert await _asr_model(assets, "local/old") == "local/old"


async def test_what_is_no_recogniser_is_refused(assets: AssetRepository) -> None:
    await _install(assets, "bert", transcribes=False)
    with pytest.raises(Validation, match="no speech recogniser"):
        await _asr_model(assets, "local/bert")
    with pytest.raises(NotFound):
        await _asr_model(assets, "local/missing")
