"""Hints as data: the next step and its target. Each client phrases it in its own terms.

`IN_HTTP` is the text for API clients, in the field `hint`. The command line has its own (`cli/hints.py`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict

from pydantic import BaseModel, Field


class Action(StrEnum):
    """The names are stable: clients choose their texts by them."""

    ADD_TO_CATALOG = "add_to_catalog"
    AUTHENTICATE = "authenticate"
    CHANGE_CATALOG_PATTERNS = "change_catalog_patterns"
    CHOOSE_KIND = "choose_kind"
    IMPORT_MODEL = "import_model"
    LIST_CATALOG = "list_catalog"
    LIST_CHECKPOINTS = "list_checkpoints"
    LIST_DATASETS = "list_datasets"
    LIST_INSTALLED = "list_installed"
    LIST_MODELS = "list_models"
    LIST_RECIPES = "list_recipes"
    LIST_VOICES = "list_voices"
    SEE_FIELDS = "see_fields"
    START_DOWNLOAD = "start_download"
    STORE_HUB_TOKEN = "store_hub_token"  # noqa: S105 - the name of an action
    UNDEPLOY = "undeploy"
    UPLOAD_DATASET = "upload_dataset"
    WAIT_FOR_DOWNLOAD = "wait_for_download"


@dataclass(frozen=True, slots=True)
class Hint:
    """`target`: the id or name that the action applies to; empty without one."""

    action: Action
    target: str = ""


class HintData(BaseModel):
    """The fields of an error that carry its hint as data; absent from the JSON of other errors."""

    action: Action | None = Field(None, exclude_if=lambda action: action is None, description="the hint as data")
    target: str | None = Field(None, exclude_if=lambda target: target is None, description="what the action is about")


class HintFields(TypedDict):
    action: Action | None
    target: str | None


def hint_fields(hint: Hint | None) -> HintFields:
    """The values of `HintData` for a hint."""
    return {"action": hint.action if hint else None, "target": hint.target or None if hint else None}


IN_HTTP: dict[Action, str] = {
    Action.ADD_TO_CATALOG: "An administrator adds it: sokhan catalog add {target}, or POST /api/sources/catalog.",
    Action.AUTHENTICATE: "Send “Authorization: Bearer <SOKHAN_TOKEN, access token or API key>”; never in the address. "
    "A page opens a socket with ?ticket= of POST /api/auth/ticket.",
    Action.CHANGE_CATALOG_PATTERNS: "PATCH its include and exclude.",
    Action.CHOOSE_KIND: "Say which: kind=model or kind=dataset.",
    Action.IMPORT_MODEL: "Import it first: POST /api/training with the recipe import and baseModel {target}.",
    Action.LIST_CATALOG: "GET /api/sources/catalog lists what there is.",
    Action.LIST_CHECKPOINTS: "GET …/checkpoints lists what there is.",
    Action.LIST_DATASETS: "GET /api/datasets lists what is here; POST /api/datasets uploads one.",
    Action.LIST_INSTALLED: "GET /api/sources/installed lists what there is.",
    Action.LIST_MODELS: "GET /v1/models lists them.",
    Action.LIST_RECIPES: "GET /api/training/recipes lists what there is.",
    Action.LIST_VOICES: "GET /v1/audio/voices lists them.",
    Action.SEE_FIELDS: "See /docs for the fields.",
    Action.START_DOWNLOAD: "POST /api/models/download/start starts its download.",
    Action.STORE_HUB_TOKEN: "PUT /api/settings/huggingface/token stores one.",
    Action.UNDEPLOY: "Undeploy it first.",
    Action.UPLOAD_DATASET: "curl -F name=my-voice -F file=@my-voice.zip …/api/datasets",
    Action.WAIT_FOR_DOWNLOAD: "Wait for it, pause it or cancel it; the limit is SOKHAN_DOWNLOADS_PER_USER.",
}


def in_http(hint: Hint) -> str:
    return IN_HTTP[hint.action].format(target=hint.target)
