"""Current users of an installed asset: jobs and listeners. An asset in use is not removed."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from shared.contracts.access import may_see
from shared.contracts.assets import Asset
from shared.contracts.errors import Unavailable
from shared.contracts.jobs import Job
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.kinds.scan import ScanSpec, VerifyAsset
from shared.contracts.kinds.speech import SpeechSpec
from shared.contracts.kinds.training import TrainingSpec
from shared.contracts.names import OWN_NAMESPACE
from shared.contracts.owners import SOLE_OWNERS, own_namespace
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

    async def users(self, asset: Asset, viewer: str, *, only_own: bool = False) -> list[str]:
        """One description per user, "a training run (my-voice, 3f2a…)"; empty for an unused asset.

        Jobs of other accounts are "somebody else", last; with `only_own` they and listeners do not count.
        """
        found: list[str] = []
        others = False
        for kind, words in _WORDS.items():
            for job in await self.repository.active(JOB_TYPES[kind], {}):
                if not (uses(job, asset) and can_use(job, asset)):
                    continue
                if viewer in SOLE_OWNERS or job.owner == viewer:
                    found.append(f"{words} ({_name(job)}{job.id})")
                else:
                    others = True
        if asset.details.speaks and not only_own and await self._is_heard(asset):
            if viewer in SOLE_OWNERS or asset.access.visibility == "private":
                found.append("somebody who listens to it")
            else:
                others = True
        return found + ["somebody else"] * (others and not only_own)

    async def _is_heard(self, asset: Asset) -> bool:
        with suppress(Unavailable):
            return any(voice.speaking and voice.id == asset.id for voice in await self.voices())
        return False


def uses(job: Job, asset: Asset) -> bool:
    match job.spec:
        case DownloadSpec(repo_type=kind) as download:
            return (kind, download.target_asset_id) == (asset.kind, asset.id)
        case TrainingSpec() as run:
            named = run.datasets if asset.kind == "dataset" else (run.base_model, run.teacher_model, run.asr_model)
            return asset.id in named
        case SpeechSpec(voice=voice):
            # A voice may be called by its bare name, and an account's own by local/….
            own = f"{own_namespace(job.owner)}/{asset.name}"
            names = {asset.id, asset.name} | ({f"{OWN_NAMESPACE}/{asset.name}"} if asset.id == own else set())
            return asset.kind == "model" and voice in names
        case ScanSpec(task=VerifyAsset() as task):
            return (task.asset_kind, task.asset_id) == (asset.kind, asset.id)
    return False


def can_use(job: Job, asset: Asset) -> bool:
    """Whether the job's owner may mean this asset: several accounts have voices of the same bare name."""
    return not isinstance(job.spec, SpeechSpec) or may_see(job.owner, asset.access)


def _name(job: Job) -> str:
    return f"{job.spec.name}, " if isinstance(job.spec, TrainingSpec) else ""
