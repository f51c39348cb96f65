"""Finds the data files of a folder and their splits.

train.jsonl, train-00000-of-00002.parquet, data/validation/a.csv, food_dev.jsonl    by the words in their names
validated.tsv with Common Voice's columns, at any depth      its sentences; other files are ignored
anything.txt                                                 no split in any name: all files are for training
test.jsonl alone, and not from the Hub                       for training, as the only file
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.errors import BadDataset
from shared.files.common_voice import CLIPS, TABLES, is_table, table_of
from shared.files.manifest import read_manifest
from shared.files.members import is_bookkeeping, is_system_file
from shared.text.kinds import SUFFIXES, stem_of, suffix_of

_WORDS = {
    "train": "train", "training": "train",
    "validation": "validation", "valid": "validation", "val": "validation", "dev": "validation",
    "test": "test", "eval": "test",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+")
# Documentation, and the metadata files of libraries.
_NO_DATA = re.compile(
    r"(readme|licen[cs]e|copying|notice|requirements|citation).*|.*(_infos?|_dict|state|config)\.json"
)
_MAX_FILES = 10_000


@dataclass(frozen=True, slots=True)
class DataFiles:
    """Paths in a fixed order. `test` is used neither for training nor for evaluation; `ignored` files have no split."""

    train: tuple[Path, ...]
    validation: tuple[Path, ...] = ()
    test: tuple[Path, ...] = ()
    ignored: tuple[Path, ...] = ()


def data_files(folder: Path, name: str | None = None) -> DataFiles:
    """The data files of a folder. `name`: of the dataset, for messages. Raises `BadDataset` without a training file."""
    name = name or folder.name
    found = _one_of_each(sorted(_data(folder, name)))
    if corpora := {path.parent for path in found if path.name == TABLES[0] and _is_common_voice(path)}:
        return DataFiles(train=tuple(table_of(corpus) for corpus in sorted(corpora)))
    if len(found) == 1 and not _from_the_hub(folder):
        return DataFiles(train=tuple(found))
    splits: dict[str, list[Path]] = {"train": [], "validation": [], "test": [], "": []}
    for path in found:
        splits[_split(path.relative_to(folder))].append(path)
    unnamed = splits[""]
    # If other files have a split, a file without one is usually something else: a list of labels, a sample.
    train, ignored = (splits["train"], unnamed) if splits["train"] else (unnamed, [])
    if not train:
        raise BadDataset(
            f"The dataset {name} has no file to train on.",
            hint="It needs a .jsonl, .csv, .tsv, .parquet or .txt file, best with train in its name.",
        )
    return DataFiles(tuple(train), tuple(splits["validation"]), tuple(splits["test"]), tuple(ignored))


def is_data(path: str) -> bool:
    """Whether a relative path names a file with rows, by its name only."""
    hidden = path.startswith(".") or "/." in path
    foreign = hidden or is_bookkeeping(path) or is_system_file(path)
    name = path.rpartition("/")[2].lower()
    return not foreign and suffix_of(name) is not None and not _NO_DATA.fullmatch(name)


def _is_common_voice(table: Path) -> bool:
    return is_table(table) or (table.parent / CLIPS).is_dir()


def _from_the_hub(folder: Path) -> bool:
    manifest = read_manifest(folder)
    return manifest is not None and manifest.source == "HuggingFace"


def _data(folder: Path, name: str) -> Iterator[Path]:
    count = 0
    for path in folder.rglob("*"):
        if not is_data(path.relative_to(folder).as_posix()) or not path.is_file():
            continue
        count += 1
        if count > _MAX_FILES:
            raise BadDataset(f"The dataset {name} has more than {_MAX_FILES:,} files.")
        yield path


def _one_of_each(paths: list[Path]) -> list[Path]:
    """One file for each stem: ParsiNLU has the same rows in train.json and train.jsonl."""
    best: dict[Path, Path] = {}
    for path in sorted(paths, key=lambda path: SUFFIXES.index(suffix_of(path.name) or SUFFIXES[0])):
        best.setdefault(path.with_name(stem_of(path.name)), path)
    return sorted(best.values())


def _split(relative: Path) -> str:
    """The split by the file's name, else by its folders' names; empty if there is none."""
    for part in (stem_of(relative.name), *reversed(relative.parts[:-1])):
        for word in _WORD.findall(part.lower()):
            if word in _WORDS:
                return _WORDS[word]
    return ""
