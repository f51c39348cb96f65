"""Converts exceptions into `Failed` messages with a hint for the user."""

from __future__ import annotations

from pydantic import ValidationError

from services.trainer.interface.protocol import Failed
from shared.contracts.errors import Internal, NoSpace, OutOfMemory, SokhanError, Validation
from shared.contracts.sentences import sentence
from shared.files.disk import disk_is_full

# torch raises plain RuntimeError when the CPU allocator fails, safetensors its own error when the disk is full.
_OUT_OF_MEMORY = ("not enough memory", "can't allocate memory", "out of memory", "Cannot allocate memory")
_NO_SPACE = ("No space left on device", "os error 28", "Disk quota exceeded")


def to_failed(error: BaseException) -> Failed:
    """The message for an exception."""
    converted = _convert(error)
    return Failed(code=converted.code, message=converted.message, hint=converted.hint)


def is_expected(error: BaseException) -> bool:
    """Whether the message explains the failure without a traceback."""
    return not isinstance(_convert(error), Internal)


def _convert(error: BaseException) -> SokhanError:
    if isinstance(error, SokhanError):
        return error
    text = str(error)
    if isinstance(error, MemoryError) or any(sign in text for sign in _OUT_OF_MEMORY):
        return OutOfMemory(
            "The run needs more memory than is available.",
            hint="Lower batch_size (and raise gradient_accumulation instead), or max_audio_seconds or max_length.",
        )
    if disk_is_full(error) or any(sign in text for sign in _NO_SPACE):
        return NoSpace(
            "The disk is full; the checkpoint was not written. Earlier checkpoints are intact.",
            hint="Free some space or lower keep_checkpoints, then resume the run.",
        )
    if isinstance(error, ValidationError):
        return Validation(f"The run's specification is refused: {sentence(error.errors()[0])}.")
    return Internal("The run ended on an unexpected error; the run's log has the details.")
