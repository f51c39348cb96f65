"""The child as a process: what it says, how it resumes, how it ends."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

import numpy as np
import pytest
import soundfile

from services.synth.engines import load_folder
from services.trainer.child.checkpoints import CheckpointStore
from services.trainer.interface.channel import EXIT_ORPHANED
from services.trainer.interface.protocol import (
    CheckpointSaved,
    ChildControl,
    Evaluated,
    Failed,
    Finished,
    Log,
    Started,
    Step,
)
from shared.products import VoiceInfo, read_info
from shared.vits.config import read_config
from tests.support.training import FinishedRun, Runs
from tests.support.voices import say

pytestmark = pytest.mark.timeout(120)


def test_a_run_tells_its_story_in_order(straight: FinishedRun) -> None:
    assert straight.status == 0
    messages = straight.child.messages
    told = [m for m in messages if not isinstance(m, Log)]
    assert isinstance(told[0], Started)
    assert (told[0].max_steps, told[0].steps_per_epoch, told[0].resumed_from) == (12, 2, None)
    assert told[0].parameters > 1_000_000
    assert [m.step for m in told if isinstance(m, Step)] == list(range(1, 13))
    assert [m.epoch for m in told if isinstance(m, Step)] == [n // 2 for n in range(12)]
    assert [m.step for m in told if isinstance(m, Evaluated)] == [5, 10, 12]
    assert [m.step for m in told if isinstance(m, CheckpointSaved)] == [5, 10, 12]
    assert isinstance(told[-1], Finished)
    assert (told[-1].step, told[-1].reason, told[-1].last_step) == (12, "completed", 12)
    assert not [m for m in messages if isinstance(m, Log) and m.level in {"warning", "error"}]


def test_the_losses_fall(straight: FinishedRun) -> None:
    losses = straight.child.steps
    assert losses[12]["loss_mel"] < 0.8 * losses[1]["loss_mel"]
    assert set(losses[1]) == {
        "loss", "loss_disc", "loss_gen", "loss_feat", "loss_mel", "loss_kl", "loss_duration"
    }  # fmt: skip


def test_the_best_checkpoint_becomes_a_voice_that_speaks(straight: FinishedRun) -> None:
    finished = straight.child.messages[-1]
    assert isinstance(finished, Finished)
    folder = finished.product
    assert folder == straight.spec.product_folder
    info = read_info(folder)
    assert isinstance(info, VoiceInfo)
    saved = [m for m in straight.child.messages if isinstance(m, CheckpointSaved)]
    assert info.step == finished.best_step == min(saved, key=lambda m: m.values["val_loss"]).step
    assert (info.name, info.run_id, info.language, info.sample_rate) == ("straight", "straight", "fa", 22050)
    voice = load_folder(folder, "cpu")
    samples = say(voice, "سلام دنیا", seed=1)
    assert samples.dtype == np.float32
    assert 0.05 < len(samples) / voice.sample_rate < 20
    assert np.abs(samples).max() <= 1.0


def test_a_checkpoint_holds_no_pickle(straight: FinishedRun) -> None:
    files = {p.name for p in (straight.spec.checkpoints / "12").rglob("*") if p.is_file()}
    assert files == {
        "model.safetensors", "config.json", "metrics.json", "loop.json", "optimizers.safetensors",
        "discriminator.safetensors", "generator.safetensors", "1.wav", "2.wav", "3.wav",
    }  # fmt: skip
    assert not [p for p in straight.spec.checkpoints.iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize("recipe", ["toy", pytest.param("vits", marks=pytest.mark.siege)])
def test_killed_between_checkpoints_and_resumed_it_gives_the_very_same_losses(
    runs: Runs, request: pytest.FixtureRequest, recipe: str
) -> None:
    straight: FinishedRun = request.getfixturevalue("straight" if recipe == "vits" else "toy")
    spec = runs.spec("killed") if recipe == "vits" else runs.toy("killed-toy", step_seconds=0.1)
    first = runs.start(spec)
    first.read(lambda m: isinstance(m, Step) and m.step == 7)
    first.kill()
    assert not spec.product_folder.exists()
    (spec.checkpoints / ".10.partial").mkdir()  # as a kill in the middle of a checkpoint leaves it

    second = runs.start(spec)
    assert second.end() == 0
    started = next(m for m in second.messages if isinstance(m, Started))
    assert started.resumed_from == 5
    assert sorted(second.steps) == list(range(6, 13))
    expected = straight.child.steps
    assert second.steps == {step: expected[step] for step in range(6, 13)}
    evaluations = [
        [m.values for m in child.messages if isinstance(m, Evaluated) and m.step > 5]
        for child in (second, straight.child)
    ]
    assert evaluations[0] == evaluations[1]
    assert not (spec.checkpoints / ".10.partial").exists()


def test_stop_writes_a_last_checkpoint_and_makes_the_product(runs: Runs) -> None:
    spec = runs.toy("stopped", max_steps=10_000, evaluate_every=5000, checkpoint_every=5000)
    child = runs.start(spec)
    child.read(lambda m: isinstance(m, Step) and m.step == 2)
    child.tell(ChildControl(action="stop"))
    assert child.end() == 0
    finished = child.messages[-1]
    assert isinstance(finished, Finished)
    assert finished.reason == "stopped"
    assert 2 <= finished.step < 100
    assert [m.step for m in CheckpointStore(spec.checkpoints).all()] == [finished.step]
    assert read_info(spec.product_folder).step == finished.step


def test_the_end_of_stdin_ends_the_child_at_once(runs: Runs) -> None:
    child = runs.start(runs.toy("orphan", max_steps=10_000))
    child.read(lambda m: isinstance(m, Started))
    assert child.process.stdin is not None
    child.process.stdin.close()
    asked = time.monotonic()
    assert child.process.wait(10) == EXIT_ORPHANED
    assert time.monotonic() - asked < 5


def test_sigterm_pauses_and_makes_no_product(runs: Runs) -> None:
    spec = runs.toy("paused", max_steps=10_000)
    child = runs.start(spec)
    child.read(lambda m: isinstance(m, Step))
    os.kill(child.process.pid, 15)
    assert child.end() == 0
    finished = child.messages[-1]
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.product) == ("paused", None)
    assert finished.last_step == finished.step
    assert not spec.product_folder.exists()


@pytest.mark.parametrize("line", [b"\n", b"{}\n", b"not json\n"])
def test_a_wrong_spec_is_answered(runs: Runs, line: bytes) -> None:
    child = runs.start(line)
    assert child.end() == 1
    assert isinstance(child.messages[-1], Failed)
    assert child.messages[-1].code == "VALIDATION"


def test_a_dataset_that_went_bad_fails_the_run_with_its_code(runs: Runs) -> None:
    spec = runs.spec("bad").model_copy(update={"datasets": (runs.root / "nowhere",)})
    child = runs.start(spec)
    assert child.end() == 1
    assert isinstance(child.messages[-1], Failed)
    assert child.messages[-1].code == "BAD_DATASET"


def _of_before(voice: Path, folder: Path) -> Path:
    """A copy of a voice without `reading`, as an earlier release wrote it."""
    older = Path(shutil.copytree(voice, folder / "older"))
    text = (older / "config.json").read_text(encoding="utf-8")
    (older / "config.json").write_text(text.replace('"reading": "fa/2",', ""), encoding="utf-8")
    assert read_config(older).reading == "espeak/1"
    return older


def test_fine_tuning_starts_from_a_voice(runs: Runs, straight: FinishedRun, tmp_path: Path) -> None:
    """The first loss lies far below that of a fresh network, and the base's sizes count, not the preset."""
    spec = runs.spec("tuned", preset="quality", max_steps=1).model_copy(
        update={"base_model": _of_before(straight.spec.product_folder, tmp_path)}
    )
    child = runs.start(spec)
    assert child.end() == 0
    assert child.steps[1]["loss"] < 0.8 * straight.child.steps[1]["loss"]
    sizes = [m.parameters for c in (child, straight.child) for m in c.messages if isinstance(m, Started)]
    assert sizes[0] == sizes[1]
    assert read_config(spec.product_folder).reading == "fa/2"  # whatever the base was trained with


def test_the_dataset_is_what_the_fixture_says(runs: Runs) -> None:
    assert len(list((runs.dataset / "wavs").iterdir())) == 6
    assert soundfile.info(runs.dataset / "wavs" / "u0.wav").samplerate == 22050


def test_a_run_keeps_the_lexicon_that_it_began_with(runs: Runs, tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon.tsv"
    lexicon.write_text("سلام\tدرود\n", encoding="utf-8")
    spec = runs.toy("words", max_steps=1).model_copy(update={"lexicon": lexicon})
    assert runs.start(spec).end() == 0
    kept = spec.checkpoints / "lexicon.tsv"
    assert kept.read_bytes() == lexicon.read_bytes()
    lexicon.write_text("no reading\n", encoding="utf-8")
    longer = runs.toy("words", max_steps=2).model_copy(update={"lexicon": lexicon})
    assert runs.start(longer).end() == 0
    assert kept.read_text(encoding="utf-8") == "سلام\tدرود\n"


def test_a_lexicon_with_a_mistake_names_its_line(runs: Runs, tmp_path: Path) -> None:
    lexicon = tmp_path / "lexicon.tsv"
    lexicon.write_text("سلام\tدرود\nno reading\n", encoding="utf-8")
    child = runs.start(runs.toy("mistake").model_copy(update={"lexicon": lexicon}))
    assert child.end() == 1
    failed = child.messages[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "VALIDATION"
    assert "Line 2" in failed.message


@pytest.mark.parametrize(("limits", "end"), [({"max_steps": 12}, 12), ({"max_steps": 5}, 5), ({"epochs": 3}, 6)])
def test_a_restored_run_without_a_step_left_is_refused_with_both_numbers(
    runs: Runs, toy: FinishedRun, limits: dict[str, int], end: int
) -> None:
    spec = runs.toy(f"restored-{end}", **limits)
    child = runs.start(spec.model_copy(update={"start_from": toy.spec.checkpoints / "12"}))
    assert child.end() != 0
    failed = child.messages[-1]
    assert isinstance(failed, Failed)
    assert failed.code == "VALIDATION"
    assert "step 12" in failed.message
    assert f"step {end} " in failed.message
    assert not child.steps
