"""Reads a foreign checkpoint and writes a clean voice, in the sandbox (`shared.sandbox`).

The memory is limited twice: for the config, which allocates no weights, and then by the sizes of checkpoint and model.
"""

from __future__ import annotations

from services.trainer.recipes.importing.checkpoint import load_checkpoint
from services.trainer.recipes.importing.protocol import MOST_BYTES, ReadAnswer, ReadRequest
from services.trainer.recipes.importing.translate import read_coqui_config
from services.trainer.recipes.importing.weights import generator_tensors
from shared.sandbox.limits import limit_files, limit_memory
from shared.vits.config import WEIGHTS, write_config
from shared.vits.loading import expected_tensors
from shared.vits.model import save_tensors
from shared.vits.shapes import size_of

_MIB = 1 << 20


def read(request: ReadRequest) -> ReadAnswer:
    """Translate the config, check the tensors, write the voice. Raises `UnsafeCheckpoint`, `MemoryError`."""
    translated = read_coqui_config(request.config, language=request.language)
    expected = expected_tensors(translated.config)
    limit_for(request.checkpoint.stat().st_size, size_of(expected))
    loaded = load_checkpoint(request.checkpoint)
    tensors = generator_tensors(loaded.model, expected, translated.vocabulary)
    save_tensors(tensors, request.output / WEIGHTS)
    write_config(request.output, translated.config)
    return ReadAnswer(
        parameters=sum(tensor.numel() for tensor in tensors.values()),
        symbols=len(translated.vocabulary.rows),
        step=loaded.step,
        epoch=loaded.epoch,
    )


def limit_for(file_bytes: int, model_bytes: int) -> int:
    """Set the final limits of memory and output files for a checkpoint and a model of these sizes. Returns the bytes.

    The file counts twice, mapped or read and as tensors; the model three times, extracted, as bytes to write, and for
    torch's temporary copies in another memory layout.
    """
    allowed = min(MOST_BYTES, 2 * file_bytes + 3 * model_bytes + 256 * _MIB)
    limit_memory(allowed, allowed)
    limit_files(model_bytes + 16 * _MIB)
    return allowed
