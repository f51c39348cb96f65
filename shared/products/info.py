"""The description file in a product's folder: its kind, and the run and step of its checkpoint."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from shared.vits.config import TextInput

VOICE = "voice.json"
MODEL = "sokhan-model.json"


class Origin(BaseModel):
    """`version` counts the publications under one name, from 1."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)

    name: Annotated[str, StringConstraints(min_length=1, max_length=96)]
    run_id: str
    step: int
    version: int = 1


class VoiceInfo(Origin):
    """`sample_rate` in Hz. For an imported voice, `step` is the step of the imported checkpoint.

    `quality`: the checkpoint's figures, see docs/quality.md.
    """

    schema_: Literal["sokhan.voice/1"] = Field("sokhan.voice/1", alias="schema")
    language: str = "fa"
    sample_rate: int
    text_input: TextInput
    source: Literal["training", "import"] = "training"
    quality: Annotated[dict[str, float], Field(max_length=32)] = Field(default_factory=dict)


class ModelInfo(Origin):
    schema_: Literal["sokhan.model/1"] = Field("sokhan.model/1", alias="schema")
    recipe: str
    language: str = "fa"
    source: Literal["training"] = "training"


def read_info(folder: Path) -> VoiceInfo | ModelInfo:
    """The description of a product. Raises `OSError`, `pydantic.ValidationError`."""
    if (folder / VOICE).exists():
        return VoiceInfo.model_validate_json((folder / VOICE).read_bytes())
    return ModelInfo.model_validate_json((folder / MODEL).read_bytes())
