"""Loads a foreign graph in the sandbox and speaks a test sentence there, before the synth loads it.

An ONNX file is a program: it can loop, and take memory that no header declares. The other engines
build a known network, and compare it with the header of its weights first (`shared.vits.loading`, `vits_files`).
"""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel, ConfigDict

from services.synth.calibrate import measure_baseline
from services.synth.engines import engine_for, load_folder
from services.synth.engines.piper import PiperEngine
from services.synth.engines.piper_config import find_model
from shared.contracts.errors import OutOfMemory, SokhanError, UnsafeCheckpoint
from shared.sandbox.protocol import Sandbox, SandboxLimits
from shared.sandbox.run import run_sandboxed

_MIB = 1 << 20
# A Piper voice of 115 MB speaks the test sentence with 600 MB.
_MEMORY_BYTES = 1536 * _MIB
_CPU_SECONDS = 90  # a loop is ended after 60 by the engine; a slow machine takes 20
_COPIES = 4  # the file, its tensors, the optimised ones, and a temporary copy
_MAX_MODEL_BYTES = 1 << 30
_TASK = "services.synth.examining:speak_once"


class VoiceFolder(BaseModel):
    model_config = ConfigDict(frozen=True)

    folder: Path


class ExaminedVoice(BaseModel):
    """`samples`: of the test sentence."""

    model_config = ConfigDict(frozen=True)

    samples: int
    sample_rate: int


def examine_voice(folder: Path) -> None:
    """Blocking, a second. Raises `UnsafeCheckpoint`, `OutOfMemory`."""
    if not isinstance(engine_for(folder), PiperEngine):
        return
    model = find_model(folder)
    assert model is not None
    size = model.stat().st_size
    if size > _MAX_MODEL_BYTES:
        raise UnsafeCheckpoint(f"{model.name[:80]} has more than {_MAX_MODEL_BYTES:,} bytes.")
    limits = SandboxLimits(
        memory_bytes=_MEMORY_BYTES + _COPIES * size, cpu_seconds=_CPU_SECONDS, seconds=3.0 * _CPU_SECONDS
    )
    sandbox = Sandbox("The voice", UnsafeCheckpoint, limits, (OutOfMemory,))
    request = VoiceFolder(folder=folder.absolute())
    # A model that is a link to another disk stays usable; its tensors in other files must be in the folder.
    readable = [folder, model.resolve(), model.with_name(f"{model.name}.json").resolve()]
    run_sandboxed(_TASK, request, ExaminedVoice, sandbox, readable=readable)


def speak_once(request: VoiceFolder) -> ExaminedVoice:
    """Load a voice and speak the test sentence. Raises `UnsafeCheckpoint`, `OutOfMemory`."""
    voice = load_folder(request.folder, "cpu")
    try:
        baseline = measure_baseline(voice)
    except (OutOfMemory, MemoryError):
        raise
    except SokhanError as error:
        raise UnsafeCheckpoint(f"The voice cannot speak a test sentence: {error.message}") from error
    except Exception as error:  # a hostile graph may raise anything
        raise UnsafeCheckpoint(f"The voice cannot speak: {str(error)[:200]}") from error
    return ExaminedVoice(samples=len(baseline.samples), sample_rate=voice.sample_rate)
