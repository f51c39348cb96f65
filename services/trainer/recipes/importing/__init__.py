"""Makes a voice of ours out of a Coqui VITS checkpoint that somebody else made.

A `.pth` is a pickle: a program. So it is never loaded where anything could be lost:

    run        the run's child: picks the two files, starts the reader, publishes what it wrote
    reader     a process of its own: no network, no programs, bounded memory (`sandbox`, `limits`)
    translate  Coqui's config.json into a VoiceConfig by allow-list; `vocabulary`: its symbols' order into ours
    checkpoint the tensors out of the pickle, with torch's weights-only unpickler and never another
    weights    every tensor compared with the model that the translated config builds

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
