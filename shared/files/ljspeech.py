"""Reads a dataset folder in LJSpeech's layout: `metadata.csv` (id|text or id|text|normalized text) beside `wavs/`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import soundfile

from shared.contracts.errors import BadDataset
from shared.files.layout import safe_relative
from shared.files.manifest import DatasetStatistics
from shared.lines import lines_of

METADATA = "metadata.csv"
WAVS = "wavs"
_MAX_LINE = 10_000  # characters; a sentence of an hour has less


@dataclass(frozen=True, slots=True)
class Utterance:
    """`seconds` and `sample_rate` (Hz) as the file's header says; `speaker` where the layout names one."""

    id: str
    text: str
    audio: Path
    seconds: float
    sample_rate: int
    speaker: str = ""


def find_root(folder: Path) -> Path | None:
    """The folder that holds metadata.csv: the given one, or the only one in it (archives often have one on top)."""
    if (folder / METADATA).is_file():
        return folder
    inside = [p for p in folder.iterdir() if p.is_dir() and not p.name.startswith((".", "__MACOSX"))]
    return inside[0] if len(inside) == 1 and (inside[0] / METADATA).is_file() else None


def read_utterances(root: Path) -> Iterator[Utterance]:
    """Every row with its audio, in the file's order. Raises `BadDataset` at the first that cannot be right."""
    try:
        lines = lines_of((root / METADATA).read_text(encoding="utf-8-sig"))
    except UnicodeDecodeError as error:
        raise BadDataset("metadata.csv is not UTF-8.", hint="Save it as UTF-8 and upload again.") from error
    except FileNotFoundError as error:
        raise BadDataset(
            "There is no metadata.csv in the dataset.",
            hint="An LJSpeech archive holds metadata.csv (id|text) and a folder wavs/ with one id.wav a line.",
        ) from error
    seen: set[str] = set()
    for number, line in enumerate(lines, start=1):
        if line.strip():
            yield _read_line(root, number, line, seen)
    if not seen:
        raise BadDataset("metadata.csv has no rows.")


def _read_line(root: Path, number: int, line: str, seen: set[str]) -> Utterance:
    parts = line.split("|")
    if len(parts) not in {2, 3} or len(line) > _MAX_LINE:
        raise BadDataset(f"Line {number} of metadata.csv is not “id|text”.", hint=f"It begins: {line[:60]}")
    name, text = parts[0].strip(), parts[-1].strip()
    relative = safe_relative(name)
    if relative is None or name in seen:
        raise BadDataset(f"Line {number} of metadata.csv: the id “{name[:60]}” is empty, unsafe or used twice.")
    seen.add(name)
    audio = root / WAVS / (name if name.endswith(".wav") else f"{name}.wav")
    if not audio.is_file():
        raise BadDataset(
            f"Line {number} of metadata.csv names {WAVS}/{audio.name}, which is not in the dataset.",
            hint="Add the file or take the line out.",
        )
    try:
        info = soundfile.info(audio)
    except (soundfile.SoundFileError, OSError) as error:
        raise BadDataset(f"{WAVS}/{audio.name} is not audio that can be read.") from error
    if info.frames == 0:
        raise BadDataset(f"{WAVS}/{audio.name} is empty.")
    return Utterance(name, text, audio, info.frames / info.samplerate, info.samplerate)


def examine(root: Path, speakable: Callable[[str], bool]) -> DatasetStatistics:
    """Read the whole dataset once. Raises `BadDataset` if it cannot be trained on.

    A row whose text has no letter that a voice knows is skipped and counted; none at all is an error.
    """
    items = characters = skipped = 0
    seconds = 0.0
    rates: dict[int, int] = {}
    first_unknown = ""
    for utterance in read_utterances(root):
        if not speakable(utterance.text):
            skipped += 1
            first_unknown = first_unknown or utterance.text
            continue
        items += 1
        characters += len(utterance.text)
        seconds += utterance.seconds
        rates[utterance.sample_rate] = rates.get(utterance.sample_rate, 0) + 1
    if not items:
        raise BadDataset(
            "No text in metadata.csv has a letter that a Persian voice knows.",
            hint=f"The first text is “{first_unknown[:60]}”. Is it the right column, in Persian script?",
        )
    return DatasetStatistics(
        format="ljspeech",
        items=items,
        hours=round(seconds / 3600, 6),
        sample_rate=max(rates, key=lambda rate: rates[rate]),
        characters=characters,
        skipped=skipped,
    )
