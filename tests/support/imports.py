"""Repositories as somebody else left them, and imports of them with the real reader."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import torch
from pydantic import JsonValue

from services.trainer.interface.controls import Controls
from services.trainer.interface.protocol import Finished, Log, Message, RunSpec
from services.trainer.recipes.importing.run import run_import
from shared.contracts.wire import ConfigValue
from tests.support.coqui import Json


@dataclass
class Told:
    """A `Channel` that remembers."""

    messages: list[Message] = field(default_factory=list)

    def send(self, message: Message) -> None:
        self.messages.append(message)

    @property
    def text(self) -> str:
        return "\n".join(m.message for m in self.messages if isinstance(m, Log))


@dataclass
class ImportFolder:
    """A data folder with one repository in it."""

    root: Path
    told: Told = field(default_factory=Told)
    controls: Controls = field(default_factory=Controls)

    @property
    def repository(self) -> Path:
        return self.root / "models" / "Somebody" / "persian-vits"

    @property
    def checkpoint(self) -> Path:
        return self.repository / "best_model_91000.pth"

    @property
    def product(self) -> Path:
        return self.root / "models" / "local" / "voice"

    def change_config(self, **changes: JsonValue) -> None:
        path = self.repository / "config.json"
        content: Json = json.loads(path.read_text(encoding="utf-8"))
        path.write_text(json.dumps({**content, **changes}), encoding="utf-8")

    def run(self, **config: ConfigValue) -> Finished:
        spec = RunSpec(
            run_id="0123456789abcdef",
            recipe="import",
            config=config,
            base_model=self.repository,
            checkpoints=self.root / "checkpoints" / "run",
            scratch=self.root / "tmp",
            product_folder=self.product,
            product_name="voice",
        )
        return run_import(spec, self.told, self.controls)

    def left_behind(self) -> list[str]:
        """Every file but the repository's."""
        files = [p for p in self.root.rglob("*") if p.is_file() and not p.is_relative_to(self.repository)]
        return sorted(str(p.relative_to(self.root)) for p in files)


@dataclass(frozen=True)
class Source:
    folder: Path
    network: torch.nn.Module
