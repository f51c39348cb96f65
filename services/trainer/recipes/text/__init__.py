"""Fine-tunes text models in the Hub's layout: masked language models, classifiers, seq2seq. No torch: see `task`.

<checkpoint>/
  config.json  model.safetensors  tokenizer…     a complete model: `from_pretrained(folder)` loads it
  state/optimizers.safetensors                   and with LoRA `state/adapter.safetensors`
"""

from __future__ import annotations

from services.trainer.interface.recipe import RecipeSpec
from services.trainer.recipes.text.parameters import ClassificationParameters, MaskedLmParameters, Seq2SeqParameters

ENCODERS = ("bert", "roberta", "albert", "xlm-roberta", "distilbert")
ENCODER_DECODERS = ("t5", "mt5", "mbart")
_DATASETS = ("text", "parquet", "arrow", "hub_dataset", "common_voice")


def _models(architectures: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(f"transformers:{architecture}" for architecture in architectures)


MASKED_LM = RecipeSpec(
    name="masked_lm",
    title="A language model that fills gaps",
    title_fa="مدل زبانی جای‌خالی",
    parameters=MaskedLmParameters,
    datasets=_DATASETS,
    base_models=_models(ENCODERS),
    task="services.trainer.recipes.text.build:build_masked_lm",
    makes="model",
    needs_base=True,
    takes_teacher=True,
)
CLASSIFICATION = RecipeSpec(
    name="classification",
    title="A classifier of texts",
    title_fa="رده‌بندی متن",
    parameters=ClassificationParameters,
    datasets=_DATASETS[:-1],
    base_models=_models(ENCODERS),
    task="services.trainer.recipes.text.build:build_classification",
    makes="model",
    needs_base=True,
    takes_teacher=True,
)
SEQ2SEQ = RecipeSpec(
    name="seq2seq",
    title="Text to text: answers, summaries, translations",
    title_fa="متن به متن: پاسخ، خلاصه، ترجمه",
    parameters=Seq2SeqParameters,
    datasets=_DATASETS[:-1],
    base_models=_models(ENCODER_DECODERS),
    task="services.trainer.recipes.text.build:build_seq2seq",
    makes="model",
    needs_base=True,
    takes_teacher=True,
)

__all__ = ["CLASSIFICATION", "ENCODERS", "ENCODER_DECODERS", "MASKED_LM", "SEQ2SEQ"]
