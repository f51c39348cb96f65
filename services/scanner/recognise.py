"""What kind of thing is in a folder? Told from names, small JSON files and magic bytes; nothing is ever unpickled.

Signatures: transformers (`config.json` with model_type or architectures), Coqui (`config.json` with model and audio, no
model_type), Piper (`X.onnx` + `X.onnx.json`), PEFT, diffusers, sentence-transformers, GGUF; datasets in LJSpeech's and
Common Voice's layout, parquet, arrow, and the Hub's README front matter.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from shared.contracts.assets import AssetDetails, AssetKind

# The largest honest config.json known to us (a tokenizer's aside) has 200 kB.
_MAX_JSON = 4 * 1024 * 1024
UNKNOWN = "unknown"
COQUI_VOICE = "coqui_vits"
# MMS names languages by three letters, everybody else here by two.
_ISO_639_1 = {"fas": "fa"}

Json = Mapping[str, object]


@dataclass(frozen=True, slots=True)
class Recognition:
    type: str
    details: AssetDetails = field(default_factory=AssetDetails)


def recognise(folder: Path, kind: AssetKind, names: tuple[str, ...]) -> Recognition:
    """`names` are the files' paths relative to the folder."""
    known = set(names)
    recognisers = _DATASETS if kind == "dataset" else _MODELS
    for recogniser in recognisers:
        found = recogniser(folder, known)
        if found is not None:
            return found
    return Recognition(UNKNOWN)


def _json(path: Path) -> Json:
    """The object in the file, or nothing where it is too large, broken or no object."""
    try:
        if path.stat().st_size > _MAX_JSON:
            return {}
        content = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return content if isinstance(content, dict) else {}


def _text(value: object) -> str | None:
    return value[:100] if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9 else None


def _inner(content: Json, name: str) -> Json:
    value = content.get(name)
    return value if isinstance(value, dict) else {}


def _marker(name: str, type_: str) -> Callable[[Path, set[str]], Recognition | None]:
    def recogniser(_: Path, names: set[str]) -> Recognition | None:
        return Recognition(type_) if name in names else None

    return recogniser


def _config(folder: Path, names: set[str]) -> Recognition | None:
    if "config.json" not in names:
        return None
    config = _json(folder / "config.json")
    if "model_type" in config or "architectures" in config:
        return Recognition("transformers", _transformers(folder, names, config))
    if "model" in config and "audio" in config:
        architecture = _text(config["model"])
        ours = architecture == "vits" and "model.safetensors" in names and "voice.json" in names
        details = AssetDetails(
            architecture=architecture,
            sample_rate=_number(_inner(config, "audio").get("sample_rate")),
            language=_text(_json(folder / "voice.json").get("language")) if ours else None,
            speaks=ours,
        )
        return Recognition(COQUI_VOICE if architecture == "vits" else "coqui", details)
    return None


def _transformers(folder: Path, names: set[str], config: Json) -> AssetDetails:
    architecture = _text(config.get("model_type"))
    if architecture != "vits":
        return AssetDetails(architecture=architecture)
    language = _text(_json(folder / "tokenizer_config.json").get("language"))
    return AssetDetails(
        architecture=architecture,
        sample_rate=_number(config.get("sampling_rate")),
        language=_ISO_639_1.get(language, language) if language else None,
        speaks={"model.safetensors", "vocab.json"} <= names,
    )


def _piper(folder: Path, names: set[str]) -> Recognition | None:
    for name in sorted(names):
        if name.endswith(".onnx") and f"{name}.json" in names:
            config = _json(folder / f"{name}.json")
            if "phoneme_id_map" in config:
                return Recognition(
                    "piper",
                    AssetDetails(
                        sample_rate=_number(_inner(config, "audio").get("sample_rate")),
                        language=_text(_inner(config, "espeak").get("voice")),
                    ),
                )
    return None


def _gguf(folder: Path, names: set[str]) -> Recognition | None:
    for name in names:
        if name.endswith(".gguf"):
            with (folder / name).open("rb") as file:
                if file.read(4) == b"GGUF":
                    return Recognition("gguf")
    return None


def _coqui_raw(_: Path, names: set[str]) -> Recognition | None:
    """Several checkpoints and configs side by side, as Kamtera's voices have them."""
    weights = any(n.endswith(".pth") for n in names)
    configs = any(n.startswith("config") and n.endswith(".json") for n in names)
    return Recognition("coqui") if weights and configs else None


def _ljspeech(_: Path, names: set[str]) -> Recognition | None:
    wavs = any(n.startswith("wavs/") for n in names)
    return Recognition("ljspeech") if "metadata.csv" in names and wavs else None


def _common_voice(_: Path, names: set[str]) -> Recognition | None:
    clips = any(n.startswith("clips/") for n in names)
    return Recognition("common_voice") if "validated.tsv" in names and clips else None


def _columnar(_: Path, names: set[str]) -> Recognition | None:
    for ending, type_ in ((".parquet", "parquet"), (".arrow", "arrow"), (".jsonl", "text"), (".csv", "text")):
        if any(n.endswith(ending) for n in names):
            return Recognition(type_)
    return None


def _hub_card(folder: Path, names: set[str]) -> Recognition | None:
    if "README.md" not in names:
        return None
    with (folder / "README.md").open("rb") as file:
        head = file.read(64 * 1024)
    return Recognition("hub_dataset") if head.startswith(b"---") and b"dataset_info:" in head else None


_MODELS = (
    _marker("adapter_config.json", "peft"),
    _marker("model_index.json", "diffusers"),
    _marker("modules.json", "sentence_transformers"),
    _config,
    _piper,
    _gguf,
    _coqui_raw,
)
_DATASETS = (_ljspeech, _common_voice, _hub_card, _columnar)
