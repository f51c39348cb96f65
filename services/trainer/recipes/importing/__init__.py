"""Converts a foreign Coqui VITS checkpoint into a voice.

A `.pth` is a pickle, which is a program, so it is loaded only in a sandbox:

    run        the run's child: picks the two files, starts the reader, publishes its output
    reader     a function in a separate process: no network, no programs, bounded memory (`shared.sandbox`)
    translate  Coqui's config.json to a VoiceConfig by allow-list; `vocabulary`: the order of its symbols to ours
    checkpoint the tensors in the pickle, only by torch's weights-only unpickler
    weights    the comparison of every tensor with the model of the translated config

No torch here: see `reader`.
"""

from __future__ import annotations

from services.trainer.interface.recipe import RecipeSpec
from services.trainer.recipes.importing.parameters import ImportParameters

IMPORT = RecipeSpec(
    name="import",
    title="Import a Coqui VITS checkpoint",
    title_fa="وارد کردن صدای Coqui VITS",
    parameters=ImportParameters,
    datasets=(),
    # A repository with one config.json is recognised as coqui_vits, one with several as coqui.
    base_models=("coqui", "coqui_vits"),
    task="services.trainer.recipes.importing.run:run_import",
    makes="voice",
    needs_base=True,
    work="import",
)

__all__ = ["IMPORT", "ImportParameters"]
