"""From dataset folders to tokenised samples on disk, made once for each tokenizer and set of lengths and columns.

<first dataset>/.features/<key>/
  train/  validation/      see `features`; validation only where the data has such a split
  report.json              what was taken and what was left out

The key covers the files' names, sizes and times, the tokenizer's content and the parameters that matter here. A folder
that cannot be written to is no obstacle: the samples then live in a temporary one that is gone from the disk at once.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import tempfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from services.trainer.recipes.text.encode import RowEncoder, encode_files
from services.trainer.recipes.text.features import Ragged
from services.trainer.recipes.text.sampler import Indices, split
from shared.contracts.errors import BadDataset
from shared.files import remove_tree
from shared.files.members import FEATURES
from shared.text import DataFiles, data_files

_VERSION = 1  # of what lies in a folder of features
_REPORT = "report.json"
_KEPT = 4
_TOKENIZER_FILES = ("tokenizer", "vocab", "merges", "special_tokens", "added_tokens", "spiece", "sentencepiece")
_NO_PLACE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST})


class CorpusReport(BaseModel):
    """`dropped` and `changed` count rows by what happened to them; `labels` in the order of their first appearance."""

    train: int
    validation: int
    dropped: dict[str, int] = {}
    changed: dict[str, int] = {}
    ignored: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """The samples of one split: `indices` into the fields."""

    fields: dict[str, Ragged]
    indices: Indices

    @property
    def lengths(self) -> Indices:
        """Tokens of every sample, inputs and outputs together."""
        tokens = self.fields["input"].lengths
        return (tokens + self.fields["target"].lengths if "target" in self.fields else tokens)[self.indices]


@dataclass(frozen=True, slots=True)
class TextCorpus:
    train: Split
    validation: Split
    report: CorpusReport

    def __str__(self) -> str:
        report = self.report
        text = f"{len(self.train.indices):,} samples to train on, {len(self.validation.indices):,} to validate"
        for what, counts in (("left out", report.dropped), ("changed", report.changed)):
            if counts:
                listed = ", ".join(f"{count:,} {reason}" for reason, count in Counter(counts).most_common())
                text += f"; {what}: {listed}"
        if report.test:
            text += f"; kept for a later test: {', '.join(report.test)}"
        if report.ignored:
            text += f"; not read, because other files are named train: {', '.join(report.ignored)}"
        return text


def read_corpus(
    folders: tuple[Path, ...], encoder: RowEncoder, tokenizer: Path, *, fraction: float, seed: int
) -> TextCorpus:
    """Raises `BadDataset` for what cannot be read, and for fewer than two samples; `OSError` for a full disk."""
    files = [_files(folder) for folder in folders]
    key = _key(files, encoder, tokenizer)
    place = folders[0] / FEATURES
    try:
        return _load(_made(place, key, files, encoder), fraction, seed)
    except OSError as error:
        if error.errno not in _NO_PLACE:
            raise
    with tempfile.TemporaryDirectory(prefix="sokhan-features-") as gone:
        _write(Path(gone), files, encoder)
        return _load(Path(gone), fraction, seed)


def _files(folder: Path) -> DataFiles:
    if not folder.is_dir():
        raise BadDataset(f"The dataset {folder.name} is not there any more.")
    return data_files(folder)


def _key(files: list[DataFiles], encoder: RowEncoder, tokenizer: Path) -> str:
    digest = hashlib.sha256(f"{_VERSION} {type(encoder).__name__} {json.dumps(encoder.settings())}".encode())
    for path in sorted(p for p in tokenizer.iterdir() if p.is_file()):
        if path.name.startswith(_TOKENIZER_FILES) or path.suffix == ".model":
            digest.update(path.read_bytes())
    for number, dataset in enumerate(files):
        for path in (*dataset.train, *dataset.validation):
            stat = path.stat()
            name = f"{number} {path.name} {path in dataset.validation} {stat.st_size} {stat.st_mtime_ns}\n"
            digest.update(name.encode(errors="surrogateescape"))
    return digest.hexdigest()[:24]


def _made(place: Path, key: str, files: list[DataFiles], encoder: RowEncoder) -> Path:
    """The folder of the features, made now unless it is there."""
    folder = place / key
    if (folder / _REPORT).is_file():
        os.utime(folder)
        return folder
    partial = place / f".{key}.{os.getpid()}.partial"
    try:
        _write(partial, files, encoder)
        remove_tree(folder)
        partial.rename(folder)
    finally:
        remove_tree(partial)
    for old in sorted(_finished(place), key=lambda path: path.stat().st_mtime)[:-_KEPT]:
        remove_tree(old)  # a run that has it mapped goes on reading it
    return folder


def _finished(place: Path) -> Iterator[Path]:
    return (path for path in place.iterdir() if (path / _REPORT).is_file())


def _write(folder: Path, files: list[DataFiles], encoder: RowEncoder) -> None:
    taken = encode_files([p for dataset in files for p in dataset.train], folder / "train", encoder)
    encoder.training_read()
    held = encode_files([p for dataset in files for p in dataset.validation], folder / "validation", encoder)
    if taken.count < 2:
        reasons = ", ".join(f"{count} {reason}" for reason, count in taken.dropped.most_common())
        raise BadDataset(
            f"Only {taken.count} samples of the dataset can be used; two are needed.",
            hint=f"Left out: {reasons}." if reasons else None,
        )
    report = CorpusReport(
        train=taken.count,
        validation=held.count,
        dropped=dict(taken.dropped + held.dropped),
        changed=dict(taken.changed + held.changed),
        ignored=tuple(path.name for dataset in files for path in dataset.ignored)[:20],
        test=tuple(path.name for dataset in files for path in dataset.test)[:20],
        labels=encoder.labels,
    )
    (folder / _REPORT).write_text(report.model_dump_json(), encoding="utf-8")


def _load(folder: Path, fraction: float, seed: int) -> TextCorpus:
    try:
        report = CorpusReport.model_validate_json((folder / _REPORT).read_bytes())
    except ValidationError as error:
        raise BadDataset(f"{folder} is damaged.", hint="Remove that folder; it is made anew.") from error
    train = _fields(folder / "train")
    everything = split(report.train, fraction, seed=seed) if not report.validation else None
    if everything is not None:
        return TextCorpus(Split(train, everything[0]), Split(train, everything[1]), report)
    held = _fields(folder / "validation")
    return TextCorpus(Split(train, _all(train)), Split(held, _all(held)), report)


def _fields(folder: Path) -> dict[str, Ragged]:
    return {path.stem: Ragged(folder, path.stem) for path in sorted(folder.glob("*.ends"))}


def _all(fields: dict[str, Ragged]) -> Indices:
    import numpy as np

    return np.arange(len(fields["input"]), dtype=np.int64)
