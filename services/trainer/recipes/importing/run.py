"""Executes an import: from its spec to the published voice. The pickle is never loaded in this process."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from contextlib import suppress
from typing import cast

from pydantic import ValidationError

from services.trainer.interface.channel import Channel
from services.trainer.interface.controls import Controls
from services.trainer.interface.protocol import Finished, Log, RunSpec
from services.trainer.recipes.importing import IMPORT, ImportParameters
from services.trainer.recipes.importing.files import pick_checkpoint, pick_config
from services.trainer.recipes.importing.protocol import ReadAnswer, ReadRequest
from shared.contracts.errors import UnsafeCheckpoint, Validation
from shared.files.atomic import remove_tree
from shared.products import Origin, publish
from shared.vits.config import read_config

# A checkpoint of 1 GB takes some ten seconds from a slow disk.
_READ_S = 900.0
_POLL_INTERVAL_S = 0.2
_MAX_ANSWER_BYTES = 1 << 16
# The variables passed to the reader: no tokens, no addresses of a store.
_ENVIRONMENT = ("PATH", "PYTHONPATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "LD_LIBRARY_PATH")


def run_import(spec: RunSpec, channel: Channel, controls: Controls) -> Finished:
    """Import a voice. Raises `UnsafeCheckpoint` with the reason, `Validation`, `OSError`."""
    parameters = cast("ImportParameters", IMPORT.parse(spec.config))
    if spec.base_model is None:
        raise Validation("An import needs a baseModel: the repository with the checkpoint.")
    checkpoint = pick_checkpoint(spec.base_model, parameters.checkpoint)
    config = pick_config(spec.base_model, parameters.config)
    _log(channel, f"Reading {checkpoint.name} ({checkpoint.stat().st_size:,} bytes) with {config.name}.")
    # In the scratch folder, which the scanner cleans up after a kill.
    output = spec.scratch / f"import-{spec.run_id}"
    remove_tree(output)
    output.mkdir(parents=True)
    try:
        request = ReadRequest(
            checkpoint=checkpoint, config=config, language=parameters.language, output=output, parent=os.getpid()
        )
        answer = _read(request, controls)
        if answer is None:
            return Finished(step=0, reason="paused", best_step=None, last_step=None, product=None)
        if answer.error is not None:
            raise UnsafeCheckpoint(answer.error, hint=answer.hint)
        read_config(output)
        _log(channel, _summary(answer))
        origin = Origin(name=spec.product_name, run_id=spec.run_id, step=answer.step or 0)
        product = publish(output, spec.product_folder, recipe=spec.recipe, origin=origin, scratch=spec.scratch)
        return Finished(step=0, reason="completed", best_step=None, last_step=None, product=product)
    finally:
        remove_tree(output)


def _read(request: ReadRequest, controls: Controls) -> ReadAnswer | None:
    """Run the reader to its end. Returns its answer, or None if the run was paused."""
    with subprocess.Popen(
        [sys.executable, "-m", "services.trainer.recipes.importing.reader"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={name: os.environ[name] for name in _ENVIRONMENT if name in os.environ} | {"OMP_NUM_THREADS": "1"},
    ) as reader:
        try:
            assert reader.stdin is not None
            assert reader.stdout is not None
            with suppress(ConnectionError):  # it has ended; its exit status gives the reason
                reader.stdin.write(request.model_dump_json().encode() + b"\n")
                reader.stdin.close()
            deadline = time.monotonic() + _READ_S
            while reader.poll() is None:
                if controls.requested == "pause":
                    return None
                if time.monotonic() > deadline:
                    raise UnsafeCheckpoint(f"Reading the checkpoint took longer than {_READ_S:.0f} s.")
                time.sleep(_POLL_INTERVAL_S)
            return _answer(reader.stdout.read(_MAX_ANSWER_BYTES), reader.returncode)
        finally:
            reader.kill()


def _answer(line: bytes, status: int) -> ReadAnswer:
    try:
        return ReadAnswer.model_validate_json(line)
    except ValidationError as error:
        cause = f"signal {-status}" if status < 0 else f"exit status {status}"
        raise UnsafeCheckpoint(
            f"The reader ended without an answer ({cause}) while it read the checkpoint.",
            hint="It exceeded its limits of memory or time, or the file crashed the library that reads it.",
        ) from error


def _summary(answer: ReadAnswer) -> str:
    steps = f", made at Coqui's step {answer.step:,}" if answer.step is not None else ""
    return f"{answer.parameters:,} parameters, {answer.symbols} symbols{steps}: all tensors fit."


def _log(channel: Channel, message: str) -> None:
    channel.send(Log(level="info", message=message, time=time.time()))
