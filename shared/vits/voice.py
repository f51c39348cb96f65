"""`voice.json`, and how a checkpoint becomes a voice. No torch: the trainer's supervisor deploys checkpoints too."""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import suppress
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from shared.files.atomic import install_folder, publish_folder, remove_tree
from shared.vits.config import CONFIG, TextInput, read_config

VOICE = "voice.json"
WEIGHTS = "model.safetensors"


class VoiceInfo(BaseModel):
    """`sample_rate` in Hz."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    schema_: Literal["sokhan.voice/1"] = Field("sokhan.voice/1", alias="schema")
    name: Annotated[str, StringConstraints(min_length=1, max_length=96)]
    language: str = "fa"
    sample_rate: int
    text_input: TextInput
    source: Literal["training"] = "training"
    run_id: str
    step: int


def publish_voice(checkpoint: Path, target: Path, *, name: str, run_id: str, step: int, scratch: Path) -> Path:
    """Copy a checkpoint's weights and configuration to `target`, whole or not at all; the folder it came to lie in.

    The same run's older voice there is replaced. Where anything else lies there, the folder gets the run's id behind
    its name: no voice is ever overwritten by another's. `scratch` is a folder on the same file system.
    Raises `UnsafeCheckpoint` for a checkpoint not ours, `OSError`.
    """
    config = read_config(checkpoint)
    info = VoiceInfo(
        name=name,
        language=config.language,
        sample_rate=config.audio.sample_rate,
        text_input=config.text_input,
        run_id=run_id,
        step=step,
    )
    scratch.mkdir(parents=True, exist_ok=True)
    made = scratch / f"voice-{uuid.uuid4().hex}"
    made.mkdir()
    try:
        for file in (WEIGHTS, CONFIG):
            shutil.copyfile(checkpoint / file, made / file)
        (made / VOICE).write_text(info.model_dump_json(by_alias=True, indent=1), encoding="utf-8")
        for path in made.iterdir():
            sync_file(path)
        return _put(made, target, run_id, scratch)
    finally:
        remove_tree(made)


def _put(made: Path, target: Path, run_id: str, scratch: Path) -> Path:
    for folder in (target, target.with_name(f"{target.name}-{run_id[:8]}")):
        if _made_by(folder, run_id):
            publish_folder(made, folder, trash=scratch)
            return folder
        with suppress(FileExistsError):
            install_folder(made, folder)
            return folder
    raise FileExistsError(target)


def _made_by(folder: Path, run_id: str) -> bool:
    try:
        return read_info(folder).run_id == run_id
    except (OSError, ValidationError):
        return False


def read_info(folder: Path) -> VoiceInfo:
    """Raises `OSError`, `pydantic.ValidationError`."""
    return VoiceInfo.model_validate_json((folder / VOICE).read_bytes())


def sync_file(path: Path) -> None:
    """Make a file's content survive a power cut; who wrote it may have been a library that does not care."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
