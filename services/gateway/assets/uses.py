"""What uses each of many assets now, and when each was used last: for a list. A removal asks `usage`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime

from services.gateway.assets.schemas import AssetUse
from services.gateway.assets.usage import Voices, can_use, uses
from shared.contracts.assets import Asset
from shared.contracts.errors import Unavailable
from shared.contracts.jobs import Job, may_see_job
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.kinds.scan import ScanSpec, VerifyAsset
from shared.contracts.kinds.speech import SpeechSpec
from shared.contracts.kinds.training import TrainingSpec
from shared.contracts.names import OWN_NAMESPACE
from shared.contracts.owners import SOLE_OWNERS
from shared.contracts.states import JobKind
from shared.jobs import JobRepository

# Of each kind: a list must not read the history of years.
_LAST_JOBS = 500
_OTHER = AssetUse(kind="other")
Deployed = Callable[[Sequence[str]], Awaitable[Mapping[str, str]]]


@dataclass(frozen=True, slots=True)
class AssetUses:
    """`voices` asks the synth; a synth that does not answer uses no voice. `deployed` finds the names under which
    checkpoints are deployed, by their ids. Jobs of others are `other`, once.
    """

    repository: JobRepository
    voices: Voices
    deployed: Deployed

    async def now(self, assets: Sequence[Asset], viewer: str) -> Mapping[str, tuple[AssetUse, ...]]:
        """The uses of each asset that has any, by the asset's key. Raises `Unavailable` without the store."""
        jobs: dict[str, list[Job]] = defaultdict(list)
        index = _ByName(assets)
        for kind in JobKind:
            for job in await self.repository.all_active(JOB_TYPES[kind]):
                for asset in index.used_by(job):
                    jobs[asset.key].append(job)
        heard = await self._heard(assets)
        deployed = await self.deployed([asset.id for asset in assets if asset.kind == "checkpoint"])
        found: dict[str, tuple[AssetUse, ...]] = {}
        for asset in assets:
            uses_ = [_named(job) if may_see_job(viewer, job) else _OTHER for job in jobs[asset.key]]
            if asset.kind == "checkpoint" and asset.id in deployed:
                uses_.append(AssetUse(kind="deployment", name=deployed[asset.id]))
            if asset.kind == "model" and asset.id in heard:
                alone = viewer in SOLE_OWNERS or asset.access.visibility == "private"
                uses_.append(AssetUse(kind="listener") if alone else _OTHER)
            if uses_:
                found[asset.key] = tuple(dict.fromkeys(sorted(uses_, key=lambda use: use.kind == "other")))
        return found

    async def last(self, assets: Sequence[Asset], viewer: str) -> Mapping[str, datetime]:
        """When the viewer's newest runs and speech jobs used each asset last, by the asset's key."""
        found: dict[str, datetime] = {}
        index = _ByName(assets)
        for kind in (JobKind.TRAINING, JobKind.SPEECH):
            jobs, _ = await self.repository.page(JOB_TYPES[kind], viewer, limit=_LAST_JOBS)
            for job in jobs:
                if job.started_at is None:
                    continue
                used = job.finished_at or job.updated_at
                for asset in index.used_by(job):
                    found[asset.key] = max(used, found.get(asset.key, used))
        return found

    async def _heard(self, assets: Sequence[Asset]) -> frozenset[str]:
        if any(asset.details.speaks for asset in assets):
            with suppress(Unavailable):
                return frozenset(voice.id for voice in await self.voices() if voice.speaking)
        return frozenset()


class _ByName:
    """Assets by every name that a job may have for them: each job is compared with a few, not with all."""

    def __init__(self, assets: Sequence[Asset]) -> None:
        self._assets: dict[str, list[Asset]] = defaultdict(list)
        for asset in assets:
            for name in {asset.id, *_other_names(asset)}:
                self._assets[name].append(asset)

    def used_by(self, job: Job) -> list[Asset]:
        candidates = {asset.key: asset for name in _names_in(job) for asset in self._assets.get(name, ())}
        return [asset for asset in candidates.values() if _uses(job, asset)]


def _other_names(asset: Asset) -> tuple[str, ...]:
    """Of a voice its bare name and `local/…`; of a checkpoint its run."""
    if asset.kind == "checkpoint":
        return (asset.id.partition("/")[0],)
    return (asset.name, f"{OWN_NAMESPACE}/{asset.name}")


def _names_in(job: Job) -> tuple[str, ...]:
    match job.spec:
        case DownloadSpec() as download:
            return (download.target_asset_id,)
        case TrainingSpec() as run:
            models = (run.base_model, run.teacher_model, run.asr_model)
            start = (f"{run.start_from.run}/{run.start_from.step}",) if run.start_from is not None else ()
            return (job.id, *start, *run.datasets, *filter(None, models))
        case SpeechSpec(voice=voice):
            return (voice,)
        case ScanSpec(task=VerifyAsset() as task):
            return (task.asset_id,)
    return ()


def _uses(job: Job, asset: Asset) -> bool:
    if asset.kind == "checkpoint":
        run, _, step = asset.id.partition("/")
        start = job.spec.start_from if isinstance(job.spec, TrainingSpec) else None
        started = start is not None and (start.run, str(start.step)) == (run, step)
        return job.kind is JobKind.TRAINING and (job.id == run or started)
    return uses(job, asset) and can_use(job, asset)


def _named(job: Job) -> AssetUse:
    name = job.spec.name if isinstance(job.spec, TrainingSpec) else None
    return AssetUse(kind=job.kind.value, id=job.id, name=name)
