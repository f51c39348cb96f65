"""Reads LJSpeech and Common Voice folders into examples for VITS, and counts omitted utterances by reason. No torch."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from shared.contracts.errors import BadDataset
from shared.files.ljspeech import LAYOUT_HINT
from shared.files.metadata import METADATA
from shared.files.speech import find_speech
from shared.files.utterances import Utterance
from shared.persian.frontend import Frontend
from shared.persian.speakable import speakable
from shared.vits.config import VoiceConfig
from shared.vits.tokens import Tokenizer

# Seconds; about a syllable. Shorter audio has too few frames to align.
_SHORTEST = 0.2
_MOST_SPEAKERS = 2000
_MAX_SPEAKER_NAME = 64


@dataclass(frozen=True, slots=True)
class Example:
    """`tokens`: symbol ids with blanks between; `seconds`: the audio's length; `speaker`: an index of the voice's;
    `text`: as written.
    """

    id: str
    audio: Path
    tokens: tuple[int, ...]
    seconds: float
    speaker: int = 0
    text: str = ""


@dataclass(frozen=True, slots=True)
class SpeechCorpus:
    """`dropped` counts utterances by reason; `unknown` counts symbols that the voice lacks."""

    train: tuple[Example, ...]
    validation: tuple[Example, ...]
    dropped: Counter[str]
    unknown: Counter[str]

    def __str__(self) -> str:
        hours = sum(e.seconds for e in self.train + self.validation) / 3600
        text = f"{len(self.train)} utterances to train on, {len(self.validation)} to validate, {hours:.2f} hours"
        if self.dropped:
            text += "; left out: " + ", ".join(f"{count} {reason}" for reason, count in self.dropped.most_common())
        if self.unknown:
            text += f"; symbols the voice does not know: {' '.join(sorted(self.unknown))}"
        return text


def read_corpus(
    folders: tuple[Path, ...],
    config: VoiceConfig,
    frontend: Frontend,
    *,
    max_seconds: float,
    validation_fraction: float,
    seed: int,
) -> SpeechCorpus:
    """The examples of all folders. Raises `BadDataset` for an unknown layout or fewer than two usable utterances."""
    reader = _Reader(config, frontend, max_seconds)
    for utterance in _utterances(folders):
        reader.read(utterance)
    if len(reader.examples) < 2:
        raise BadDataset(
            f"Only {len(reader.examples)} of {reader.seen} utterances can be used; two are needed, an hour is advised.",
            hint="Left out: " + ", ".join(f"{n} {reason}" for reason, n in reader.dropped.items()) + ".",
        )
    train, validation = _split(reader.examples, validation_fraction, seed)
    return SpeechCorpus(train, validation, reader.dropped, reader.unknown)


def find_speakers(folders: tuple[Path, ...], max_seconds: float) -> tuple[str, ...]:
    """The speakers with usable utterances, by total duration, longest first. Raises `BadDataset`."""
    seconds: Counter[str] = Counter()
    for utterance in _utterances(folders):
        if isinstance(utterance, Utterance) and utterance.speaker and _SHORTEST <= utterance.seconds <= max_seconds:
            seconds[utterance.speaker] += round(1000 * utterance.seconds)
    speakers = [name for name, _ in seconds.most_common(_MOST_SPEAKERS)]
    if len(speakers) < 2:
        raise BadDataset(
            "There is only one speaker in the data.",
            hint="Leave multi_speaker out, or choose a dataset for each speaker.",
        )
    return tuple(speakers)


def _utterances(folders: tuple[Path, ...]) -> Iterator[Utterance | str]:
    """The utterances of all folders, or the reason why one is unusable. The default speaker is the dataset's name."""
    for folder in folders:
        speech = find_speech(folder) if folder.is_dir() else None
        if speech is None:
            raise BadDataset(f"The dataset {folder.name} has no {METADATA}.", hint=LAYOUT_HINT)
        for utterance in speech.utterances():
            if isinstance(utterance, Utterance) and not utterance.speaker:
                yield replace(utterance, speaker=folder.name[:_MAX_SPEAKER_NAME])
            else:
                yield utterance


class _Reader:
    def __init__(self, config: VoiceConfig, frontend: Frontend, max_seconds: float) -> None:
        self._config = config
        self._max_seconds = max_seconds
        self._speakers = {name: index for index, name in enumerate(config.speakers)}
        self._tokenizer = Tokenizer(config.characters)
        self._frontend = frontend
        self.examples: list[Example] = []
        self.dropped: Counter[str] = Counter()
        self.unknown: Counter[str] = Counter()
        self.seen = 0

    def read(self, utterance: Utterance | str) -> None:
        self.seen += 1
        reason = utterance if isinstance(utterance, str) else self._add(utterance)
        if reason is not None:
            self.dropped[reason] += 1

    def _refuse(self, utterance: Utterance) -> str | None:
        if not speakable(utterance.text):
            return "without a Persian letter"
        if utterance.seconds < _SHORTEST:
            return f"shorter than {_SHORTEST:g} s"
        if utterance.seconds > self._max_seconds:
            return f"longer than {self._max_seconds:g} s"
        if self._speakers and utterance.speaker not in self._speakers:
            return "of a speaker that the voice lacks"
        return None

    def _add(self, utterance: Utterance) -> str | None:
        refused = self._refuse(utterance)
        if refused is not None:
            return refused
        phonemes = self._config.text_input == "phonemes"
        text = self._frontend.phonemes(utterance.text) if phonemes else self._frontend.letters(utterance.text)
        encoded = self._tokenizer.encode(text)
        self.unknown.update(encoded.unknown)
        if not encoded.known:
            return "without a symbol of the voice"
        # Monotonic alignment gives every token at least one frame.
        frames = utterance.seconds * self._config.audio.sample_rate / self._config.audio.hop_length
        if len(encoded.ids) > frames:
            return "with too much text for their audio"
        speaker = self._speakers.get(utterance.speaker, 0)
        ids = tuple(encoded.ids)
        self.examples.append(Example(utterance.id, utterance.audio, ids, utterance.seconds, speaker, utterance.text))
        return None


def _split(examples: list[Example], fraction: float, seed: int) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Training and validation examples, a function of the seed. At least one validates, to choose a best checkpoint."""
    shuffled = sorted(examples, key=lambda example: example.id)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - not used for security
    count = min(len(shuffled) - 1, max(1, round(fraction * len(shuffled))))
    return tuple(shuffled[count:]), tuple(shuffled[:count])
