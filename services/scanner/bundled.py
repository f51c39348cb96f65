"""Installs the voices that come with Sokhan into the data tree.

    voices/<namespace>/<name>/     config.json, model.safetensors, voice.json, README.md: the model card
    $SOKHAN_DATA/run/bundled.json  the sha256 of the weights of each voice that was installed

A voice is installed once. A deleted voice is installed again only when a release has other weights for it. It belongs
to the installation: everybody may use it.
"""

from __future__ import annotations

import asyncio
import shutil
import uuid
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from shared.contracts.access import INSTALLATION
from shared.files import (
    DataTree,
    install_folder,
    publish_folder,
    read_access,
    remove_tree,
    write_access,
    write_atomic,
)
from shared.files.hashes import sha256_of
from shared.products import read_info
from shared.telemetry import get_logger
from shared.vits.config import WEIGHTS

_LOG = get_logger("scanner")
VOICES = Path(__file__).with_name("voices")
_Record = dict[str, str]
_RECORD: TypeAdapter[_Record] = TypeAdapter(_Record)


def install_bundled(tree: DataTree, source: Path = VOICES) -> list[str]:
    """Install new voices and new weights. Returns the ids of what was installed. Blocking. Raises `OSError`.

    A folder of that name that is not the bundled voice stays as it is.
    """
    path = tree.root / "run" / "bundled.json"
    record = _read(path)
    installed: list[str] = []
    for folder in sorted(weights.parent for weights in source.glob(f"*/*/{WEIGHTS}")):
        voice = f"{folder.parent.name}/{folder.name}"
        digest = sha256_of(folder / WEIGHTS)
        target = tree.folder("model", voice)
        _share(target, folder)
        if record.get(voice) == digest or (target.exists() and not _is_older(target, folder)):
            continue
        _install(folder, target, tree.tmp)
        record[voice] = digest
        write_atomic(path, _RECORD.dump_json(record))
        installed.append(voice)
        _LOG.info("voice_installed", voice=voice)
    return installed


async def try_installing(tree: DataTree) -> None:
    """Install them at the start of the scanner. An error is logged: the platform works without them."""
    try:
        await asyncio.to_thread(install_bundled, tree)
    except OSError as error:
        _LOG.warning("voice_not_installed", reason=str(error))


def _read(path: Path) -> _Record:
    try:
        return _RECORD.validate_json(path.read_bytes())
    except (OSError, ValidationError):
        return {}


def _share(target: Path, bundled: Path) -> None:
    """Record the access of a voice that an earlier release has installed."""
    if read_access(target) is None and _is_older(target, bundled):
        write_access(target, INSTALLATION)


def _is_older(target: Path, bundled: Path) -> bool:
    """Whether the installed folder is this voice in an earlier release."""
    try:
        return read_info(target).run_id == read_info(bundled).run_id
    except (OSError, ValidationError):
        return False


def _install(source: Path, target: Path, scratch: Path) -> None:
    staged = scratch / f"bundled-{uuid.uuid4().hex}"
    try:
        staged.mkdir()
        for file in source.iterdir():  # contents only: permissions are the umask's
            shutil.copyfile(file, staged / file.name)
        write_access(staged, INSTALLATION)
        if target.exists():
            publish_folder(staged, target, trash=scratch)
        else:
            install_folder(staged, target)
    finally:
        remove_tree(staged)
