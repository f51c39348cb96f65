"""Figures of a voice's quality at its checkpoints: held-back utterances, spoken and compared with their recordings."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import cast

import torch
from accelerate import Accelerator
from accelerate.utils import broadcast_object_list

from services.trainer.interface.task import TaskSpec
from services.trainer.recipes.vits.dataset import Example, SpeechCorpus
from services.trainer.recipes.vits.parameters import VitsParameters
from shared.audio.recording_info import UnreadableRecording
from shared.contracts.errors import SokhanError, UnsafeCheckpoint
from shared.persian.frontend import Frontend
from shared.quality.acoustics import AcousticFigures, compare, mean_figures
from shared.quality.figures import PREFIX
from shared.quality.intelligibility import ErrorCount, LetterListener, PhonemeListener, SpeechListener
from shared.quality.phonemes import split_phonemes
from shared.quality.recognizer import RECOGNIZER, PhonemeRecognizer, load_recognizer
from shared.quality.recognizer_training import SpokenExample, train_recognizer
from shared.vits.audio import Samples, read_mono
from shared.vits.inference import InferenceInput, infer
from shared.vits.model import Network

_SEED = 1
"""Of the speech: the same noise at each checkpoint, so that figures are comparable."""
_MOST_SECONDS = 3600.0
"""Of the recogniser's recordings: their features take 26 kB a second, and more do not make it much better."""


Speak = Callable[[torch.nn.Module, Example], Samples]


def _speak(network: torch.nn.Module, example: Example) -> Samples:
    """The network's reading of an example: samples [time] in [-1, 1] at the voice's rate."""
    (output,) = infer(cast("Network", network), [InferenceInput(example.tokens, seed=_SEED, speaker=example.speaker)])
    return output.samples


class QualityMeter:
    """Measures checkpoints of one run. Without an installed recogniser, the first measurement trains one."""

    def __init__(
        self,
        spec: TaskSpec[VitsParameters],
        rate: int,
        corpus: SpeechCorpus,
        frontend: Frontend,
        speak: Speak = _speak,
    ) -> None:
        """`rate`: of the voice, in Hz."""
        self._speak = speak
        self._settings, self._rate, self._frontend = spec.parameters, rate, frontend
        self._accelerator: Accelerator = spec.accelerator
        self._asr, self._log = spec.asr_model, spec.log
        self._held = corpus.validation[: spec.parameters.quality_utterances]
        trains = bool(self._held) and self._asr is None
        self._lessons = {example: self._phonemes(example) for example in self._teachers(corpus.train if trains else ())}
        folders = (spec.resume, spec.base_model) if trains else ()
        self._recognizer = self._stored([folder / RECOGNIZER for folder in folders if folder is not None])

    def measure(self, network: torch.nn.Module) -> dict[str, float]:
        """The figures by name; none if they are turned off or cannot be measured, which is logged.

        In a run of several processes the first one measures, and all return the same. Does not change torch's global
        random generators.
        """
        if not self._held:
            return {}
        values: list[dict[str, float] | None] = [None]
        if self._accelerator.is_main_process:
            values = [self._measured(network.eval())]
        if self._accelerator.num_processes > 1:
            broadcast_object_list(values)
        return values[0] or {}

    def save(self, folder: Path) -> None:
        """Store the run's recogniser in a checkpoint, for a resumed run and for runs that start from its voice."""
        if self._recognizer is not None:
            self._recognizer.save(folder / RECOGNIZER)

    def _measured(self, network: torch.nn.Module) -> dict[str, float]:
        try:
            listener = self._listener
            count = ErrorCount()
            figures = [self._measure_one(network, example, listener, count) for example in self._held]
        except (SokhanError, UnreadableRecording) as error:
            self._log(f"The quality of this checkpoint was not measured: {error}")
            return {}
        heard = {listener.figure: count.rate} if listener is not None else {}
        return {**{f"{PREFIX}{name}": value for name, value in mean_figures(figures).items()}, **heard}

    def _measure_one(
        self, network: torch.nn.Module, example: Example, listener: SpeechListener | None, count: ErrorCount
    ) -> AcousticFigures:
        samples = self._speak(network, example)
        if listener is not None:
            count.add(listener, example.text, samples, self._rate)
        return compare(read_mono(example.audio, self._rate), self._rate, samples, self._rate)

    @functools.cached_property
    def _listener(self) -> SpeechListener | None:
        """The installed recogniser, else the run's own; None, which is logged, if neither can be used."""
        try:
            listener = self._installed() or self._own()
            count = ErrorCount()
            for example in self._held:
                count.add(listener, example.text, read_mono(example.audio, self._rate), self._rate)
        except (SokhanError, UnreadableRecording) as error:
            self._log(f"Intelligibility is not measured: {error}")
            return None
        self._log(
            f"{listener.figure} measures intelligibility. Of the {len(self._held)} held-back recordings themselves it "
            f"is {count.rate:.1%}."
        )
        return listener

    def _installed(self) -> SpeechListener | None:
        if self._asr is None:
            return None
        # transformers takes seconds to import, and the machine of a GPU check may lack it (tools/gpu-bundle.sh).
        from shared.quality.transcription import load_transcriber

        return LetterListener(load_transcriber(self._asr), self._frontend)

    def _own(self) -> SpeechListener:
        self._recognizer = self._recognizer or self._trained()
        return PhonemeListener(self._recognizer, self._frontend)

    def _stored(self, paths: Sequence[Path]) -> PhonemeRecognizer | None:
        """The recogniser of the checkpoint, else of the base voice; None if it lacks a phoneme of the data."""
        taught = {unit for units in self._lessons.values() for unit in units}
        needed = frozenset(unit for example in self._held for unit in self._phonemes(example) if unit in taught)
        for path in paths:
            if path.is_file():
                try:
                    known = load_recognizer(path)
                except UnsafeCheckpoint as error:
                    self._log(f"The stored recogniser is not used: {error.message}")
                    continue
                if known.covers(needed):
                    return known
        return None

    def _trained(self) -> PhonemeRecognizer:
        minutes = self._settings.quality_recognizer_minutes
        self._log(
            f"Training a phoneme recogniser on {len(self._lessons)} recordings of this run, for at most {minutes:g} "
            "min; it measures intelligibility."
        )
        return train_recognizer(
            [
                SpokenExample(functools.partial(read_mono, example.audio, self._rate), self._rate, units)
                for example, units in self._lessons.items()
            ],
            seed=self._settings.seed,
            max_seconds=60.0 * minutes,
            log=self._log,
        )

    def _teachers(self, examples: Sequence[Example]) -> Iterator[Example]:
        """The training recordings that teach the recogniser; their order is random already."""
        seconds = 0.0
        for example in examples[: self._settings.quality_recognizer_utterances]:
            seconds += example.seconds
            if seconds > _MOST_SECONDS:
                return
            yield example

    def _phonemes(self, example: Example) -> tuple[str, ...]:
        return split_phonemes(self._frontend.phonemes(example.text))
