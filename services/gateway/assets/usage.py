"""Current users of an installed asset: jobs and listeners. An asset in use is not removed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from shared.contracts.assets import Asset
from shared.contracts.errors import Unavailable
from shared.contracts.jobs import Job
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.kinds.scan import ScanSpec, VerifyAsset
from shared.contracts.kinds.speech import SpeechSpec
from shared.contracts.kinds.training import TrainingSpec
from shared.contracts.rpc import Voice
from shared.contracts.states import JobKind
from shared.jobs import JobRepository

_WORDS = {
    JobKind.DOWNLOAD: "a download",
    JobKind.TRAINING: "a training run",
    JobKind.SPEECH: "a speech job",
    JobKind.SCAN: "a verification",
}


Voices = Callable[[], Awaitable[Sequence[Voice]]]


@dataclass(frozen=True, slots=True)
class AssetUsage:
    """`voices` asks the synth; a synth that does not answer uses no voice."""

    repository: JobRepository
    voices: Voices

    async def users(self, asset: Asset) -> list[str]:
        """One description per user, "a training run (my-voice, 3f2a…)"; empty for an unused asset."""
        found: list[str] = []
        for kind, words in _WORDS.items():
            jobs = await self.repository.active(JOB_TYPES[kind], {})
            found.extend(f"{words} ({_name(job)}{job.id})" for job in jobs if uses(job, asset))
        if asset.details.speaks:
            with suppress(Unavailable):
                listened_to = {voice.id for voice in await self.voices() if voice.speaking}
                found += ["somebody who listens to it"] * (asset.id in listened_to)
        return found


def uses(job: Job, asset: Asset) -> bool:
    match job.spec:
        case DownloadSpec(repo_type=kind) as download:
            return (kind, download.target_asset_id) == (asset.kind, asset.id)
        case TrainingSpec() as run:
            named = run.datasets if asset.kind == "dataset" else (run.base_model, run.teacher_model, run.asr_model)
            return asset.id in named
        case SpeechSpec(voice=voice):
            # A voice may be called by its bare name.
            return asset.kind == "model" and voice in {asset.id, asset.name}
        case ScanSpec(task=VerifyAsset() as task):
            return (task.asset_kind, task.asset_id) == (asset.kind, asset.id)
    return False


def _name(job: Job) -> str:
    return f"{job.spec.name}, " if isinstance(job.spec, TrainingSpec) else ""
