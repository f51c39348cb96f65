"""Voices of several speakers, and Common Voice as what they learn from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile

from services.trainer.interface.protocol import Finished
from services.trainer.recipes.vits.dataset import find_speakers, read_corpus
from shared.contracts.errors import BadDataset
from shared.persian.espeak import SAMPLE_RATE, espeak
from shared.persian.frontend import Frontend
from shared.vits.config import read_config
from shared.vits.presets import preset
from tests.support.training import SENTENCES, Runs, write_dataset


def write_common_voice(folder: Path, rows: list[tuple[str, str]]) -> Path:
    """From (client id, sentence): clips as mp3, as Mozilla's archives have them."""
    (folder / "clips").mkdir(parents=True)
    lines = ["client_id\tpath\tsentence_id\tsentence\tup_votes"]
    for number, (client, sentence) in enumerate(rows):
        samples = np.frombuffer(espeak().speak(sentence), dtype=np.int16)
        soundfile.write(folder / "clips" / f"c{number}.mp3", samples, SAMPLE_RATE, format="MP3")
        lines.append(f"{client}\tc{number}.mp3\tx\t{sentence}\t2")
    (folder / "validated.tsv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return folder


def test_common_voice_names_its_speakers_and_what_is_broken_is_counted(tmp_path: Path) -> None:
    rows = [("a" * 128, SENTENCES[0]), ("b" * 128, SENTENCES[1]), ("a" * 128, SENTENCES[2]), ("b" * 128, "hello")]
    folder = write_common_voice(tmp_path / "cv", rows)
    with (folder / "validated.tsv").open("a", encoding="utf-8") as file:
        file.write("c\tgone.mp3\tx\tسلام.\t2\nc\t../../etc/passwd\tx\tسلام.\t2\nc\n")
    speakers = find_speakers((folder,), 12.0)
    assert set(speakers) == {"a" * 12, "b" * 12}
    config = preset("tiny").model_copy(update={"speakers": speakers})
    corpus = read_corpus((folder,), config, Frontend(), max_seconds=12.0, validation_fraction=0.1, seed=1)
    found = {example.id: speakers[example.speaker] for example in corpus.train + corpus.validation}
    assert found == {"c0.mp3": "a" * 12, "c1.mp3": "b" * 12, "c2.mp3": "a" * 12}
    assert corpus.dropped == {
        "without a Persian letter": 1,
        "whose clip is missing": 1,
        "with a broken row": 2,
    }


def test_one_speaker_is_no_choir(runs: Runs) -> None:
    with pytest.raises(BadDataset, match="one speaker"):
        find_speakers((runs.dataset,), 12.0)


def test_a_table_without_its_columns_is_refused(tmp_path: Path) -> None:
    folder = write_common_voice(tmp_path / "cv", [("a", SENTENCES[0])])
    (folder / "validated.tsv").write_text("client_id\tfile\n", encoding="utf-8")
    with pytest.raises(BadDataset, match="no column path"):
        find_speakers((folder,), 12.0)


def test_a_voice_learns_two_datasets_as_two_speakers(runs: Runs, tmp_path: Path) -> None:
    other = write_dataset(tmp_path / "other", [(f"o{n}", text) for n, text in enumerate(SENTENCES)])
    spec = runs.spec("choir", multi_speaker=True, max_steps=3, checkpoint_every=3, evaluate_every=3)
    child = runs.start(spec.model_copy(update={"datasets": (runs.dataset, other)}))
    assert child.end() == 0, child.messages[-2:]
    finished = child.messages[-1]
    assert isinstance(finished, Finished)
    assert finished.product is not None
    assert set(read_config(finished.product).speakers) == {runs.dataset.name, "other"}
    samples = sorted((spec.checkpoints / "3" / "samples").iterdir())
    assert [path.name for path in samples] == ["1.wav", "2.wav", "3.wav"]
