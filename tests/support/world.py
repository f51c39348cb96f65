"""The conformance corpus under `tests/world/`: files and exchanges as the world sends them."""

from __future__ import annotations

import csv
import json
import random
from pathlib import Path
from typing import TypedDict

from tests.support.hub import TestHub

WORLD = Path(__file__).parents[1] / "world"


class HubName(TypedDict):
    name: str
    stored: bool


def rows(path: str) -> list[list[str]]:
    """The rows of a tab-separated file, every cell as it is."""
    with (WORLD / path).open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def hub_names() -> list[HubName]:
    found: list[HubName] = json.loads((WORLD / "hub/names.json").read_text(encoding="utf-8"))
    return found


def publish(hub: TestHub, name: str, repo: str) -> dict[str, bytes]:
    """Put a repository of `hub/repositories.json` on the hub as `repo`; its files."""
    shape = json.loads((WORLD / "hub/repositories.json").read_text(encoding="utf-8"))[name]
    source = random.Random(name)
    files = {path: source.randbytes(size) for path, size in shape["files"].items()}
    hub.put(repo, files, kind=shape["kind"])
    return files


class SpeechBody(TypedDict):
    name: str
    body: dict[str, object]
    meant: dict[str, object]


class DownloadBody(TypedDict):
    body: dict[str, object]
    meant: list[str | None] | None


def speech_bodies() -> list[SpeechBody]:
    found: list[SpeechBody] = json.loads((WORLD / "clients/speech.json").read_text(encoding="utf-8"))
    return found


def download_bodies() -> list[DownloadBody]:
    found: list[DownloadBody] = json.loads((WORLD / "clients/downloads.json").read_text(encoding="utf-8"))
    return found
