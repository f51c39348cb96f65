"""Which jobs use an installed asset."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.gateway.assets.usage import uses
from shared.contracts.assets import Asset
from shared.contracts.jobs import Job
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.kinds.scan import ScanSpec, VerifyAsset, WalkDisk
from shared.contracts.kinds.speech import SpeechSpec
from shared.contracts.kinds.training import TrainingSpec

NOW = datetime(2026, 11, 1, tzinfo=UTC)
HASH = "0" * 64
AnySpec = DownloadSpec | ScanSpec | SpeechSpec | TrainingSpec


def asset(kind: str, asset_id: str = "ns/a") -> Asset:
    return Asset.model_validate({
        "id": asset_id, "kind": kind, "name": asset_id.split("/")[1], "path": f"{kind}s/{asset_id}", "type": "x",
        "size": 1, "file_count": 1, "status": "ready", "source": "local", "fingerprint": "f",
        "downloaded_at": NOW, "updated_at": NOW,
    })  # fmt: skip


def job(spec: AnySpec, owner: str = "me") -> Job:
    job_type = JOB_TYPES[spec.kind]
    return job_type.document(
        id="j",
        kind=spec.kind,
        owner=owner,
        spec=spec,
        progress=job_type.progress(),
        created_at=NOW,
        updated_at=NOW,
        available_at=NOW,
    )


RUN = TrainingSpec(name="r", recipe="vits", datasets=("ns/a",), base_model="ns/b", teacher_model="ns/c")


@pytest.mark.parametrize(
    ("spec", "used", "expected"),
    [
        (DownloadSpec(repo_id="ns/a"), asset("model"), True),
        (DownloadSpec(repo_id="ns/a"), asset("dataset"), False),
        (DownloadSpec(repo_id="ns/voices", asset_id="ns/a"), asset("model"), True),
        (DownloadSpec(repo_id="ns/a", asset_id="ns/part"), asset("model"), False),
        (RUN, asset("dataset"), True),
        (RUN, asset("model"), False),
        (RUN, asset("model", "ns/b"), True),
        (RUN, asset("model", "ns/c"), True),
        (RUN, asset("dataset", "ns/b"), False),
        (SpeechSpec(voice="ns/a", text_hash=HASH, characters=1), asset("model"), True),
        (SpeechSpec(voice="a", text_hash=HASH, characters=1), asset("model"), True),
        (SpeechSpec(voice="ns/b", text_hash=HASH, characters=1), asset("model"), False),
        (ScanSpec(task=VerifyAsset(asset_kind="model", asset_id="ns/a")), asset("model"), True),
        (ScanSpec(task=WalkDisk()), asset("model"), False),
    ],
)
def test_a_job_uses_what_it_reads_or_writes(spec: AnySpec, used: Asset, expected: bool) -> None:
    assert uses(job(spec), used) is expected


@pytest.mark.parametrize(
    ("voice", "owner", "expected"),
    [("local/v", "sara", True), ("v", "sara", True), ("~sara/v", "sara", True), ("local/v", "ali", False)],
)
def test_an_account_calls_its_own_voice_local(voice: str, owner: str, expected: bool) -> None:
    spec = SpeechSpec(voice=voice, text_hash=HASH, characters=1)
    assert uses(job(spec, owner), asset("model", "~sara/v")) is expected
