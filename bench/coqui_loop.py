"""`python -m bench.coqui_loop DATASET BATCHES BATCH_SIZE`: Coqui's own `Trainer` on our VITS, `tiny` on the CPU.

The same model, utterances, optimizers and clipping as our recipe. BATCHES is `own` for Coqui's data loader (which sorts
by length) or `ours` for the very batches of our recipe. Its logging, plots, test sentences, evaluation and checkpoints
are off; it loads in its own process. `bench/gpu_check` calls `train` with other presets, on a GPU and in bf16.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import torch

from services.trainer.interface.parameters import Precision
from services.trainer.recipes.vits.batches import batch_order, load_batches
from services.trainer.recipes.vits.dataset import SpeechCorpus, read_corpus
from services.trainer.recipes.vits.parameters import VitsParameters
from shared.files.ljspeech import read_utterances
from shared.persian.frontend import Frontend
from shared.vits.model import Batch, build
from shared.vits.presets import PresetName, preset

# After shared.vits, which lets Coqui's packages import without torchaudio.
from trainer import Trainer, TrainerArgs  # isort: skip
from trainer.logging.dummy_logger import DummyLogger  # isort: skip
from TTS.tts.utils.text.tokenizer import TTSTokenizer  # isort: skip

_NEVER = 10**9


@dataclass(frozen=True, slots=True)
class Options:
    """`device`: Coqui takes CUDA wherever torch sees it, so for `cpu` it must not (`CUDA_VISIBLE_DEVICES`)."""

    dataset: Path
    batch_size: int
    batches: Literal["own", "ours"] = "ours"
    preset: PresetName = "tiny"
    device: Literal["cpu", "cuda"] = "cpu"
    precision: Precision = "fp32"
    learning_rate: float = VitsParameters.model_fields["learning_rate"].default
    validation_fraction: float = VitsParameters.model_fields["validation_fraction"].default


class Quiet(Trainer):
    """Without what is not the loop: the best model at the end of every epoch, pictures at the first step."""

    def fit(self) -> None:
        """Without Coqui's handling of exceptions, which exits the process."""
        self._fit()

    def save_best_model(self) -> None:
        pass

    def update_training_dashboard_logger(self, batch: object = None, outputs: object = None) -> None:
        pass


class OurBatches:
    """What our recipe would give its loop, epoch by epoch."""

    def __init__(self, corpus: SpeechCorpus, settings: VitsParameters, sample_rate: int, device: torch.device) -> None:
        self._corpus, self._settings, self._rate, self._device = corpus, settings, sample_rate, device
        self._epoch = -1

    def __len__(self) -> int:
        return math.ceil(len(self._corpus.train) / self._settings.batch_size)

    def __iter__(self) -> Iterator[Batch]:
        self._epoch += 1
        examples, size = self._corpus.train, self._settings.batch_size
        order = batch_order(examples, size, seed=self._settings.seed, epoch=self._epoch)
        return load_batches(examples, order, sample_rate=self._rate, device=self._device, workers=0)


def samples(corpus: SpeechCorpus, dataset: Path) -> list[dict[str, str]]:
    """Coqui's rows: what our recipe trains on, as phonemes, so that both turn the same text into tokens."""
    frontend = Frontend()
    texts = {utterance.id: utterance.text for utterance in read_utterances(dataset)}
    return [
        {
            "text": frontend.phonemes(texts[example.id]), "audio_file": str(example.audio), "speaker_name": "",
            "language": "", "audio_unique_name": example.id, "root_path": str(dataset),
        }
        for example in corpus.train
    ]  # fmt: skip


def configure(settings: Any, parameters: VitsParameters, precision: Precision) -> None:
    settings.batch_size, settings.num_loader_workers, settings.epochs = parameters.batch_size, 0, _NEVER
    settings.lr_gen = settings.lr_disc = parameters.learning_rate
    settings.grad_clip = [parameters.gradient_clip, parameters.gradient_clip]
    settings.run_eval, settings.save_checkpoints = False, False
    # Of `precision` only this switch is read; bf16 needs no gradient scaler.
    settings.mixed_precision, settings.precision = precision == "bf16", "bf16"
    settings.print_step = settings.plot_step = settings.save_step = settings.test_delay_epochs = _NEVER
    settings.run_name = "bench"


def train(options: Options, on_step: Callable[[torch.nn.Module], None]) -> None:
    """Train until `on_step`, which is called with the model after each step, raises."""
    config = preset(options.preset)
    parameters = VitsParameters(
        batch_size=options.batch_size,
        learning_rate=options.learning_rate,
        validation_fraction=options.validation_fraction,
    )
    corpus = read_corpus(
        (options.dataset,), config, Frontend(), max_seconds=parameters.max_audio_seconds,
        validation_fraction=parameters.validation_fraction, seed=parameters.seed,
    )  # fmt: skip
    model: Any = build(config, seed=parameters.seed, discriminator=True)
    model.tokenizer, settings = TTSTokenizer.init_from_config(model.config)
    configure(settings, parameters, options.precision)
    model.config = settings
    # Coqui asks for a DataLoader and takes what has a length and can be gone through.
    ours: Any = OurBatches(corpus, parameters, config.audio.sample_rate, torch.device(options.device))
    with tempfile.TemporaryDirectory(prefix="sokhan-coqui-") as folder:
        trainer: Any = Quiet(
            TrainerArgs(), settings, folder, model=model, train_samples=samples(corpus, options.dataset),
            train_loader=ours if options.batches == "ours" else None, dashboard_logger=DummyLogger(),
            parse_command_line_args=False, callbacks={"on_train_step_end": lambda trainer: on_step(trainer.model)},
        )  # fmt: skip
        trainer.fit()


def main() -> None:
    from bench.pace import tell

    batches: Literal["own", "ours"] = "own" if sys.argv[2] == "own" else "ours"
    train(Options(Path(sys.argv[1]), int(sys.argv[3]), batches), lambda _: tell())


if __name__ == "__main__":
    main()
