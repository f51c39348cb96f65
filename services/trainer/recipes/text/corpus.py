"""Tokenises dataset folders into samples on disk, once per tokenizer and set of lengths and columns.

<first dataset>/.features/<key>/
  train/  validation/      see `features`; validation only if the data has such a split
  report.json              counts of used and omitted rows

The key covers the files' names, sizes and times, the tokenizer's content and the relevant parameters. If the folder is
not writable, the samples are in a temporary one, which is deleted as soon as they are mapped.
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

_VERSION = 1  # of the format of a folder of features
_REPORT = "report.json"
_MAX_CACHED = 4
_TOKENIZER_FILES = ("tokenizer", "vocab", "merges", "special_tokens", "added_tokens", "spiece", "sentencepiece")
_NOT_WRITABLE = frozenset({errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST})


class CorpusReport(BaseModel):
    """`dropped` and `changed` count rows by reason; `labels` in the order of their first appearance."""

    train: int
    validation: int
    dropped: dict[str, int] = {}
    changed: dict[str, int] = {}
    ignored: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Split:
    """The samples of one split, as `indices` into the fields."""

    fields: dict[str, Ragged]
    indices: Indices

    @property
    def lengths(self) -> Indices:
        """The number of tokens of each sample, inputs plus outputs."""
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
        for title, counts in (("left out", report.dropped), ("changed", report.changed)):
            if counts:
                reasons = ", ".join(f"{count:,} {reason}" for reason, count in Counter(counts).most_common())
                text += f"; {title}: {reasons}"
        if report.test:
            text += f"; kept for a later test: {', '.join(report.test)}"
        if report.ignored:
            text += f"; not read, because other files are named train: {', '.join(report.ignored)}"
        return text


def read_corpus(
    folders: tuple[Path, ...], encoder: RowEncoder, tokenizer: Path, *, fraction: float, seed: int
) -> TextCorpus:
    """The tokenised samples of all folders.

    Raises `BadDataset` for unreadable data and for fewer than two samples; `OSError` for a full disk.
    """
    files = [_files(folder) for folder in folders]
    key = _key(files, encoder, tokenizer)
    cache = folders[0] / FEATURES
    try:
        return _load(_cached(cache, key, files, encoder), fraction, seed)
    except OSError as error:
        if error.errno not in _NOT_WRITABLE:
            raise
    with tempfile.TemporaryDirectory(prefix="sokhan-features-") as temporary:
        _write(Path(temporary), files, encoder)
        return _load(Path(temporary), fraction, seed)


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


def _cached(cache: Path, key: str, files: list[DataFiles], encoder: RowEncoder) -> Path:
    """The folder of the features, created if it does not exist."""
    folder = cache / key
    if (folder / _REPORT).is_file():
        os.utime(folder)
        return folder
    partial = cache / f".{key}.{os.getpid()}.partial"
    try:
        _write(partial, files, encoder)
        remove_tree(folder)
        partial.rename(folder)
    finally:
        remove_tree(partial)
    for old in sorted(_finished(cache), key=lambda path: path.stat().st_mtime)[:-_MAX_CACHED]:
        remove_tree(old)  # a run that has it mapped can still read it
    return folder


def _finished(cache: Path) -> Iterator[Path]:
    return (path for path in cache.iterdir() if (path / _REPORT).is_file())


def _write(folder: Path, files: list[DataFiles], encoder: RowEncoder) -> None:
    train = encode_files([p for dataset in files for p in dataset.train], folder / "train", encoder)
    encoder.training_read()
    validation = encode_files([p for dataset in files for p in dataset.validation], folder / "validation", encoder)
    if train.count < 2:
        reasons = ", ".join(f"{count} {reason}" for reason, count in train.dropped.most_common())
        raise BadDataset(
            f"Only {train.count} samples of the dataset can be used; two are needed.",
            hint=f"Left out: {reasons}." if reasons else None,
        )
    report = CorpusReport(
        train=train.count,
        validation=validation.count,
        dropped=dict(train.dropped + validation.dropped),
        changed=dict(train.changed + validation.changed),
        ignored=tuple(path.name for dataset in files for path in dataset.ignored)[:20],
        test=tuple(path.name for dataset in files for path in dataset.test)[:20],
        labels=encoder.labels,
    )
    (folder / _REPORT).write_text(report.model_dump_json(), encoding="utf-8")


def _load(folder: Path, fraction: float, seed: int) -> TextCorpus:
    try:
        report = CorpusReport.model_validate_json((folder / _REPORT).read_bytes())
    except ValidationError as error:
        raise BadDataset(f"{folder} is damaged.", hint="Remove that folder; the next run creates it again.") from error
    train = _fields(folder / "train")
    if not report.validation:
        chosen, held_back = split(report.train, fraction, seed=seed)
        return TextCorpus(Split(train, chosen), Split(train, held_back), report)
    validation = _fields(folder / "validation")
    return TextCorpus(Split(train, _all(train)), Split(validation, _all(validation)), report)


def _fields(folder: Path) -> dict[str, Ragged]:
    return {path.stem: Ragged(folder, path.stem) for path in sorted(folder.glob("*.ends"))}


def _all(fields: dict[str, Ragged]) -> Indices:
    import numpy as np

    return np.arange(len(fields["input"]), dtype=np.int64)
