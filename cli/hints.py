"""The gateway's hints, phrased as commands."""

from __future__ import annotations

from collections.abc import Mapping

from pydantic import JsonValue

from shared.contracts.hints import Action

IN_COMMANDS: dict[Action, str] = {
    Action.ADD_TO_CATALOG: "An administrator adds it: sokhan catalog add {target}. "
    "`sokhan catalog` lists what may be pulled.",
    Action.AUTHENTICATE: "Sign in with `sokhan login`, or set SOKHAN_TOKEN to the gateway's token or an API key.",
    Action.CHANGE_CATALOG_PATTERNS: "`sokhan catalog add` it again with other --include and --exclude.",
    Action.CHOOSE_KIND: "Say which: --model or --dataset.",
    Action.IMPORT_MODEL: "Import it first: sokhan import {target}",
    Action.LIST_CATALOG: "`sokhan catalog` lists what there is.",
    Action.LIST_CHECKPOINTS: "`sokhan runs checkpoints RUN` lists what there is.",
    Action.LIST_DATASETS: "`sokhan installed` lists what is here; `sokhan datasets add` brings one.",
    Action.LIST_INSTALLED: "`sokhan installed` lists what there is.",
    Action.LIST_MODELS: "`sokhan voices` lists them.",
    Action.LIST_RECIPES: "`sokhan train --help` shows how to list them.",
    Action.LIST_VOICES: "`sokhan voices` lists them.",
    Action.SEE_FIELDS: "`--help` shows the command's options.",
    Action.START_DOWNLOAD: "`sokhan pull {target}` starts its download.",
    Action.STORE_HUB_TOKEN: "`sokhan token set` stores one.",
    Action.UNDEPLOY: "`sokhan runs undeploy` it first.",
    Action.UPLOAD_DATASET: "sokhan datasets add FOLDER --name my-voice",
    Action.WAIT_FOR_DOWNLOAD: "`sokhan jobs` shows it; wait for it, `sokhan pause` or `sokhan cancel` it; "
    "the limit is SOKHAN_DOWNLOADS_PER_USER.",
}


def hint_of(error: Mapping[str, JsonValue]) -> str | None:
    """The hint of an API error, as a command; the gateway's text for an action that this version does not know."""
    action = error.get("action")
    if isinstance(action, str) and action in set(Action):
        return IN_COMMANDS[Action(action)].format(target=error.get("target") or "")
    hint = error.get("hint")
    return str(hint) if hint else None
