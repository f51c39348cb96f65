"""Which files of a folder are data, and which split each belongs to.

train.jsonl, train-00000-of-00002.parquet, data/validation/a.csv, food_dev.jsonl    by the words in their names
validated.tsv with Common Voice's columns, at any depth      its sentences, whatever the other files
anything.txt                                                 no split in any name: all of it is to train on
test.jsonl alone, and not from the Hub                       it is what there is to train on
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


def data_files(folder: Path, name: str | None = None) -> DataFiles:
    """`name` is the dataset's, where the folder has another. Raises `BadDataset` where there is nothing to train on."""
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
    # Beside files of a known split, a file without one is most often something else: a list of labels, a sample.
    train, ignored = (splits["train"], unnamed) if splits["train"] else (unnamed, [])
    if not train:
        raise BadDataset(
            f"The dataset {name} has no file to train on.",
            hint="It needs a .jsonl, .csv, .tsv, .parquet or .txt file, best with train in its name.",
        )
    return DataFiles(tuple(train), tuple(splits["validation"]), tuple(splits["test"]), tuple(ignored))


def is_data(path: str) -> bool:
    """Whether a file of this relative path holds rows, as far as a name can tell."""
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
    """ParsiNLU has the same rows as train.json and train.jsonl: one of them is enough."""
    best: dict[Path, Path] = {}
    for path in sorted(paths, key=lambda path: SUFFIXES.index(suffix_of(path.name) or SUFFIXES[0])):
        best.setdefault(path.with_name(stem_of(path.name)), path)
    return sorted(best.values())


def _split(relative: Path) -> str:
    """The file's own name counts before its folders'."""
    for part in (stem_of(relative.name), *reversed(relative.parts[:-1])):
        for word in _WORD.findall(part.lower()):
            if word in _WORDS:
                return _WORDS[word]
    return ""
