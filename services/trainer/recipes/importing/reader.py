"""`python -m services.trainer.recipes.importing.reader`: reads a foreign checkpoint, writes a clean voice, and exits.

All modules are imported first; then the process drops network, programs and memory; only then does it read a foreign
file.
"""

from __future__ import annotations

import os
import sys

from services.trainer.recipes.importing.checkpoint import load_checkpoint
from services.trainer.recipes.importing.limits import MOST_BYTES, limit_everything, limit_for
from services.trainer.recipes.importing.protocol import ReadAnswer, ReadRequest
from services.trainer.recipes.importing.sandbox import die_with_parent, enter_sandbox
from services.trainer.recipes.importing.translate import read_coqui_config
from services.trainer.recipes.importing.weights import generator_tensors
from shared.contracts.errors import UnsafeCheckpoint
from shared.vits.config import WEIGHTS, write_config
from shared.vits.loading import expected_tensors
from shared.vits.model import save_tensors
from shared.vits.shapes import size_of

_MAX_REQUEST_BYTES = 1 << 16


def main() -> int:
    """Write the answer to stdout, also for a refused file. Returns 0."""
    answer_to = os.dup(1)
    os.dup2(2, 1)  # keeps the output of libraries out of the answer
    request = ReadRequest.model_validate_json(sys.stdin.buffer.readline(_MAX_REQUEST_BYTES))
    die_with_parent(request.parent)
    try:
        enter_sandbox()
        limit_everything()
        answer = read(request)
    except UnsafeCheckpoint as error:
        answer = ReadAnswer(error=error.message, hint=error.hint)
    except MemoryError:
        answer = ReadAnswer(
            error=f"The checkpoint asks for more memory than its size explains (at most {MOST_BYTES >> 30} GB).",
            hint="It is damaged, or made to exhaust the machine.",
        )
    except RecursionError:
        answer = ReadAnswer(error="The checkpoint is nested too deeply.")
    os.write(answer_to, answer.model_dump_json().encode() + b"\n")
    return 0


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


if __name__ == "__main__":
    # Not sys.exit: the finalizers of objects from a hostile file must not run.
    os._exit(main())
