"""Publishes a checkpoint as a product."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from pydantic import ValidationError

from shared.contracts.access import AssetAccess
from shared.files.access import write_new_access
from shared.files.atomic import install_folder, remove_tree
from shared.files.layout import with_end
from shared.files.members import ACCESS
from shared.files.publishing import publish_folder
from shared.products.checkpoint import METRICS, SAMPLES, read_metrics
from shared.products.deployed import DEPLOYED, STARTS_HERE
from shared.products.info import MODEL, VOICE, ModelInfo, Origin, VoiceInfo, read_info
from shared.quality.figures import quality_of
from shared.vits.config import WEIGHTS, read_config

_VOICES = frozenset({"vits", "import"})
# Files of the run only: state for a resume, metrics, samples and marks.
_NOT_PUBLISHED = frozenset({"state", SAMPLES, METRICS, DEPLOYED, STARTS_HERE, ACCESS})


def publish(
    checkpoint: Path,
    target: Path,
    *,
    recipe: str,
    origin: Origin,
    scratch: Path,
    access: AssetAccess = AssetAccess(),  # noqa: B008 - it is frozen
) -> Path:
    """Publish a checkpoint's weights and configuration at `target`, atomically. Returns the product's folder.

    An older product of the same run is replaced by the next version. If anything else exists there, the run's id is
    appended to the name, so no run overwrites another's product. `scratch`: a folder on the same file system. `access`:
    of a new product; the next version keeps that of the version before.
    Raises `UnsafeCheckpoint` for a voice's checkpoint that Sokhan did not make, `OSError`.
    """
    with _staged_copy(checkpoint, scratch, access) as staged:
        return _install(staged, target, recipe, origin, scratch, _quality(checkpoint))


def deploy(
    checkpoint: Path,
    target: Path,
    *,
    recipe: str,
    origin: Origin,
    scratch: Path,
    mine: Collection[str],
    access: AssetAccess = AssetAccess(),  # noqa: B008 - it is frozen
) -> Origin:
    """Publish a checkpoint under exactly this name. Returns the published origin, with its version.

    A product of the same kind and of one of the runs `mine` is replaced by the next version; the same step of the same
    run is not published again. `access`: as for `publish`.
    Raises `FileExistsError` if anything else exists there, `UnsafeCheckpoint`, `OSError`.
    """
    older = origin_of(target)
    if older is None and target.exists():
        raise FileExistsError(target)
    if older is not None:
        if older.run_id not in mine or isinstance(older, VoiceInfo) is not (recipe in _VOICES):
            raise FileExistsError(target)
        if (older.run_id, older.step) == (origin.run_id, origin.step):
            return older
        origin = origin.model_copy(update={"version": older.version + 1})
    with _staged_copy(checkpoint, scratch, access) as staged:
        _describe(staged, recipe, origin, _quality(checkpoint))
        if older is not None:
            publish_folder(staged, target, trash=scratch)
        else:
            install_folder(staged, target)
    return origin


def origin_of(folder: Path) -> Origin | None:
    """The run and step of a product; None if the folder is not a product of Sokhan."""
    try:
        return read_info(folder)
    except (OSError, ValidationError):
        return None


@contextmanager
def _staged_copy(checkpoint: Path, scratch: Path, access: AssetAccess) -> Iterator[Path]:
    """A temporary folder with the published files of the checkpoint; removed after the block unless it was moved."""
    scratch.mkdir(parents=True, exist_ok=True)
    if not (checkpoint / WEIGHTS).is_file():
        raise FileNotFoundError(checkpoint / WEIGHTS)
    staged = scratch / f"product-{uuid.uuid4().hex}"
    staged.mkdir()
    try:
        for path in checkpoint.iterdir():
            if path.name not in _NOT_PUBLISHED and path.is_file():
                _link_or_copy(path, staged / path.name)
        write_new_access(staged, access)
        yield staged
    finally:
        remove_tree(staged)


def _link_or_copy(source: Path, target: Path) -> None:
    """Hardlink weights, which are large and immutable; copy other files, and weights on file systems without links."""
    if source.suffix == ".safetensors":
        with suppress(OSError):
            target.hardlink_to(source)
            return
    shutil.copyfile(source, target)


def _quality(checkpoint: Path) -> dict[str, float]:
    metrics = read_metrics(checkpoint)
    return quality_of(metrics.values) if metrics is not None else {}


def _install(staged: Path, target: Path, recipe: str, origin: Origin, scratch: Path, quality: dict[str, float]) -> Path:
    for folder in (target, target.with_name(with_end(target.name, f"-{origin.run_id[:8]}"))):
        older = origin_of(folder)
        if older is not None and older.run_id == origin.run_id:
            version = older.version + (older.step != origin.step)
            _describe(staged, recipe, origin.model_copy(update={"version": version}), quality)
            publish_folder(staged, folder, trash=scratch)
            return folder
        _describe(staged, recipe, origin, quality)
        with suppress(FileExistsError):
            install_folder(staged, folder)
            return folder
    raise FileExistsError(target)


def _describe(folder: Path, recipe: str, origin: Origin, quality: dict[str, float]) -> None:
    info: VoiceInfo | ModelInfo
    if recipe in _VOICES:
        config = read_config(folder)
        info = VoiceInfo(
            **origin.model_dump(),
            language=config.language,
            sample_rate=config.audio.sample_rate,
            text_input=config.text_input,
            source="import" if recipe == "import" else "training",
            quality=quality,
        )
    else:
        info = ModelInfo(**origin.model_dump(), recipe=recipe)
    description = folder / (VOICE if isinstance(info, VoiceInfo) else MODEL)
    description.write_text(info.model_dump_json(by_alias=True, indent=1), encoding="utf-8")
