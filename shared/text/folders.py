"""Which files of a folder are data, and which split each belongs to.

train.jsonl, train-00000-of-00002.parquet, data/validation/a.csv, food_dev.jsonl    by the words in their names
validated.tsv beside clips/                                  Common Voice: its sentences, whatever the other files
anything.txt                                                 no split in any name: all of it is to train on
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.errors import BadDataset
from shared.files.members import is_bookkeeping, is_system_file
from shared.text.rows import TEXT_FILES

_WORDS = {
    "train": "train", "training": "train",
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
    "test": "test", "eval": "test",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+")
# Papers that lie beside data, and what libraries write there.
_NO_DATA = re.compile(
    r"(readme|licen[cs]e|copying|notice|requirements|citation).*|.*(_infos?|_dict|state|config)\.json"
)
_MAX_FILES = 10_000


@dataclass(frozen=True, slots=True)
class DataFiles:
    """Paths in a fixed order. `test` is never trained on nor judged by; `ignored` are data files of no split."""

    train: tuple[Path, ...]
    validation: tuple[Path, ...] = ()
    test: tuple[Path, ...] = ()
    ignored: tuple[Path, ...] = ()


def data_files(folder: Path) -> DataFiles:
    """Raises `BadDataset` for a folder that has nothing to train on."""
    if (folder / "validated.tsv").is_file() and (folder / "clips").is_dir():
        return DataFiles(train=(folder / "validated.tsv",))
    found = _one_of_each(sorted(_data(folder)))
    splits: dict[str, list[Path]] = {"train": [], "validation": [], "test": [], "": []}
    for path in found:
        splits[_split(path.relative_to(folder))].append(path)
    unnamed = splits[""]
    # Beside files of a known split, a file without one is most often something else: a list of labels, a sample.
    train, ignored = (splits["train"], unnamed) if splits["train"] else (unnamed, [])
    if not train:
        raise BadDataset(
            f"The dataset {folder.name} has no file to train on.",
            hint="It needs a .jsonl, .csv, .tsv, .parquet or .txt file, best with train in its name.",
        )
    return DataFiles(tuple(train), tuple(splits["validation"]), tuple(splits["test"]), tuple(ignored))


def _data(folder: Path) -> Iterator[Path]:
    count = 0
    for path in folder.rglob("*"):
        below = path.relative_to(folder).as_posix()
        foreign = is_bookkeeping(below) or is_system_file(below) or below.startswith(".") or "/." in below
        if foreign or path.suffix.lower() not in TEXT_FILES or _NO_DATA.fullmatch(path.name.lower()):
            continue
        if path.name == "dataset_infos.json" or not path.is_file():
            continue
        count += 1
        if count > _MAX_FILES:
            raise BadDataset(f"The dataset {folder.name} has more than {_MAX_FILES:,} files.")
        yield path


def _one_of_each(paths: list[Path]) -> list[Path]:
    """ParsiNLU has the same rows as train.json and train.jsonl: one of them is enough."""
    best: dict[Path, Path] = {}
    for path in sorted(paths, key=lambda path: TEXT_FILES.index(path.suffix.lower())):
        best.setdefault(path.with_suffix(""), path)
    return sorted(best.values())


def _split(relative: Path) -> str:
    """The file's own name counts before its folders'."""
    for part in (relative.stem, *reversed(relative.parts[:-1])):
        for word in _WORD.findall(part.lower()):
            if word in _WORDS:
                return _WORDS[word]
    return ""
