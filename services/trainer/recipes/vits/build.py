"""Builds the task of a run: its data, its network, and the weights that it starts from."""

from __future__ import annotations

from services.trainer.interface.task import TaskSpec
from services.trainer.recipes.vits.dataset import find_speakers, read_corpus
from services.trainer.recipes.vits.finetuning import require_no_base, warn_of_differences
from services.trainer.recipes.vits.parameters import VitsParameters
from services.trainer.recipes.vits.quality import QualityMeter
from services.trainer.recipes.vits.task import VitsTask
from shared.contracts.readings import NEWEST
from shared.persian.frontend import Frontend
from shared.vits.config import WEIGHTS, VoiceConfig, read_config
from shared.vits.loading import require_fit
from shared.vits.presets import preset


def build_task(spec: TaskSpec[VitsParameters]) -> VitsTask:
    """Read the data, build the network, load the checkpoint or base model. Raises `BadDataset`, `UnsafeCheckpoint`,
    `Validation`.
    """
    parameters = spec.parameters
    if spec.base_model is None and spec.resume is None:
        require_no_base(parameters)
    config = _config(spec)
    frontend = Frontend(lexicon=spec.lexicon, reading=config.reading)
    corpus = read_corpus(
        spec.datasets,
        config,
        frontend,
        max_seconds=parameters.max_audio_seconds,
        validation_fraction=parameters.validation_fraction,
        seed=parameters.seed,
    )
    spec.log(str(corpus))
    if spec.base_model is not None:
        warn_of_differences(config, parameters, corpus)
    quality = QualityMeter(spec, config.audio.sample_rate, corpus, frontend)
    task = VitsTask(config, parameters, corpus, spec.accelerator, frontend, quality)
    if spec.resume is not None:
        task.load(spec.resume)
    elif spec.base_model is not None:
        task.start_from(spec.base_model)
    return task


def _config(spec: TaskSpec[VitsParameters]) -> VoiceConfig:
    """The voice's configuration: the checkpoint's, the base's or the preset's; with speakers if it has none yet."""
    parameters = spec.parameters
    source = spec.resume or spec.base_model
    if source is None:
        config = preset(parameters.preset, text_input=parameters.text_input)
    else:
        config = read_config(source)
        require_fit(config, source / WEIGHTS)
        if spec.resume is None:  # a fine-tuning learns the newest reading, whatever its base was trained with
            config = config.model_copy(update={"reading": NEWEST})
    if not parameters.multi_speaker or config.speakers or spec.resume is not None:
        return config
    speakers = find_speakers(spec.datasets, parameters.max_audio_seconds)
    return VoiceConfig.model_validate({**config.model_dump(by_alias=True), "speakers": speakers})
