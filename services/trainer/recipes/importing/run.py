"""Executes an import: from its spec to the published voice. The pickle is never loaded in this process."""

from __future__ import annotations

import time
from typing import cast

from services.trainer.interface.channel import Channel
from services.trainer.interface.controls import Controls
from services.trainer.interface.protocol import Finished, Log, RunSpec
from services.trainer.recipes.importing import IMPORT, ImportParameters
from services.trainer.recipes.importing.files import pick_checkpoint, pick_config
from services.trainer.recipes.importing.protocol import READER, ReadAnswer, ReadRequest
from shared.contracts.errors import Validation
from shared.contracts.holding import owned_by
from shared.files.atomic import remove_tree
from shared.products import Origin, publish
from shared.sandbox.run import run_sandboxed
from shared.vits.config import read_config

_READ = "services.trainer.recipes.importing.reader:read"


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
            checkpoint=checkpoint.absolute(), config=config.absolute(), language=parameters.language,
            output=output.absolute(),
        )  # fmt: skip
        answer = run_sandboxed(
            _READ, request, ReadAnswer, READER, readable=[checkpoint, config], writable=[output],
            stop=lambda: controls.requested == "pause",
        )  # fmt: skip
        if answer is None:
            return Finished(step=0, reason="paused", best_step=None, last_step=None, product=None)
        read_config(output)
        _log(channel, _summary(answer))
        origin = Origin(name=spec.product_name, run_id=spec.run_id, step=answer.step or 0)
        product = publish(
            output, spec.product_folder, recipe=spec.recipe, origin=origin, scratch=spec.scratch,
            access=owned_by(spec.owner),
        )  # fmt: skip
        return Finished(step=0, reason="completed", best_step=None, last_step=None, product=product)
    finally:
        remove_tree(output)


def _summary(answer: ReadAnswer) -> str:
    steps = f", made at Coqui's step {answer.step:,}" if answer.step is not None else ""
    return f"{answer.parameters:,} parameters, {answer.symbols} symbols{steps}: all tensors fit."


def _log(channel: Channel, message: str) -> None:
    channel.send(Log(level="info", message=message, time=time.time()))
