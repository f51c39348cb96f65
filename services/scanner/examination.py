"""Unpacks and examines an upload, in the sandbox: archives, tables and recordings are parsed nowhere else."""

from __future__ import annotations

import shutil
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from services.scanner.uploads import name_of_texts
from shared.audio.recordings import is_recording
from shared.contracts.errors import BadDataset, Conflict, NoSpace, TooLarge
from shared.contracts.kinds.scan import DatasetFormat
from shared.files import UnpackLimits, unpack
from shared.files.archive import require_space
from shared.files.ljspeech import LAYOUT_HINT
from shared.files.manifest import DatasetStatistics
from shared.files.metadata import METADATA
from shared.files.speech import content_names, find_speech
from shared.files.speech import examine as speech_of
from shared.persian.speakable import speakable
from shared.sandbox.protocol import Sandbox, SandboxLimits
from shared.text import examine as texts_of
from shared.text import is_data

_GIB = 1 << 30
_TASK_SECONDS = 3600


class ExamineRequest(BaseModel):
    """`work`: an empty folder for the files of the upload; `name`: of the dataset, for messages."""

    model_config = ConfigDict(frozen=True)

    upload: Path
    file_name: str | None
    work: Path
    format: DatasetFormat
    name: str
    max_bytes: int
    max_files: int


class Examined(BaseModel):
    """`root`: the dataset's folder, relative to the work folder."""

    model_config = ConfigDict(frozen=True)

    root: str
    statistics: DatasetStatistics


def sandbox_for(limits: UnpackLimits) -> Sandbox:
    """The limits do not depend on the upload; 16 GB of recordings take about ten minutes to unpack and measure."""
    return Sandbox(
        "The upload",
        BadDataset,
        SandboxLimits(
            memory_bytes=_GIB,
            cpu_seconds=_TASK_SECONDS,
            seconds=2.0 * _TASK_SECONDS,
            file_bytes=limits.max_bytes,
        ),
        (TooLarge, NoSpace, Conflict),
    )


def examine_upload(request: ExamineRequest) -> Examined:
    """Raises `BadDataset`, `TooLarge`, `NoSpace`."""
    limits = UnpackLimits(request.max_bytes, request.max_files)
    if (single := name_of_texts(request.upload, request.file_name)) is not None:
        _copy(request.upload, request.work / single, limits)
    else:
        unpack(request.upload, request.work, limits)
    root, statistics = _examine(request.work, request.format, request.name)
    return Examined(root=root.relative_to(request.work).as_posix(), statistics=statistics)


def _examine(work: Path, format_: DatasetFormat, name: str) -> tuple[Path, DatasetStatistics]:
    """The dataset's folder and its statistics. Raises `BadDataset`."""
    if format_ == "text":
        return work, texts_of(work, name)
    speech = find_speech(work)
    if speech is not None:
        return speech.root, speech_of(speech, speakable)
    names = content_names(work)
    if recording := next(filter(is_recording, names), None):
        raise BadDataset(f"There is no {METADATA} beside the recordings ({recording[-120:]}).", hint=LAYOUT_HINT)
    if format_ == "ljspeech" or not any(map(is_data, names)):
        raise BadDataset(f"There is no {METADATA} in the dataset.", hint=LAYOUT_HINT)
    return work, texts_of(work, name)


def _copy(upload: Path, target: Path, limits: UnpackLimits) -> None:
    """Copy, not move: a retry needs the upload until the dataset is installed."""
    if upload.stat().st_size > limits.max_bytes:
        raise TooLarge(f"The file has more than {limits.max_bytes:,} bytes.")
    require_space(target.parent, upload.stat().st_size, limits)
    shutil.copyfile(upload, target)
