"""What an owner has used of each quota."""

from __future__ import annotations

from dataclasses import dataclass

from services.gateway.fair_use import FairUse, UsedWindow
from services.gateway.settings.schemas import QuotaUse
from shared.assets import AssetRepository
from shared.contracts.access import may_change
from shared.contracts.kinds import JOB_TYPES
from shared.jobs import JobRepository


@dataclass(frozen=True, slots=True)
class UsageService:
    fair_use: FairUse
    jobs: JobRepository
    assets: AssetRepository

    async def of(self, owner: str) -> dict[str, QuotaUse]:
        """By the name of the quota; `bytes_stored` are those of own data sets and voices and of what is held."""
        limits = self.fair_use.limits
        own = [asset for asset in await self.assets.all() if may_change(owner, asset.access)]
        uploaded = [asset.size for asset in own if asset.kind == "dataset" and not asset.access.holders]
        found = {
            "speech_characters_today": _window(await self.fair_use.spoken_today(owner)),
            "streams": QuotaUse(used=self.fair_use.held("streams", owner), limit=limits.streams_per_owner or None),
            "uploads": QuotaUse(used=self.fair_use.held("uploads", owner), limit=limits.uploads_per_owner or None),
            "bytes_uploaded": QuotaUse(used=sum(uploaded), limit=limits.stored_bytes_per_owner or None),
            "bytes_stored": QuotaUse(used=sum(asset.size for asset in own)),
        }
        for kind, job_type in JOB_TYPES.items():
            active = await self.jobs.count_active(job_type, owner)
            found[f"{kind}_jobs"] = QuotaUse(used=active, limit=limits.jobs_per_owner or None)
        return found


def _window(used: UsedWindow | None) -> QuotaUse:
    if used is None:
        return QuotaUse(used=0)
    return QuotaUse(used=used.limit - used.remaining, limit=used.limit, resets_in=used.reset_seconds)
