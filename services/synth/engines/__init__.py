"""Speech engines. `engine_for` chooses one without importing torch; only its `load` does that."""

from __future__ import annotations

from pathlib import Path

from services.synth.engines.protocol import Samples, SpeakingVoice, SpeechEngine, Spoken, SynthesisInput
from shared.contracts.errors import UnsafeCheckpoint
from shared.products import VOICE
from shared.vits.config import CONFIG, WEIGHTS

VOCABULARY = "vocab.json"


def load_espeak() -> SpeakingVoice:
    """The built-in voice, which needs no folder."""
    from services.synth.engines.espeak import EspeakEngine

    return EspeakEngine().load(None, "cpu")


def load_folder(folder: Path, device: str = "auto") -> SpeakingVoice:
    """Load a voice. Blocking, a second or more: call it in a thread.

    Raises `UnsafeCheckpoint`, `OutOfMemory`, `Unavailable`.
    """
    return engine_for(folder).load(folder, device)


def engine_for(folder: Path) -> SpeechEngine:
    """The engine for a folder, by its file names. Raises `UnsafeCheckpoint` if no engine can load it."""
    if all((folder / name).is_file() for name in (WEIGHTS, CONFIG, VOICE)):
        from services.synth.engines.coqui import CoquiEngine

        return CoquiEngine()
    if (folder / CONFIG).is_file() and (folder / VOCABULARY).is_file():
        from services.synth.engines.transformers_vits import TransformersEngine

        return TransformersEngine()
    from services.synth.engines.piper import PiperEngine
    from services.synth.engines.piper_config import find_model

    if find_model(folder) is not None:
        return PiperEngine()
    raise UnsafeCheckpoint(
        f"{folder.name} is no voice that can be loaded here.",
        hint=f"It needs {WEIGHTS} and {CONFIG}, with {VOICE} (trained here) or {VOCABULARY} (transformers' VITS); "
        "or X.onnx and X.onnx.json (Piper).",
    )


__all__ = [
    "Samples",
    "SpeakingVoice",
    "SpeechEngine",
    "Spoken",
    "SynthesisInput",
    "engine_for",
    "load_espeak",
    "load_folder",
]
