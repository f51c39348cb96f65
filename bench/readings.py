"""A voice with one reading beside another (docs/samples.md, "Readings").

    python -m bench.readings speak FOLDER READING [VOICE] --suffix NAME   sentences as MP3
    python -m bench.readings measure RECOGNIZER DATASET VOICE…            ezafes of held-back sentences, both readings

VOICE is the folder of a voice that Sokhan trained, by default espeak-fa. Speech passes through the engine, the
postprocessing and the encoder of `/v1/audio/speech`. DATASET comes from `bench.espeak_corpus`.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast, get_args

import numpy as np
import torch

from services.synth.calibrate import measure_baseline
from services.synth.engines import SpeakingVoice, SynthesisInput, load_espeak, load_folder
from services.synth.postprocess import postprocess
from services.trainer.recipes.vits.dataset import read_corpus
from services.trainer.recipes.vits.parameters import VitsParameters
from shared.audio.encoder import AudioEncoder
from shared.contracts.readings import NEWEST, OLDEST, Reading
from shared.persian.frontend import Frontend
from shared.persian.readings.spoken import SpokenWord, ipa_of
from shared.quality.phonemes import edit_distance, split_phonemes
from shared.quality.recognizer import PhonemeRecognizer, load_recognizer
from shared.vits.audio import Samples, read_mono
from shared.vits.inference import InferenceInput, infer
from shared.vits.loading import load_voice
from shared.vits.model import Network
from shared.vits.presets import preset
from shared.vits.tokens import Tokenizer

SENTENCES = {
    "book": "کتاب تاریخ ایران را خواندم.",
    "minister": "وزیر امور خارجه ایران به دیدار دوست قدیمی خود رفت.",
    "generosity": "کرم را روی میز گذاشتم.",
    "cream": "کِرِم را روی میز گذاشتم.",
    "worm": "کِرم را روی میز گذاشتم.",
    "earthworm": "کِرم خاکی را روی برگ دیدم.",
    "chat": "حرف تو قشنگه.",
    "wrestling": "ورزشکار ایران در کشتی مدال گرفت.",
    "news": "نمایندگان مجلس دیروز طرح دولت برای کاهش آلودگی هوای تهران را بررسی کردند.",
}
VALIDATION = 0.1  # `validation_fraction` of the run in docs/samples.md, so that the same sentences are held back
_SEED = 1  # any fixed one: the same speech in every run


def speak(voice: SpeakingVoice, folder: Path, reading: Reading, suffix: str, only: Sequence[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    gain = measure_baseline(voice).calibration.gain
    for name in only:
        text = SENTENCES[name]
        (spoken,) = voice.speak([SynthesisInput(Frontend().normalize(text), seed=_SEED, reading=reading)])
        pcm = postprocess(spoken.samples, (), voice.sample_rate, gain).pcm
        with AudioEncoder("mp3", voice.sample_rate) as encoder:
            (folder / f"{name}-{suffix}.mp3").write_bytes(encoder.encode(pcm) + encoder.finish())


@dataclass(slots=True)
class Tally:
    """`ezafes`: the number that only `fa/2` has; `heard`: of these, the number whose vowel was recognised, long or
    short; `ezafe_ms`: the lengths of their vowels; `vowel_ms`: of every other /e/.
    """

    errors: int = 0
    phonemes: int = 0
    ezafes: int = 0
    heard: int = 0
    seconds: float = 0.0
    ezafe_ms: list[float] = field(default_factory=list)
    vowel_ms: list[float] = field(default_factory=list)

    def add(self, sentence: str, heard: Sequence[str]) -> None:
        words = Frontend().read(sentence, NEWEST)
        expected, places = phonemes_of(words, added_ezafes(sentence))
        matched = matches(_short(expected), _short(heard))
        self.errors += edit_distance(expected, heard)
        self.phonemes += len(expected)
        self.ezafes += len(places)
        self.heard += len(matched.intersection(places))

    def row(self, name: str) -> str:
        durations = [f"{np.mean(each):.0f} ms" if each else "" for each in (self.ezafe_ms, self.vowel_ms)]
        cells = (name, f"{self.errors / self.phonemes:.1%}", f"{self.heard} of {self.ezafes}", *durations)
        return f"| {' | '.join(cells)} | {self.seconds:.1f} s |"


def added_ezafes(sentence: str) -> frozenset[int]:
    """The indices of the words that have an ezafe in `fa/2` and none in `espeak/1`."""
    old, new = (Frontend().read(sentence, reading) for reading in (OLDEST, NEWEST))
    if [word.text for word in old] != [word.text for word in new]:
        return frozenset()
    return frozenset(index for index, word in enumerate(new) if word.ezafe and not old[index].ezafe)


def phonemes_of(words: Sequence[SpokenWord], marked: frozenset[int]) -> tuple[list[str], list[int]]:
    """The phonemes of a sentence, and the place of the last one of each marked word."""
    phonemes: list[str] = []
    places = []
    for index, word in enumerate(words):
        phonemes += split_phonemes(word.ipa)
        if index in marked:
            places.append(len(phonemes) - 1)
    return phonemes, places


def matches(expected: Sequence[str], heard: Sequence[str]) -> set[int]:
    """The expected phonemes that an alignment with the fewest edits finds as they are."""
    costs = np.zeros((len(expected) + 1, len(heard) + 1), dtype=int)
    costs[:, 0], costs[0] = range(len(expected) + 1), range(len(heard) + 1)
    for i, one in enumerate(expected, 1):
        for j, other in enumerate(heard, 1):
            costs[i, j] = min(costs[i - 1, j] + 1, costs[i, j - 1] + 1, costs[i - 1, j - 1] + (one != other))
    found, i, j = set(), len(expected), len(heard)
    while i and j:
        if costs[i, j] == costs[i - 1, j - 1] + (expected[i - 1] != heard[j - 1]):
            i, j = i - 1, j - 1
            found |= {i} if expected[i] == heard[j] else set()
        elif costs[i, j] == costs[i - 1, j] + 1:
            i -= 1
        else:
            j -= 1
    return found


def _short(phonemes: Sequence[str]) -> list[str]:
    """With /e/ for /eː/: espeak-ng writes most of those at a word's end long, and so the recogniser learned them."""
    return ["e" if phoneme == "eː" else phoneme for phoneme in phonemes]


def measure(listener: PhonemeRecognizer, dataset: Path, voices: Sequence[Path]) -> Iterator[str]:
    config, defaults = preset("small"), VitsParameters()
    corpus = read_corpus(
        (dataset,), config, Frontend(),
        max_seconds=defaults.max_audio_seconds, validation_fraction=VALIDATION, seed=defaults.seed,
    )  # fmt: skip
    held = corpus.validation
    recordings = Tally()
    for example in held:
        samples = read_mono(example.audio, config.audio.sample_rate)
        _add(recordings, listener, example.text, samples, config.audio.sample_rate)
    yield recordings.row("espeak-fa, fa/2 (the recordings)")
    for reading in get_args(Reading):
        for folder in voices:
            yield _speech_of(folder, reading, [example.text for example in held], listener).row(
                f"{folder.name}, {reading}"
            )
    plain, espeak = Tally(), load_espeak()
    for example in held:
        (spoken,) = espeak.speak([SynthesisInput(Frontend().normalize(example.text), reading=OLDEST)])
        _add(plain, listener, example.text, spoken.samples, espeak.sample_rate)
    yield plain.row("espeak-fa, espeak/1")


def _speech_of(folder: Path, reading: Reading, sentences: Sequence[str], listener: PhonemeRecognizer) -> Tally:
    network, config = load_voice(folder, torch.device("cpu"))
    tokenizer, tally = Tokenizer(config.characters), Tally()
    frame_ms = 1000 * config.audio.hop_length / config.audio.sample_rate
    for sentence in sentences:
        words = Frontend().read(sentence, reading)
        ipa = ipa_of(words)
        ids = tokenizer.encode(ipa).ids
        (spoken,) = infer(cast("Network", network), [InferenceInput(ids, seed=_SEED)])
        _add(tally, listener, sentence, spoken.samples, config.audio.sample_rate)
        if len(ids) != 2 * len(ipa) + 1:  # a symbol that the voice lacks: places and frames do not agree
            continue
        ends = set() if reading == OLDEST else set(_ends(words, added_ezafes(sentence)))
        for place, symbol in enumerate(ipa):
            if symbol == "e":
                milliseconds = (spoken.frames[2 * place] + spoken.frames[2 * place + 1]) * frame_ms
                (tally.ezafe_ms if place in ends else tally.vowel_ms).append(milliseconds)
    return tally


def _ends(words: Sequence[SpokenWord], marked: frozenset[int]) -> Iterator[int]:
    """The places of the last symbols of the marked words in `ipa_of(words)`."""
    for index in marked:
        yield len(ipa_of(words[: index + 1])) - 1


def _add(tally: Tally, listener: PhonemeRecognizer, sentence: str, samples: Samples, rate: int) -> None:
    tally.add(sentence, listener.recognize(samples, rate))
    tally.seconds += len(samples) / rate


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.readings", description=(__doc__ or "").split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    speaking = commands.add_parser("speak")
    speaking.add_argument("folder", type=Path)
    speaking.add_argument("reading", choices=get_args(Reading))
    speaking.add_argument("voice", type=Path, nargs="?")
    speaking.add_argument("--suffix", required=True, help="NAME-SUFFIX.mp3 is written")
    speaking.add_argument("--only", choices=SENTENCES, nargs="+", default=list(SENTENCES))
    measuring = commands.add_parser("measure")
    measuring.add_argument("recognizer", type=Path)
    measuring.add_argument("dataset", type=Path)
    measuring.add_argument("voices", type=Path, nargs="+")
    options = parser.parse_args()
    if options.command == "speak":
        voice = load_folder(options.voice, "cpu") if options.voice else load_espeak()
        speak(voice, options.folder, options.reading, options.suffix, options.only)
        return
    print("| speech | phonemes wrong | ezafes heard | their vowel | another /e/ | length |\n|---|---|---|---|---|---|")
    for row in measure(load_recognizer(options.recognizer), options.dataset, options.voices):
        print(row, flush=True)


if __name__ == "__main__":
    main()
