"""Datasets of speech as people pack them: recognised wherever they lie, or refused by name; never taken for text."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

import pytest

from services.scanner.import_dataset import DatasetImport
from services.scanner.walk import walk
from shared.contracts.assets import Asset
from shared.contracts.errors import BadDataset
from shared.contracts.kinds.scan import DatasetFormat, ImportDataset
from shared.files import DataTree, UnpackLimits
from shared.files.speech import find_speech
from shared.files.utterances import Utterance
from tests.support.ljspeech import SENTENCES, files, wav, zipped
from tests.world.archives import builders

LIMITS = UnpackLimits(10**8, 1000)


def brought(tree: DataTree, content: bytes, format_: DatasetFormat = "auto", name: str = "voice") -> Asset:
    (tree.uploads / name).write_bytes(content)
    importing = DatasetImport(tree, LIMITS, lambda: datetime(2026, 1, 1, tzinfo=UTC))
    importing.run(ImportDataset(upload=name, name=name, file_name="voice.zip", format=format_), f"job-{name}")
    return next(asset for asset in walk(tree) if asset.id == f"local/{name}")


def heard(tree: DataTree, name: str = "voice") -> dict[str, str]:
    """What training reads of it: texts by id."""
    speech = find_speech(tree.folder("dataset", f"local/{name}"))
    assert speech is not None
    return {found.id: found.text for found in speech.utterances() if isinstance(found, Utterance)}


def test_common_voice_as_mozilla_packs_it(tree: DataTree) -> None:
    asset = brought(tree, builders.named_tar(builders.common_voice(SENTENCES)))
    assert (asset.type, asset.status) == ("common_voice", "ready")
    assert (asset.details.items, asset.details.skipped, asset.details.sample_rate) == (3, 1, 32000)
    assert asset.details.hours == pytest.approx(3 * 0.6 / 3600, rel=0.2)
    assert len(heard(tree)) == 3


def test_an_empty_validated_table_beside_a_full_one_to_train_on(tree: DataTree) -> None:
    content = builders.common_voice(SENTENCES)
    corpus = builders.CORPUS
    content[f"{corpus}/train.tsv"] = content[f"{corpus}/validated.tsv"]
    content[f"{corpus}/validated.tsv"] = content[f"{corpus}/dev.tsv"]
    assert brought(tree, zipped(content)).details.items == 3


PLACES = {
    "at the top": files(),
    "two folders down": files(top="LJSpeech/fa/"),
    "beside its papers": files(top="data/") | {"docs/readme.pdf": b"%PDF", "docs/speakers.csv": b"a,b\n1,2\n"},
    "under a table of something else": files(top="corpus/") | {"stats.csv": b"a,b\n1,2\n", "README.txt": b"x"},
    "beside a list of the splits": files() | {"train.csv": b"id\nu0\n"},
}


@pytest.mark.parametrize("location", PLACES)
def test_ljspeech_is_found_wherever_it_lies(tree: DataTree, location: str) -> None:
    asset = brought(tree, zipped(PLACES[location]))
    assert (asset.type, asset.status, asset.details.items) == ("ljspeech", "ready", 4), asset.problem
    assert list(heard(tree).values()) == list(SENTENCES)


def test_two_data_sets_in_one_archive_are_refused_by_name(tree: DataTree) -> None:
    both = files(top="زن/") | builders.common_voice(SENTENCES) | {"index.csv": b"a,b\n1,2\n"}
    with pytest.raises(BadDataset, match=r"holds 2 datasets: .*/fa \(Common Voice\), زن \(LJSpeech\)"):
        brought(tree, zipped(both))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ({"clips/a.mp3": builders.mp3(), "list.csv": b"text,file\nx,a\n"}, r"no metadata\.csv beside .*clips/a\.mp3"),
        ({"wavs/a.wav": wav()}, r"no metadata\.csv beside .*wavs/a\.wav"),
        ({"a/metadata.csv": "u0|سلام.".encode(), "train.csv": b"text\nx\n"}, "names wavs/u0.wav, which is not"),
    ],
)
def test_recordings_without_a_layout_are_not_taken_for_text(
    tree: DataTree, content: dict[str, bytes], said: str
) -> None:
    with pytest.raises(BadDataset, match=said):
        brought(tree, zipped(content))


def test_texts_that_are_asked_for_are_taken_from_beside_recordings(tree: DataTree) -> None:
    asset = brought(tree, zipped(files() | {"train.jsonl": '{"text": "سلام"}\n'.encode()}), "text")
    assert (asset.type, asset.details.items) == ("text", 1)


def _named(metadata: str, *recordings: str) -> dict[str, bytes]:
    return {"metadata.csv": metadata.encode(), **{name: wav() for name in recordings}}


READ: dict[str, tuple[dict[str, bytes], dict[str, str]]] = {
    "ids that are paths": (
        _named("wavs/u1.wav|سلام.\nwavs/u2|خوبی؟\n", "wavs/u1.wav", "wavs/u2.wav"),
        {"wavs/u1.wav": "سلام.", "wavs/u2": "خوبی؟"},
    ),
    "ids with Windows' bars": (_named("wavs\\u1.wav|سلام.\n", "wavs/u1.wav"), {"wavs\\u1.wav": "سلام."}),
    "recordings in another folder": (_named("audio/u1.wav|سلام.\n", "audio/u1.wav"), {"audio/u1.wav": "سلام."}),
    "capital endings": (_named("u1|سلام.\n", "wavs/u1.WAV"), {"u1": "سلام."}),
    "ids in NFD": (
        _named(f"{unicodedata.normalize('NFD', 'آغاز')}|سلام.\n", "wavs/آغاز.wav"), {"آغاز": "سلام."}
    ),
    "Arabic letters in a file's name": (_named("یک|سلام.\n", "wavs/يك.wav"), {"یک": "سلام."}),
    "a header in English": (_named("id|text\nu1|سلام.\n", "wavs/u1.wav"), {"u1": "سلام."}),
    "a header in Persian": (_named("شناسه|متن\nu1|سلام.\n", "wavs/u1.wav"), {"u1": "سلام."}),
    "a header of unknown names": (_named("klip|satz\nu1|سلام.\n", "wavs/u1.wav"), {"u1": "سلام."}),
    "a header that says which column": (
        _named("speaker|sentence|path|seconds\nم|سلام.|wavs/u1.wav|1.5\n", "wavs/u1.wav"), {"wavs/u1.wav": "سلام."}
    ),
    "an empty last column": (_named("u1|سلام.|\n", "wavs/u1.wav"), {"u1": "سلام."}),
    "a bar in the text": (_named("u1|سلام | خوبی؟\n", "wavs/u1.wav"), {"u1": "سلام | خوبی؟"}),
    "spaces around all bars": (_named("u1 | ۱ دنیا | یک دنیا\n", "wavs/u1.wav"), {"u1": "یک دنیا"}),
    "normalised text": (_named("u1|۱ دنیا|یک دنیا\n", "wavs/u1.wav"), {"u1": "یک دنیا"}),
    "a speaker behind the text": (_named("u1|یک دنیا|sp1\n", "wavs/u1.wav"), {"u1": "یک دنیا"}),
}  # fmt: skip


@pytest.mark.parametrize("case", READ)
def test_metadata_says_what_a_person_sees(tree: DataTree, case: str) -> None:
    content, said = READ[case]
    brought(tree, zipped(content))
    assert heard(tree) == said


@pytest.mark.parametrize(
    ("id_", "path"), [("u9", "wavs/u9.wav"), ("wavs/u9.wav", "wavs/u9.wav"), ("b/u9", "wavs/b/u9")]
)
def test_a_lost_recording_is_named_by_the_path_that_was_looked_for(tree: DataTree, id_: str, path: str) -> None:
    with pytest.raises(BadDataset, match=f"Line 2 of metadata.csv names {path}"):
        brought(tree, zipped(_named(f"u1|سلام.\n{id_}|خوبی؟\n", "wavs/u1.wav")))


@pytest.mark.parametrize("encoding", ["utf-8", "cp1256", "cp720"])
def test_names_in_an_archive_fit_the_ids_beside_them(tree: DataTree, encoding: str) -> None:
    recordings = {"wavs/آغاز كار.wav": wav()}
    content = {"metadata.csv": "آغاز کار|سلام.\n".encode(), **recordings}
    brought(tree, builders.named_zip(content, encoding))
    assert heard(tree) == {"آغاز کار": "سلام."}


def test_an_archive_from_a_mac_is_whole(tree: DataTree) -> None:
    asset = brought(tree, builders.mac_zip({"metadata.csv": "آغاز|سلام.\n".encode(), "wavs/آغاز.wav": wav()}))
    assert (asset.status, asset.files) == ("ready", ("metadata.csv", "wavs/آغاز.wav"))


def test_a_folder_copied_by_hand_may_hold_its_corpus_deeper(tree: DataTree) -> None:
    folder = tree.root / "datasets/ns/cv"
    for name, content in builders.common_voice(SENTENCES).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    (asset,) = walk(tree)
    assert (asset.type, asset.status) == ("common_voice", "ready")
    speech = find_speech(folder)
    assert speech is not None
    assert sum(isinstance(found, Utterance) for found in speech.utterances()) == 3


def test_a_recording_that_cannot_be_read_is_named_before_anything_else(tree: DataTree) -> None:
    with pytest.raises(BadDataset, match=r"wavs/u1\.m4a is not readable audio"):
        brought(tree, zipped({"metadata.csv": "u1|سلام.\n".encode(), "wavs/u1.m4a": b"no sound"}))


def test_a_folder_copied_from_a_mac_by_hand_fits_its_ids(tree: DataTree) -> None:
    folder = tree.root / "datasets/ns/mac"
    (folder / "wavs").mkdir(parents=True)
    (folder / "metadata.csv").write_text("آغاز|سلام.\n", encoding="utf-8")
    (folder / "wavs" / unicodedata.normalize("NFD", "آغاز.wav")).write_bytes(wav())
    speech = find_speech(folder)
    assert speech is not None
    assert [found.id for found in speech.utterances() if isinstance(found, Utterance)] == ["آغاز"]
