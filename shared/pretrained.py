"""Loads transformers models and tokenizers from untrusted folders: safetensors only, no code, no pickles, no network.

A hostile `config.json` is the larger risk: it may request code (`auto_map`), kernels from the Hub
(`_attn_implementation`), or too much memory. So the architecture must be one of the caller's, keys that load anything
are dropped, and the sizes must match the weights in the same folder.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from huggingface_hub.errors import StrictDataclassError
from safetensors import SafetensorError, safe_open
from transformers import CONFIG_MAPPING, AutoTokenizer

from shared.contracts.errors import UnsafeCheckpoint

WEIGHTS = "model.safetensors"
_INDEX = "model.safetensors.index.json"
_CONFIG = "config.json"
_MAX_CONFIG = 4 << 20
_MAX_LAYERS = 200  # mT5-XXL has 24 and 24, the deepest public encoder some 70
_COUNTS = {"num_hidden_groups": 32, "inner_group_num": 32, "num_labels": 100_000}
"""The largest values of other fields that make a layer, or a name, for each: ALBERT has one group of one layer."""
_LOADING = (
    "auto_map", "_attn_implementation", "attn_implementation", "_attn_implementation_autoset", "quantization_config",
    "dtype", "torch_dtype", "_name_or_path", "custom_pipelines", "_commit_hash",
)  # fmt: skip
_MAX_LIST = 1000
"""Of one list: `conv_dim` has one layer for each entry. Whisper's `suppress_tokens` has 90."""
_TOKENIZER_CONFIG = "tokenizer_config.json"
# transformers opens a text in these as a path: the words of any file on this machine become a vocabulary.
_OPENED = frozenset({"vocab", "merges", "init_inputs", "gguf_file"})
# Parameters that the weights may lack: a new classifier head, a pooler, position tables. More means a false config.
_SPARE = 50_000_000


@dataclass(frozen=True, slots=True)
class LoadedModel:
    """`fresh`: the names of randomly initialised parameters, which the weights lack."""

    model: Any
    fresh: frozenset[str]


def load_tokenizer(folder: Path, **options: str) -> Any:
    """The tokenizer in a folder. Raises `UnsafeCheckpoint` if it is missing or unreadable, or names other files."""
    try:
        _refuse_other_files(folder)
        tokenizer = AutoTokenizer.from_pretrained(folder, local_files_only=True, trust_remote_code=False, **options)
        known = len(tokenizer.get_vocab()) - len(set(tokenizer.all_special_tokens))
        if known < 2:  # transformers returns an empty tokenizer for a folder without one
            raise ValueError("it has no vocabulary")
        return tokenizer
    except Exception as error:  # the library passes on any error of its parsers
        raise UnsafeCheckpoint(
            f"The tokenizer of {folder.name} cannot be loaded: {str(error)[:200]}",
            hint="The folder needs tokenizer.json, vocab.txt or a SentencePiece model, as the Hub has them.",
        ) from error


def _refuse_other_files(folder: Path) -> None:
    """Raises `ValueError` or `TypeError` for a `tokenizer_config.json` that names files outside the folder."""
    path = folder / _TOKENIZER_CONFIG
    if not path.exists():
        return
    if path.stat().st_size > _MAX_CONFIG:
        raise ValueError(f"{_TOKENIZER_CONFIG} is larger than {_MAX_CONFIG:,} bytes")
    content = json.loads(path.read_bytes())
    if not isinstance(content, dict):
        raise TypeError(f"{_TOKENIZER_CONFIG} is no JSON object")
    versions = content.get("fast_tokenizer_files", [])
    if not isinstance(versions, list) or any(Path(str(name)).name != name for name in versions):
        raise ValueError("fast_tokenizer_files names a file outside the folder")
    for name, value in content.items():
        texts = list(_texts(value))
        if texts and (name in _OPENED or any(_is_file(text) for text in texts)):
            raise ValueError(f"{name[:40]} of {_TOKENIZER_CONFIG} names a file")


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in value.values():
            yield from _texts(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts(part)


def _is_file(text: str) -> bool:
    try:
        return Path(text).is_file()
    except (OSError, ValueError):
        return False


def load_model(folder: Path, auto: Any, architectures: tuple[str, ...], **changes: object) -> LoadedModel:
    """Load a model in float32. `auto`: one of transformers' AutoModelFor…; `changes`: configuration overrides.

    Raises `UnsafeCheckpoint` for weights other than safetensors, and for a configuration that does not fit them.
    """
    config = read_config(folder, architectures)
    for name, value in changes.items():
        setattr(config, name, value)
    try:
        stored, configured = _stored_parameters(folder), _configured_parameters(config, auto)
        if configured > 2 * stored + _SPARE:
            raise UnsafeCheckpoint(
                f"config.json of {folder.name} asks for {configured:,} parameters; its weights have {stored:,}."
            )
        model, info = auto.from_pretrained(
            folder,
            config=config,
            local_files_only=True,
            trust_remote_code=False,
            use_safetensors=True,
            dtype=torch.float32,
            ignore_mismatched_sizes=True,
            output_loading_info=True,
        )
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise UnsafeCheckpoint(f"The model {folder.name} cannot be loaded: {str(error)[:200]}") from error
    mismatched = {entry[0] if isinstance(entry, tuple) else entry for entry in info["mismatched_keys"]}
    return LoadedModel(model, frozenset(info["missing_keys"]) | frozenset(mismatched))


def read_config(folder: Path, architectures: tuple[str, ...]) -> Any:
    """The configuration without keys that load anything. Raises `UnsafeCheckpoint`."""
    try:
        if (folder / _CONFIG).stat().st_size > _MAX_CONFIG:
            raise UnsafeCheckpoint(f"config.json of {folder.name} is larger than {_MAX_CONFIG:,} bytes.")
        content = json.loads((folder / _CONFIG).read_bytes())
        kind = content.get("model_type") if isinstance(content, dict) else None
        if kind not in architectures:
            raise UnsafeCheckpoint(
                f"The model {folder.name} is of the type {str(kind)[:40]}.",
                hint=f"It must be one of {', '.join(architectures)}.",
            )
        for name, value in content.items():
            if "layers" in name and isinstance(value, int) and value > _MAX_LAYERS:
                raise UnsafeCheckpoint(f"config.json of {folder.name} asks for {value} layers.")
            if name in _COUNTS and isinstance(value, int) and value > _COUNTS[name]:
                raise UnsafeCheckpoint(f"config.json of {folder.name} asks for {value:,} {name}.")
            if isinstance(value, list) and len(value) > _MAX_LIST:
                raise UnsafeCheckpoint(f"config.json of {folder.name} has {len(value):,} entries in {name[:40]}.")
        return CONFIG_MAPPING[kind].from_dict({k: v for k, v in content.items() if k not in _LOADING})
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError, StrictDataclassError) as error:
        raise UnsafeCheckpoint(f"config.json of {folder.name} cannot be used: {str(error)[:200]}") from error


def _configured_parameters(config: Any, auto: Any) -> int:
    """The number of parameters that the configuration describes, without allocating them. Raises `ValueError`."""
    try:
        with torch.device("meta"):
            return sum(parameter.numel() for parameter in auto.from_config(config).parameters())
    except (RuntimeError, ArithmeticError, AssertionError, AttributeError, IndexError) as error:
        raise ValueError(f"its configuration describes no model: {error}") from error


def _stored_parameters(folder: Path) -> int:
    total = 0
    for path in _weights(folder):
        with safe_open(path, framework="pt") as tensors:
            total += sum(math.prod(tensors.get_slice(name).get_shape()) for name in tensors.keys())  # noqa: SIM118
    return total


def _weights(folder: Path) -> list[Path]:
    if (folder / WEIGHTS).is_file():
        return [folder / WEIGHTS]
    if not (folder / _INDEX).is_file():
        raise UnsafeCheckpoint(
            f"The model {folder.name} has no {WEIGHTS}; pickled weights (.bin, .pth) are not opened.",
            hint="On the Hub, look for a revision with safetensors: its converter often offers one as refs/pr/….",
        )
    try:
        shards = set(json.loads((folder / _INDEX).read_bytes())["weight_map"].values())
    except (AttributeError, RecursionError) as error:
        raise UnsafeCheckpoint(f"{_INDEX} of {folder.name} cannot be used: {str(error)[:200]}") from error
    if any(Path(name).name != name or not name.endswith(".safetensors") for name in shards):
        raise UnsafeCheckpoint(f"{_INDEX} of {folder.name} names a file outside its folder.")
    return [folder / name for name in sorted(shards)]
