"""`python -m bench.coqui_loop DATASET BATCHES BATCH_SIZE`: Coqui's own `Trainer` on our `tiny` VITS.

The same model, utterances, optimizers and clipping as our recipe. BATCHES is `own` for Coqui's data loader (which sorts
by length) or `ours` for the very batches of our recipe. Its logging, plots, test sentences, evaluation and checkpoints
are off; mixed precision is off; it loads in its own process.
"""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import torch

from bench.pace import tell
from services.trainer.recipes.vits.batches import batch_order, load_batches
from services.trainer.recipes.vits.dataset import SpeechCorpus, read_corpus
from services.trainer.recipes.vits.parameters import VitsParameters
from shared.files.ljspeech import read_utterances
from shared.persian import Frontend
from shared.vits.model import Batch, build
from shared.vits.presets import preset

# After shared.vits, which lets Coqui's packages import without torchaudio.
from trainer import Trainer, TrainerArgs  # isort: skip
from trainer.logging.dummy_logger import DummyLogger  # isort: skip
from TTS.tts.utils.text.tokenizer import TTSTokenizer  # isort: skip

_NEVER = 10**9


class Quiet(Trainer):
    """Without what is not the loop: the best model at the end of every epoch, pictures at the first step."""

    def save_best_model(self) -> None:
        pass

    def update_training_dashboard_logger(self, batch: object = None, outputs: object = None) -> None:
        pass


class OurBatches:
    """What our recipe would give its loop, epoch by epoch."""

    def __init__(self, corpus: SpeechCorpus, settings: VitsParameters, sample_rate: int) -> None:
        self._corpus, self._settings, self._rate, self._epoch = corpus, settings, sample_rate, -1

    def __len__(self) -> int:
        return math.ceil(len(self._corpus.train) / self._settings.batch_size)

    def __iter__(self) -> Iterator[Batch]:
        self._epoch += 1
        examples, size = self._corpus.train, self._settings.batch_size
        order = batch_order(examples, size, seed=self._settings.seed, epoch=self._epoch)
        return load_batches(examples, order, sample_rate=self._rate, device=torch.device("cpu"), workers=0)


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


def configure(settings: Any, parameters: VitsParameters) -> None:
    settings.batch_size, settings.num_loader_workers, settings.epochs = parameters.batch_size, 0, _NEVER
    settings.lr_gen = settings.lr_disc = parameters.learning_rate
    settings.grad_clip = [parameters.gradient_clip, parameters.gradient_clip]
    settings.run_eval, settings.mixed_precision, settings.save_checkpoints = False, False, False
    settings.print_step = settings.plot_step = settings.save_step = settings.test_delay_epochs = _NEVER
    settings.run_name = "bench"


def main() -> None:
    dataset, batches, batch_size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    config, parameters = preset("tiny"), VitsParameters(batch_size=batch_size)
    corpus = read_corpus(
        (dataset,), config, Frontend(), max_seconds=parameters.max_audio_seconds,
        validation_fraction=parameters.validation_fraction, seed=parameters.seed,
    )  # fmt: skip
    model: Any = build(config, seed=parameters.seed, discriminator=True)
    model.tokenizer, settings = TTSTokenizer.init_from_config(model.config)
    configure(settings, parameters)
    model.config = settings
    # Coqui asks for a DataLoader and takes what has a length and can be gone through.
    loader: Any = OurBatches(corpus, parameters, config.audio.sample_rate) if batches == "ours" else None
    with tempfile.TemporaryDirectory(prefix="sokhan-coqui-") as folder:
        trainer: Any = Quiet(
            TrainerArgs(), settings, folder, model=model, train_samples=samples(corpus, dataset), train_loader=loader,
            dashboard_logger=DummyLogger(), parse_command_line_args=False,
            callbacks={"on_train_step_end": lambda _: tell()},
        )  # fmt: skip
        trainer.fit()


if __name__ == "__main__":
    main()
