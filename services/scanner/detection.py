"""Detects the type of an asset from names, small JSON files and magic bytes; nothing is unpickled.

Signatures: transformers (`config.json` with model_type or architectures), Coqui (`config.json` with model and audio, no
model_type), Piper (`X.onnx` + `X.onnx.json`), PEFT, diffusers, sentence-transformers, GGUF; datasets in LJSpeech's and
Common Voice's layout, parquet, arrow, tables and lines of text, and the Hub's README front matter.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path

from services.scanner.probes import Json, read_head, read_json
from shared.contracts.assets import AssetDetails, AssetKind
from shared.files import read_manifest
from shared.files.speech import speech_roots
from shared.text import suffix_of

UNKNOWN = "unknown"
_REPOSITORY = re.compile(r"[\w-][\w.-]{0,95}/[\w-][\w.-]{0,95}", re.ASCII)
COQUI_VOICE = "coqui_vits"
_TABLES = {
    ".parquet": "parquet",
    ".arrow": "arrow",
}  # checked before text, because text files next to them are usually lists
# Documents that do not make a folder a dataset.
_DOCUMENT = re.compile(r"(readme|licen[cs]e|notice|requirements|citation).*")
_MOST_SPEAKERS = 1000
_MOST_FIGURES = 32
# transformers' speech recognisers that shared/quality/transcription.py loads; a pre-trained model has another class.
_RECOGNISERS = frozenset({
    "Wav2Vec2ForCTC", "HubertForCTC", "Wav2Vec2BertForCTC", "WhisperForConditionalGeneration",
})  # fmt: skip
# MMS uses three-letter language codes, all others two-letter ones.
_ISO_639_1 = {"fas": "fa"}


@dataclass(frozen=True, slots=True)
class Detection:
    type: str
    details: AssetDetails = field(default_factory=AssetDetails)


def detect(folder: Path, kind: AssetKind, names: tuple[str, ...]) -> Detection:
    """The type and details of an asset. `names`: the files' paths relative to the folder. Blocking."""
    known = set(names)
    for detector in _DATASETS if kind == "dataset" else _MODELS:
        detection = detector(folder, known)
        if detection is not None:
            return detection
    return Detection(UNKNOWN)


def named_repository(folder: Path, names: Collection[str]) -> str | None:
    """The repository named in the config of a manually copied model; a fine-tune names its base model."""
    named = _json(folder / "config.json").get("_name_or_path") if "config.json" in names else None
    return named if isinstance(named, str) and _REPOSITORY.fullmatch(named) else None


def _json(path: Path) -> Json:
    return read_json(path) or {}


def _text(value: object) -> str | None:
    return value[:100] if isinstance(value, str) else None


def _number(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < 10**9 else None


def _inner(content: Json, name: str) -> Json:
    value = content.get(name)
    return value if isinstance(value, dict) else {}


def _figures(value: object) -> dict[str, float]:
    items = list(value.items())[:_MOST_FIGURES] if isinstance(value, dict) else ()
    return {
        name[:100]: float(figure)
        for name, figure in items
        if isinstance(figure, int | float) and abs(figure) < 10**9  # also refuses NaN
    }


def _names(value: object) -> tuple[str, ...]:
    """The names in a list, or the keys of a mapping from names to numbers."""
    items = value if isinstance(value, list | dict) else ()
    return tuple(name[:100] for name in list(items)[:_MOST_SPEAKERS] if isinstance(name, str))


def _marker(name: str, type_: str) -> Callable[[Path, set[str]], Detection | None]:
    def detector(_: Path, names: set[str]) -> Detection | None:
        return Detection(type_) if name in names else None

    return detector


def _config(folder: Path, names: set[str]) -> Detection | None:
    if "config.json" not in names:
        return None
    config = _json(folder / "config.json")
    if "model_type" in config or "architectures" in config:
        return Detection("transformers", _transformers(folder, names, config))
    if "model" in config and "audio" in config:
        architecture = _text(config["model"])
        ours = architecture == "vits" and "model.safetensors" in names and "voice.json" in names
        info = _json(folder / "voice.json") if ours else {}
        details = AssetDetails(
            architecture=architecture,
            sample_rate=_number(_inner(config, "audio").get("sample_rate")),
            language=_text(info.get("language")),
            quality=_figures(info.get("quality")),
            speakers=_names(config.get("speakers")),
            speaks=ours,
        )
        return Detection(COQUI_VOICE if architecture == "vits" else "coqui", details)
    return None


def _transformers(folder: Path, names: set[str], config: Json) -> AssetDetails:
    architecture = _text(config.get("model_type"))
    if architecture != "vits":
        return AssetDetails(architecture=architecture, transcribes=_transcribes(names, config))
    language = _text(_json(folder / "tokenizer_config.json").get("language"))
    return AssetDetails(
        architecture=architecture,
        sample_rate=_number(config.get("sampling_rate")),
        language=_ISO_639_1.get(language, language) if language else None,
        speaks={"model.safetensors", "vocab.json"} <= names,
    )


def _transcribes(names: set[str], config: Json) -> bool:
    """Whether it is a speech recogniser with a head, safe weights, and what turns audio into its input."""
    weights = {"model.safetensors", "model.safetensors.index.json"} & names
    return (
        bool(weights)
        and "preprocessor_config.json" in names
        and not _RECOGNISERS.isdisjoint(_names(config.get("architectures")))
    )


def _piper(folder: Path, names: set[str]) -> Detection | None:
    """A Piper voice. Several in one folder are not voices, because the folder's name would be ambiguous."""
    models = [name for name in sorted(names) if name.endswith(".onnx") and f"{name}.json" in names]
    for name in models:
        config = _json(folder / f"{name}.json")
        if "phoneme_id_map" in config:
            language = _text(_inner(config, "espeak").get("voice"))
            details = AssetDetails(
                sample_rate=_number(_inner(config, "audio").get("sample_rate")),
                language=language,
                speakers=_names(_inner(config, "speaker_id_map")),
                speaks=len(models) == 1 and language == "fa",
            )
            return Detection("piper", details)
    return None


def _gguf(folder: Path, names: set[str]) -> Detection | None:
    for name in names:
        if name.endswith(".gguf") and read_head(folder / name, 4) == b"GGUF":
            return Detection("gguf")
    return None


def _coqui_raw(_: Path, names: set[str]) -> Detection | None:
    """Several checkpoints and configs in one folder, as in Kamtera's repositories."""
    weights = any(n.endswith(".pth") for n in names)
    configs = any(n.startswith("config") and n.endswith(".json") for n in names)
    return Detection("coqui") if weights and configs else None


def _speech(_: Path, names: set[str]) -> Detection | None:
    roots = speech_roots(names)
    return Detection(roots[0].layout) if roots else None


def _uploaded_text(folder: Path, names: set[str]) -> Detection | None:
    """A dataset imported as text, whatever its files."""
    manifest = read_manifest(folder)
    statistics = manifest.statistics if manifest is not None else None
    return Detection("text") if statistics is not None and statistics.format == "text" else None


def _columnar(_: Path, names: set[str]) -> Detection | None:
    suffixes = {suffix_of(name) for name in names if not _DOCUMENT.fullmatch(name.rsplit("/", 1)[-1].lower())}
    for suffix, type_ in _TABLES.items():
        if suffix in suffixes:
            return Detection(type_)
    return Detection("text") if suffixes - {None, ".json"} else None


def _squad(folder: Path, names: set[str]) -> Detection | None:
    """SQuAD's own layout, detected by the first bytes: the file is one line of megabytes."""
    for name in sorted(names):
        if name.endswith(".json") and "/" not in name and b'"data"' in read_head(folder / name, 256):
            return Detection("text")
    return None


def _hub_card(folder: Path, names: set[str]) -> Detection | None:
    if "README.md" not in names:
        return None
    card = read_head(folder / "README.md", 64 * 1024)
    return Detection("hub_dataset") if card.startswith(b"---") and b"dataset_info:" in card else None


_MODELS = (
    _marker("adapter_config.json", "peft"),
    _marker("model_index.json", "diffusers"),
    _marker("modules.json", "sentence_transformers"),
    _config,
    _piper,
    _gguf,
    _coqui_raw,
)
_DATASETS = (_uploaded_text, _speech, _hub_card, _columnar, _squad)
