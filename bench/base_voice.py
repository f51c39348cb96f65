"""Makes the base voice of services/scanner/voices from a run of preset `small` on `bench.espeak_corpus`.

    python -m bench.base_voice recognizer TEXT FILE            a phoneme recogniser of many speakers of espeak-ng
    python -m bench.base_voice measure FILE DATASET CHECKPOINT…  figures of checkpoints, one line each
    python -m bench.base_voice export CHECKPOINT FILE FOLDER   the voice in half precision

The recogniser has not heard the sentences that the run holds back, nor the speaker of the demonstration.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
from functools import partial
from pathlib import Path
from typing import cast

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from bench.espeak_corpus import cut, speak
from services.trainer.recipes.vits.dataset import Example, SpeechCorpus, read_corpus
from services.trainer.recipes.vits.parameters import VitsParameters
from shared.persian.espeak import SAMPLE_RATE
from shared.persian.frontend import Frontend
from shared.products import Origin, VoiceInfo
from shared.quality.acoustics import compare, mean_figures
from shared.quality.phonemes import edit_distance, split_phonemes
from shared.quality.recognizer import RECOGNIZER, load_recognizer
from shared.quality.recognizer_training import SpokenExample, train_recognizer
from shared.vits.audio import read_mono
from shared.vits.config import CONFIG, WEIGHTS, VoiceConfig, read_config
from shared.vits.inference import InferenceInput, infer
from shared.vits.loading import load_voice
from shared.vits.model import Network
from shared.vits.presets import preset

VALIDATION = 0.09
"""The share of the run; the same split as its recipe makes."""
_VARIANTS = ("", "", "f1", "f3", "f4", "m1", "m3", "m5", "m7", "klatt2", "Annie", "Michael")
_PITCHES = (30, 70)
_SENTENCES = 1500
_SEED = 5


def make_recognizer(text: Path, target: Path, heldout: frozenset[str]) -> None:
    """Sentences in turn by different speakers and pitches, without those in `heldout`."""
    rng, frontend = random.Random(_SEED), Frontend()
    sentences = [piece for piece in cut(text.read_text(encoding="utf-8")) if piece not in heldout][:_SENTENCES]
    examples = [
        SpokenExample(
            partial(speak, sentence, variant=rng.choice(_VARIANTS), pitch=rng.randint(*_PITCHES)),
            SAMPLE_RATE,
            split_phonemes(frontend.phonemes(sentence)),
        )
        for sentence in sentences
    ]
    recognizer = train_recognizer(examples, seed=_SEED, epochs=20, channels=112, blocks=6, log=print)
    recognizer.save(target)


def corpus_of(dataset: Path, config: VoiceConfig) -> SpeechCorpus:
    """The examples of the run, split as its recipe does."""
    defaults = VitsParameters()
    return read_corpus(
        (dataset,),
        config,
        Frontend(),
        max_seconds=defaults.max_audio_seconds,
        validation_fraction=VALIDATION,
        seed=defaults.seed,
    )


def measure(recognizer: Path, dataset: Path, checkpoint: Path, most: int) -> dict[str, float]:
    """The figures of a checkpoint on held-back sentences; `recording_per`: of the recordings themselves."""
    network, config = load_voice(checkpoint, torch.device("cpu"))
    listener, frontend = load_recognizer(recognizer), Frontend()
    rate = config.audio.sample_rate
    examples: list[Example] = sorted(corpus_of(dataset, config).validation, key=lambda example: example.id)[:most]
    errors = own_errors = count = 0
    figures = []
    for example in examples:
        recording = read_mono(example.audio, rate)
        (spoken,) = infer(cast("Network", network), [InferenceInput(list(example.tokens), seed=1)])
        expected = split_phonemes(frontend.phonemes(example.text))
        errors += edit_distance(expected, listener.recognize(spoken.samples, rate))
        own_errors += edit_distance(expected, listener.recognize(recording, rate))
        count += len(expected)
        figures.append(compare(recording, rate, spoken.samples, rate))
    return {"per": errors / count, "recording_per": own_errors / count, **mean_figures(figures)}


def export(checkpoint: Path, recognizer: Path, folder: Path) -> None:
    """Write the voice in half precision; the model card is written by hand."""
    folder.mkdir(parents=True, exist_ok=True)
    for source, target in ((checkpoint / WEIGHTS, WEIGHTS), (recognizer, RECOGNIZER)):
        _halve(source, folder / target)
    shutil.copyfile(checkpoint / CONFIG, folder / CONFIG)
    config = read_config(folder)
    origin = Origin(name=folder.name, run_id="base", step=int(checkpoint.name))
    info = VoiceInfo(**origin.model_dump(), sample_rate=config.audio.sample_rate, text_input=config.text_input)
    (folder / "voice.json").write_text(info.model_dump_json(by_alias=True, indent=1), encoding="utf-8")


def _halve(source: Path, target: Path) -> None:
    with safe_open(source, "pt") as file:
        metadata = file.metadata()
    save_file({name: tensor.half() for name, tensor in load_file(source).items()}, target, metadata)


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.base_voice", description=__doc__.split("\n")[0] if __doc__ else "")
    commands = parser.add_subparsers(dest="command", required=True)
    training = commands.add_parser("recognizer")
    training.add_argument("text", type=Path)
    training.add_argument("target", type=Path)
    training.add_argument("--dataset", type=Path, required=True, help="the run's, for its held-back sentences")
    measuring = commands.add_parser("measure")
    measuring.add_argument("recognizer", type=Path)
    measuring.add_argument("dataset", type=Path)
    measuring.add_argument("checkpoints", type=Path, nargs="+")
    measuring.add_argument("--most", type=int, default=100, help="sentences (default: %(default)s)")
    exporting = commands.add_parser("export")
    exporting.add_argument("checkpoint", type=Path)
    exporting.add_argument("recognizer", type=Path)
    exporting.add_argument("folder", type=Path)
    options = parser.parse_args()
    if options.command == "recognizer":
        heldout = frozenset(example.text for example in corpus_of(options.dataset, preset("small")).validation)
        make_recognizer(options.text, options.target, heldout)
    elif options.command == "measure":
        for checkpoint in options.checkpoints:
            figures = measure(options.recognizer, options.dataset, checkpoint, options.most)
            print(json.dumps({"checkpoint": checkpoint.name, **figures}), flush=True)
    else:
        export(options.checkpoint, options.recognizer, options.folder)


if __name__ == "__main__":
    main()
