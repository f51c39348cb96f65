"""`python -m bench.espeak_corpus TEXT FOLDER`: a dataset of short Persian sentences, spoken by espeak-ng.

TEXT has a sentence on each line, for example those of the Universal Dependencies treebanks PerDT and Seraji (CC BY-SA
4.0). Sentences are cut at their punctuation into pieces of 15 to 60 letters. The speech is synthetic: regular, and
therefore easy to learn.
"""

from __future__ import annotations

import argparse
import random
import re
from pathlib import Path

import numpy as np
import soundfile

from shared.lines import lines_of
from shared.persian.espeak import NORMAL_PITCH, SAMPLE_RATE, espeak
from shared.persian.frontend import Frontend
from shared.persian.readings.espeak_input import espeak_input
from shared.vits.audio import Samples, resample_samples

_CUTS = re.compile(r"[،؛:.!؟?«»()\[\]\"…–]|\s-\s")
_UNSPOKEN = re.compile(r"[0-9۰-۹A-Za-z/%٪*_]")  # numbers and foreign words: many phonemes for few letters
_SHORTEST, _LONGEST = 15, 60
_RATE = 16000
_SEED = 7
_FRONTEND = Frontend()


def cut(text: str) -> list[str]:
    """The pieces of all sentences, each once, in an order that depends on nothing but the text."""
    found = (" ".join(piece.split()) for line in lines_of(text) for piece in _CUTS.split(line))
    pieces = [piece for piece in found if _SHORTEST <= len(piece) <= _LONGEST and not _UNSPOKEN.search(piece)]
    pieces = list(dict.fromkeys(pieces))
    random.Random(_SEED).shuffle(pieces)
    return pieces


def speak(sentence: str, *, variant: str = "", pitch: int = NORMAL_PITCH) -> Samples:
    """Samples at espeak-ng's rate."""
    pcm = np.frombuffer(
        espeak().speak(espeak_input(_FRONTEND.read(sentence)), variant=variant, pitch=pitch), dtype=np.int16
    )
    return pcm.astype(np.float32) / np.float32(32768)


def write_dataset(folder: Path, sentences: list[str]) -> float:
    """Write LJSpeech's layout, 16 bit at 16000 Hz. Returns the seconds of speech."""
    (folder / "wavs").mkdir(parents=True)
    seconds = 0.0
    for number, sentence in enumerate(sentences):
        samples = resample_samples(speak(sentence), SAMPLE_RATE, _RATE)
        soundfile.write(folder / "wavs" / f"u{number:04}.wav", samples, _RATE, subtype="PCM_16")
        seconds += len(samples) / _RATE
    lines = [f"u{number:04}|{sentence}\n" for number, sentence in enumerate(sentences)]
    (folder / "metadata.csv").write_text("".join(lines), encoding="utf-8")
    return seconds


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.espeak_corpus", description=__doc__)
    parser.add_argument("text", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1100, help="how many pieces (default: %(default)s)")
    parser.add_argument("--skip", type=int, default=0, help="leave out the first pieces (default: %(default)s)")
    options = parser.parse_args()
    pieces = cut(options.text.read_text(encoding="utf-8"))
    chosen = pieces[options.skip : options.skip + options.count]
    seconds = write_dataset(options.folder, chosen)
    print(f"{len(chosen)} of {len(pieces)} pieces, {seconds / 60:.1f} minutes, in {options.folder}")


if __name__ == "__main__":
    main()
