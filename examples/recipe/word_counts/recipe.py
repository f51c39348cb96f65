"""What the recipe is called, takes and makes. The supervisor imports this module: nothing heavy belongs here."""

from __future__ import annotations

from services.trainer.interface.parameters import Parameters, parameter
from services.trainer.interface.recipe import RecipeSpec


class WordCountParameters(Parameters):
    smoothing: float = parameter(
        1.0, "Added to every count, so that an unknown word is not impossible.",
        "به هر شمارش افزوده می‌شود تا واژه‌ی ناشناخته ناممکن نباشد.", minimum=0.001, maximum=100,
    )  # fmt: skip


RECIPE = RecipeSpec(
    name="word_counts",
    title="Word counts (an example)",
    title_fa="شمارش واژه‌ها (نمونه)",
    parameters=WordCountParameters,
    datasets=("text",),
    base_models=(),
    task="word_counts.task:build_task",
    makes="model",
    torch=False,
)
