"""From a file of texts to a classifier, through the command line and the whole platform."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from transformers import pipeline

from tests.support.command_line import sokhan_command
from tests.support.platform import Platform
from tests.support.processes import wait_until
from tests.support.text_models import write_bert, write_classes


@pytest.mark.timeout(300)
def test_a_file_of_texts_makes_a_classifier(sokhan: Platform, tmp_path: Path) -> None:
    source = write_classes(tmp_path / "source", count=80) / "train.jsonl"
    done = sokhan_command(sokhan, "datasets", "add", str(source), "--name", "moods")
    assert done.returncode == 0, done.stderr
    assert "local/moods: 80 texts, " in done.stdout
    assert sokhan.get("/api/datasets/local/moods")["type"] == "text"

    write_bert(sokhan.data / "models" / "test" / "bert")
    wait_until(lambda: "test/bert" in sokhan_command(sokhan, "installed").stdout, 30, "the model is listed")
    settings = ("learning_rate=0.005", "validation_fraction=0.2", "evaluate_every=15", "lora_rank=4", "device=cpu")
    done = sokhan_command(
        sokhan, "train", "--recipe", "classification", "--base", "test/bert", "--dataset", "local/moods",
        "--name", "mood", "--max-steps", "30", *(part for each in settings for part in ("--set", each)), limit=240,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    classify = pipeline("text-classification", model=str(sokhan.data / "models" / "local" / "mood"), device="cpu")
    assert {classify(text)[0]["label"] for text in ("هوا خوب است", "شهر زشت است")} <= {"مثبت", "منفی"}
    listed = json.loads(sokhan_command(sokhan, "installed", "--json").stdout)
    assert "local/mood" in json.dumps(listed)


def test_a_broken_row_is_named(sokhan: Platform, tmp_path: Path) -> None:
    (tmp_path / "broken.jsonl").write_text('{"text": "سلام"}\n{"text": \n', encoding="utf-8")
    done = sokhan_command(sokhan, "datasets", "add", str(tmp_path / "broken.jsonl"))
    assert done.returncode == 1
    assert "Line 2 of broken.jsonl" in done.stderr
    assert "BAD_DATASET" in done.stderr


def test_a_voice_is_no_base_of_a_classifier(sokhan: Platform, tmp_path: Path) -> None:
    source = write_classes(tmp_path / "source") / "train.jsonl"
    assert sokhan_command(sokhan, "datasets", "add", str(source), "--name", "moods-2").returncode == 0
    done = sokhan_command(sokhan, "train", "--recipe", "classification", "--dataset", "local/moods-2")
    assert done.returncode == 1
    assert "needs a baseModel" in done.stderr
