"""The builders of the three recipes: read the data, load the model, create the task. Only the child imports them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, TypeVar

import transformers
from accelerate.utils import set_seed
from transformers import AutoModelForMaskedLM, AutoModelForSeq2SeqLM, AutoModelForSequenceClassification

from services.trainer.interface.task import TaskSpec
from services.trainer.recipes.text import ENCODER_DECODERS, ENCODERS, lora
from services.trainer.recipes.text.classification import Classification, ClassificationEncoder, ordered
from services.trainer.recipes.text.corpus import TextCorpus, read_corpus
from services.trainer.recipes.text.encode import RowEncoder
from services.trainer.recipes.text.masked_lm import MaskedLm, MaskedLmEncoder
from services.trainer.recipes.text.parameters import (
    ClassificationParameters,
    MaskedLmParameters,
    Seq2SeqParameters,
    TextParameters,
)
from services.trainer.recipes.text.seq2seq import Seq2Seq, Seq2SeqEncoder
from services.trainer.recipes.text.task import TextTask
from services.trainer.recipes.text.teacher import Teacher, load_teacher
from shared.contracts.errors import BadDataset, UnsafeCheckpoint, Validation
from shared.contracts.hints import Action, Hint
from shared.pretrained import load_model, load_tokenizer, read_config

TextP = TypeVar("TextP", bound=TextParameters)

# Its warnings are for interactive use; one line per row that is too long would fill a run's log.
_LOGGING: Any = transformers.logging
_LOGGING.set_verbosity_error()
_LOGGING.disable_progress_bar()


def build_masked_lm(spec: TaskSpec[MaskedLmParameters]) -> TextTask:
    """Raises `BadDataset`, `UnsafeCheckpoint`, `Validation`."""
    parameters, base = spec.parameters, _base(spec)
    tokenizer = _tokenizer(base, ENCODERS)
    if tokenizer.mask_token_id is None:
        raise Validation(f"The tokenizer of {base.name} has no mask token.", hint="Use BERT or a similar model.")
    data = _corpus(spec, MaskedLmEncoder(tokenizer, parameters, _longest(spec, base, ENCODERS)))
    model = _student(spec, AutoModelForMaskedLM, ENCODERS)
    vocabulary = min(len(tokenizer), model.config.vocab_size)
    teacher = _teacher(spec, AutoModelForMaskedLM, ENCODERS, tokenizer)
    return _task(spec, model, tokenizer, data, MaskedLm(tokenizer, vocabulary, parameters), teacher)


def build_classification(spec: TaskSpec[ClassificationParameters]) -> TextTask:
    """Raises `BadDataset`, `UnsafeCheckpoint`, `Validation`."""
    parameters, base = spec.parameters, _base(spec)
    tokenizer = _tokenizer(base, ENCODERS)
    data = _corpus(spec, ClassificationEncoder(tokenizer, parameters, _longest(spec, base, ENCODERS)))
    if len(data.report.labels) < 2:
        raise BadDataset(f"All samples have the label {', '.join(data.report.labels)}: there is nothing to classify.")
    known = read_config(base, ENCODERS).label2id
    order = ordered(data.report.labels, known)
    spec.log(f"The labels: {', '.join(order[:20])}{', …' if len(order) > 20 else ''}.")
    model = _student(
        spec,
        AutoModelForSequenceClassification,
        ENCODERS,
        num_labels=len(order),
        id2label=dict(enumerate(order)),
        label2id={label: number for number, label in enumerate(order)},
        problem_type="single_label_classification",
    )
    types = "token_type_ids" in tokenizer.model_input_names and getattr(model.config, "type_vocab_size", 0) > 1
    teacher = _teacher(spec, AutoModelForSequenceClassification, ENCODERS, tokenizer, order)
    objective = Classification(tokenizer, data.report.labels, order, token_types=types and bool(parameters.pair_column))
    return _task(spec, model, tokenizer, data, objective, teacher)


def build_seq2seq(spec: TaskSpec[Seq2SeqParameters]) -> TextTask:
    """Raises `BadDataset`, `UnsafeCheckpoint`, `Validation`."""
    parameters, base = spec.parameters, _base(spec)
    languages = {"src_lang": parameters.source_language, "tgt_lang": parameters.target_language}
    tokenizer = _tokenizer(base, ENCODER_DECODERS, **{name: code for name, code in languages.items() if code})
    longest = _longest(spec, base, ENCODER_DECODERS)
    target = min(parameters.max_target_length, _positions(base, ENCODER_DECODERS))
    data = _corpus(spec, Seq2SeqEncoder(tokenizer, parameters, longest, target))
    model = _student(spec, AutoModelForSeq2SeqLM, ENCODER_DECODERS)
    teacher = _teacher(spec, AutoModelForSeq2SeqLM, ENCODER_DECODERS, tokenizer)
    return _task(spec, model, tokenizer, data, Seq2Seq(tokenizer, model, parameters, target), teacher)


def _base(spec: TaskSpec[TextP]) -> Path:
    if spec.base_model is None:
        raise Validation("This recipe needs a base model.", hint=Hint(Action.LIST_INSTALLED))
    return spec.base_model


def _corpus(spec: TaskSpec[TextP], encoder: RowEncoder) -> TextCorpus:
    parameters = spec.parameters
    # The first process tokenises; the others load its files.
    with spec.accelerator.main_process_first():
        data = read_corpus(
            spec.datasets,
            encoder,
            _base(spec),
            fraction=parameters.validation_fraction,
            seed=parameters.seed,
        )
    spec.log(str(data))
    return data


def _tokenizer(base: Path, architectures: tuple[str, ...], **options: str) -> Any:
    """The base model's tokenizer. Raises `UnsafeCheckpoint` if it has ids beyond the model's vocabulary."""
    tokenizer, size = load_tokenizer(base, **options), read_config(base, architectures).vocab_size
    highest = max(tokenizer.get_vocab().values())
    if highest >= size:
        raise UnsafeCheckpoint(f"The tokenizer of {base.name} has the id {highest}; its model has {size} tokens.")
    return tokenizer


def _student(spec: TaskSpec[TextP], auto: Any, architectures: tuple[str, ...], **changes: object) -> Any:
    """The model to train: the base model, or the checkpoint's."""
    parameters = spec.parameters
    set_seed(parameters.seed)  # the initialisation of a new head or adapter is the same in every process
    # A checkpoint with adapters also has merged weights, but those are rounded: only base plus adapter is exact.
    folder = spec.resume if spec.resume is not None and not parameters.lora_rank else _base(spec)
    loaded = load_model(folder, auto, architectures, **changes)
    if parameters.lora_rank:
        lora.add_adapters(loaded.model, rank=parameters.lora_rank, alpha=parameters.lora_alpha, fresh=loaded.fresh)
        if spec.resume is not None:
            lora.load_adapters(loaded.model, spec.resume / "state")
    return loaded.model


def _teacher(
    spec: TaskSpec[TextP], auto: Any, architectures: tuple[str, ...], tokenizer: Any, labels: list[str] | None = None
) -> Teacher | None:
    if spec.teacher_model is None:
        return None
    return load_teacher(spec.teacher_model, auto, architectures, tokenizer, spec.accelerator, labels)


def _task(
    spec: TaskSpec[TextP], model: Any, tokenizer: Any, data: TextCorpus, objective: Any, teacher: Teacher | None
) -> TextTask:
    parameters = spec.parameters
    task = TextTask(
        model=model,
        tokenizer=tokenizer,
        parameters=parameters,
        corpus=data,
        objective=objective,
        accelerator=spec.accelerator,
        teacher=teacher,
    )
    if spec.resume is not None:
        task.load_optimizer(spec.resume)
    return task


def _longest(spec: TaskSpec[TextP], base: Path, architectures: tuple[str, ...]) -> int:
    """`max_length`, limited to the model's positions."""
    parameters = spec.parameters
    positions = _positions(base, architectures)
    if parameters.max_length > positions:
        spec.log(
            f"max_length is {parameters.max_length}, but the model reads at most {positions} tokens, which is used."
        )
    return min(parameters.max_length, positions)


def _positions(base: Path, architectures: tuple[str, ...]) -> int:
    config = read_config(base, architectures)
    if config.model_type in {"t5", "mt5"}:
        return 1 << 20  # relative positions have no limit
    # RoBERTa's positions start after the padding's.
    offset = config.pad_token_id + 1 if "roberta" in config.model_type else 0
    return int(config.max_position_embeddings) - offset
