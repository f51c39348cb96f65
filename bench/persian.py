"""How right Persian is read: `python -m bench.persian --phonemes DIR [--homographs FILE --text FILE] [--gruut PYTHON]`.

Phoneme error rate and ezafes on sentences with reference phonemes, side by side: Sokhan's two readings, bare espeak-ng,
and with `--gruut` (the Python of an environment with gruut and gruut-lang-fa) those. Milliseconds a sentence are the
median of one core, without the texts' first occurrence in Sokhan's cache of words. With `--homographs`: their accuracy.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from bench.homographs import report
from bench.platform import machine
from bench.scorer import load_scorer, score, sentences_of
from shared.persian.espeak import espeak
from shared.persian.frontend import Frontend
from shared.persian.letters import unify_letters

Read = Callable[[str], str]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--phonemes", type=Path, required=True, help="a folder with farsdat.csv and score.py")
    parser.add_argument("--homographs", type=Path, help="HomoRich's labelled sentences")
    parser.add_argument("--text", type=Path, help="natural sentences, to train the folds with")
    parser.add_argument("--gruut", type=Path, help="the Python of an environment with gruut-lang-fa")
    arguments = parser.parse_args()
    scorer = load_scorer(arguments.phonemes)
    references = sentences_of(scorer)
    texts = [text for text, _ in references]
    frontend = Frontend()
    systems: dict[str, Read] = {
        "Sokhan, `fa/2`": lambda text: frontend.analyse(text, "fa/2").phonemes,
        "Sokhan, `espeak/1`": lambda text: frontend.analyse(text, "espeak/1").phonemes,
        "bare espeak-ng": espeak().phonemes,
    }
    print(f"{machine()}; {len(texts)} sentences\n")
    print("| | phoneme errors | ezafe precision | recall | F1 | ms a sentence |\n|---|---|---|---|---|---|")
    for name, read in systems.items():
        figures = score(scorer, references, [read(text) for text in texts])
        _print(name, figures, [_seconds(read, text) for text in texts])
    if arguments.gruut is not None:
        spoken, seconds = _gruut(arguments.gruut, [unify_letters(text).replace("،", ",") for text in texts])
        _print("gruut-lang-fa", score(scorer, references, spoken), seconds)
    if arguments.homographs is not None:
        print()
        report(arguments.homographs, arguments.text, arguments.phonemes)


def _print(name: str, row: dict[str, float | str], seconds: list[float]) -> None:
    figures = (f"{row[key]} %" for key in ("PER", "ezP", "ezR", "ezF"))
    print(f"| {name} | {' | '.join(figures)} | {1000 * statistics.median(seconds):.2f} |", flush=True)


def _seconds(read: Read, text: str) -> float:
    started = time.process_time()
    read(text)
    return time.process_time() - started


def _gruut(python: Path, texts: list[str]) -> tuple[list[str], list[float]]:
    command = [str(python), "-m", "bench.gruut_words"]
    answer = subprocess.run(command, input=json.dumps(texts), capture_output=True, text=True, check=True, timeout=900)
    spoken, seconds = json.loads(answer.stdout)
    return spoken, seconds


if __name__ == "__main__":
    main()
