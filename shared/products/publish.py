"""How a checkpoint becomes a product."""

from __future__ import annotations

import os
import shutil
import uuid
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from shared.files.atomic import install_folder, publish_folder, remove_tree
from shared.products.info import MODEL, VOICE, ModelInfo, Origin, VoiceInfo, read_info
from shared.vits.config import WEIGHTS, read_config

# The run's own: what a resume needs, what was judged, how it sounded.
_NOT_PUBLISHED = frozenset({"state", "samples", "metrics.json", "deployed.json"})


def publish(checkpoint: Path, target: Path, *, recipe: str, origin: Origin, scratch: Path) -> Path:
    """Copy a checkpoint's weights and configuration to `target`, whole or not at all; the folder it came to lie in.

    The same run's older product there is replaced by the next version. Where anything else lies there, the folder gets
    the run's id behind its name: nothing is ever overwritten by another's. `scratch` is a folder on the same file
    system. Raises `UnsafeCheckpoint` for a voice's checkpoint that is not ours, `OSError`.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    if not (checkpoint / WEIGHTS).is_file():
        raise FileNotFoundError(checkpoint / WEIGHTS)
    made = scratch / f"product-{uuid.uuid4().hex}"
    made.mkdir()
    try:
        for path in checkpoint.iterdir():
            if path.name not in _NOT_PUBLISHED and path.is_file():
                shutil.copyfile(path, made / path.name)
        return _put(made, target, recipe, origin, scratch)
    finally:
        remove_tree(made)


def _put(made: Path, target: Path, recipe: str, origin: Origin, scratch: Path) -> Path:
    for folder in (target, target.with_name(f"{target.name}-{origin.run_id[:8]}")):
        older = _older(folder)
        if older is not None and older.run_id == origin.run_id:
            version = older.version + (older.step != origin.step)
            _describe(made, recipe, origin.model_copy(update={"version": version}))
            publish_folder(made, folder, trash=scratch)
            return folder
        _describe(made, recipe, origin)
        with suppress(FileExistsError):
            install_folder(made, folder)
            return folder
    raise FileExistsError(target)


def _describe(folder: Path, recipe: str, origin: Origin) -> None:
    info: VoiceInfo | ModelInfo
    if recipe == "vits":
        config = read_config(folder)
        info = VoiceInfo(
            **origin.model_dump(),
            language=config.language,
            sample_rate=config.audio.sample_rate,
            text_input=config.text_input,
        )
    else:
        info = ModelInfo(**origin.model_dump(), recipe=recipe)
    paper = folder / (VOICE if isinstance(info, VoiceInfo) else MODEL)
    paper.write_text(info.model_dump_json(by_alias=True, indent=1), encoding="utf-8")
    for path in folder.iterdir():
        _sync(path)


def _older(folder: Path) -> Origin | None:
    try:
        return read_info(folder)
    except (OSError, ValidationError):
        return None


def _sync(path: Path) -> None:
    """Make a file's content survive a power cut; who wrote it may have been a library that does not care."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
