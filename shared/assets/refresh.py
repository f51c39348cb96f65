"""Asks the scanner to compare the assets with the disk, so that a new asset is usable at once."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from shared.bus import Bus, call
from shared.contracts import subjects
from shared.contracts.errors import SokhanError, Unavailable
from shared.contracts.rpc import AssetsRefreshed, RefreshAssets
from shared.telemetry import get_logger

_LOG = get_logger("assets")
_LIMIT_S = 20.0  # the scanner may be starting
_RETRY_S = 0.5


@dataclass(frozen=True, slots=True)
class AssetRefresh:
    bus: Bus

    async def __call__(self, unit: str | None = None) -> None:
        """Wait for the scanner's answer, at most 20 s: a scanner that starts later compares by itself.

        `unit`: what a remote worker has published, for the scanner to fetch first.
        """
        try:
            async with asyncio.timeout(_LIMIT_S):
                await self._until_answered(RefreshAssets(unit=unit))
        except TimeoutError:
            _LOG.warning("assets_not_refreshed", reason="the scanner does not answer")

    async def _until_answered(self, request: RefreshAssets) -> None:
        while True:
            try:
                await call(self.bus, subjects.REFRESH_ASSETS, request, AssetsRefreshed, timeout=_LIMIT_S)
                return
            except Unavailable as error:
                _LOG.debug("asset_refresh_retried", reason=error.message)
            except SokhanError as error:  # the scanner's fault; what the caller installed is installed
                _LOG.warning("assets_not_refreshed", reason=error.message)
                return
            await asyncio.sleep(_RETRY_S)
