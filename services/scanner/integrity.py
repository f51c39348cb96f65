"""Checks the integrity of a folder: against its manifest if it has one, else for signs of an incomplete copy."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from services.scanner.content import Content
from services.scanner.damage_record import recorded_damage
from services.scanner.detection import COQUI_VOICE, UNKNOWN
from services.scanner.probes import MAX_INDEX, is_complete_safetensors, read_json
from shared.contracts.assets import AssetKind
from shared.files import Manifest

WEIGHTS = (".safetensors", ".bin", ".pth", ".pt", ".onnx", ".gguf", ".ckpt", ".h5", ".msgpack")
TABLES = (".parquet", ".arrow")
CONFIGS = ("config.json", "adapter_config.json", "model_index.json")
_INDEX = (".safetensors.index.json", ".bin.index.json")
_NEEDS_WEIGHTS = frozenset({"transformers", COQUI_VOICE, "coqui"})


def integrity_error_of_installed(folder: Path, content: Content, manifest: Manifest) -> str | None:
    """The first deviation from the manifest, as a sentence; None if there is none. Blocking."""
    for file in manifest.files:
        status = content.files.get(file.path)
        if status is None or status.size != file.size:
            return f"{file.path} is missing or has another size than when it was installed."
    if content.verified is not None and (damaged := recorded_damage(folder, content.files)):
        more = f", and {len(damaged) - 1} more" if len(damaged) > 1 else ""
        return f"{damaged[0]} is damaged{more}: its content differs from the installed one. Download it again."
    return _unreadable(folder, tuple(file.path for file in manifest.files))


def integrity_error_of_copied(folder: Path, kind: AssetKind, content: Content, type_: str) -> str | None:
    """The first fault of a manually copied folder, as a sentence, or None.

    Blocking: reads small JSON files and the headers of weights.
    """
    if content.problems:
        return content.problems[0]
    if kind == "checkpoint":
        return None
    if flaw := _unreadable(folder, content.names) or next(_missing_parts(folder, kind, content), None):
        return flaw
    if type_ == UNKNOWN:
        return "Nothing in this folder is known to Sokhan."
    if kind == "model" and type_ in _NEEDS_WEIGHTS and not any(name.endswith(WEIGHTS) for name in content.names):
        return "The folder has a configuration, but no weights."
    return None


def _unreadable(folder: Path, names: tuple[str, ...]) -> str | None:
    for name in names:
        if not os.access(folder / name, os.R_OK, effective_ids=True):
            return f"{name} cannot be read: this program has no permission to."
    return None


def _missing_parts(folder: Path, kind: AssetKind, content: Content) -> Iterator[str]:
    data = WEIGHTS if kind == "model" else TABLES
    for name in content.names:
        if name.endswith(data) and content.files[name].size == 0:
            yield f"{name} is empty."
        elif kind == "model" and name.endswith(".safetensors") and not is_complete_safetensors(folder / name):
            yield f"{name} is cut off: it is not as long as its header says."
        elif kind == "model" and name.endswith(_INDEX):
            yield from _missing_shards(folder, name, content)
        elif kind == "model" and _is_config(name) and read_json(folder / name) is None:
            yield f"{name} is cut off, or no JSON."


def _is_config(name: str) -> bool:
    return PurePosixPath(name).name in CONFIGS or name.endswith(".onnx.json")


def _missing_shards(folder: Path, index: str, content: Content) -> Iterator[str]:
    parsed = read_json(folder / index, MAX_INDEX)
    if parsed is None:
        yield f"{index} is cut off, or no JSON."
        return
    shards = parsed.get("weight_map")
    names = {name for name in shards.values() if isinstance(name, str)} if isinstance(shards, dict) else set()
    for name in sorted(names):
        path = (PurePosixPath(index).parent / name).as_posix()
        if path not in content.files:
            yield f"{path} is missing: {index} names it."
