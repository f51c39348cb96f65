"""Engines that speak. Which one a folder needs is told without loading torch; its load does that."""

from __future__ import annotations

from pathlib import Path

from services.synth.engines.protocol import Engine, SpeakingVoice
from shared.contracts.errors import UnsafeCheckpoint
from shared.vits.config import CONFIG
from shared.vits.voice import VOICE, WEIGHTS


def load_espeak() -> SpeakingVoice:
    """The voice that is always there and needs no folder."""
    from services.synth.engines.espeak import EspeakEngine

    return EspeakEngine().load(None, "cpu")


def load_folder(folder: Path, device: str = "auto") -> SpeakingVoice:
    """Blocking, a second or more: call it in a thread. Raises `UnsafeCheckpoint`, `OutOfMemory`."""
    return engine_for(folder).load(folder, device)


def engine_for(folder: Path) -> Engine:
    """Told from the names in the folder. Raises `UnsafeCheckpoint` for what no engine loads."""
    if all((folder / name).is_file() for name in (WEIGHTS, CONFIG, VOICE)):
        from services.synth.engines.coqui import CoquiEngine

        return CoquiEngine()
    raise UnsafeCheckpoint(
        f"{folder.name} is no voice that can be loaded here.",
        hint=f"A voice's folder holds {WEIGHTS}, {CONFIG} and {VOICE}, as a training run makes it.",
    )


__all__ = ["Engine", "SpeakingVoice", "engine_for", "load_espeak", "load_folder"]
