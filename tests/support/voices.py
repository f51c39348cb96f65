"""One sentence out of a loaded voice, and small voices that have learned nothing: they hum, which is enough."""

from __future__ import annotations

from pathlib import Path

from services.synth.engines import Samples, SpeakingVoice, SynthesisInput
from shared.products import Origin, publish
from shared.vits.config import VoiceConfig, write_config
from shared.vits.model import build, generator_state, save_tensors
from shared.vits.presets import preset


def say(
    voice: SpeakingVoice,
    text: str,
    *,
    speed: float = 1.0,
    noise: float | None = None,
    seed: int | None = None,
    speaker: str | None = None,
) -> Samples:
    (spoken,) = voice.speak([SynthesisInput(text, speed=speed, noise=noise, seed=seed, speaker=speaker)])
    return spoken.samples


def write_voice(folder: Path, config: VoiceConfig | None = None, *, seed: int = 1) -> Path:
    """A voice folder as the trainer publishes it; its parent's parent is the data tree or any scratch folder."""
    config = config or preset("tiny")
    scratch = folder.parent / f".{folder.name}"
    scratch.mkdir(parents=True)
    save_tensors(generator_state(build(config, seed=seed)), scratch / "model.safetensors")
    write_config(scratch, config)
    origin = Origin(name=folder.name, run_id="r", step=1)
    return publish(scratch, folder, recipe="vits", origin=origin, scratch=folder.parent / ".tmp")
