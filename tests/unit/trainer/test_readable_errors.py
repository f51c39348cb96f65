"""What ends a run for good: each with its code, and with every checkpoint and metric that was there."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file, save_file

from services.trainer.child.checkpoints import CheckpointStore
from services.trainer.interface.protocol import CheckpointSaved, Failed, RunSpec, Step
from shared.contracts.wire import ConfigValue
from tests.support.toy.task import STATE
from tests.support.training import Child, Runs

_DISK = "250m"  # room for two of the tiny voice's checkpoints


def ended(child: Child) -> Failed:
    assert child.end() == 1
    failed = child.messages[-1]
    assert isinstance(failed, Failed)
    return failed


def kept(spec: RunSpec) -> list[int]:
    return [metrics.step for metrics in CheckpointStore(spec.checkpoints).all()]


def test_a_run_that_wants_more_memory_than_it_may_have_says_so(runs: Runs) -> None:
    spec = runs.spec("hungry", preset="fast", batch_size=5).model_copy(update={"memory_limit": 700_000_000})
    failed = ended(runs.start(spec))
    assert failed.code == "OUT_OF_MEMORY"
    assert "batch_size" in (failed.hint or "")


def test_a_run_whose_loss_is_no_number_keeps_what_it_had(runs: Runs) -> None:
    spec = runs.toy("nan", max_steps=4, checkpoint_every=4)
    assert runs.start(spec).end() == 0
    (spec.checkpoints / "4" / STATE).write_text('{"weight": NaN}')
    failed = ended(runs.start(runs.toy("nan", max_steps=8, checkpoint_every=8)))
    assert failed.code == "DIVERGED"
    assert "learning_rate" in (failed.hint or "")
    assert kept(spec) == [4]


@pytest.mark.siege
def test_a_diverged_voice_keeps_what_it_had(runs: Runs) -> None:
    spec = runs.spec("diverged", max_steps=4, checkpoint_every=4)
    assert runs.start(spec).end() == 0
    weights = spec.checkpoints / "4" / "model.safetensors"
    save_file({name: tensor * torch.nan for name, tensor in load_file(weights).items()}, weights)
    failed = ended(runs.start(runs.spec("diverged", max_steps=8, checkpoint_every=8)))
    assert failed.code == "DIVERGED"
    assert "learning_rate" in (failed.hint or "")
    assert kept(spec) == [4]


def test_an_utterance_that_vanishes_is_named(runs: Runs, tmp_path: Path) -> None:
    copy = shutil.copytree(runs.dataset, tmp_path / "dataset")
    spec = runs.spec("vanishing", max_steps=500, checkpoint_every=2).model_copy(update={"datasets": (copy,)})
    child = runs.start(spec)
    child.read(lambda message: isinstance(message, CheckpointSaved))
    shutil.rmtree(copy / "wavs")
    failed = ended(child)
    assert (failed.code, "wavs/u" in failed.message) == ("BAD_DATASET", True), failed
    assert 2 in kept(spec)


def _may_mount() -> bool:
    probe = ["unshare", "-Urmp", "--fork", "mount", "-t", "tmpfs", "none", "/mnt"]
    try:
        return subprocess.run(probe, check=False, capture_output=True).returncode == 0
    except FileNotFoundError:
        return False


@pytest.mark.skipif(not _may_mount(), reason="a small disk of our own needs user namespaces")
@pytest.mark.parametrize("recipe", ["toy", pytest.param("vits", marks=pytest.mark.siege)])
def test_a_full_disk_leaves_the_earlier_checkpoints_whole(runs: Runs, tmp_path: Path, recipe: str) -> None:
    limits: dict[str, ConfigValue] = {"max_steps": 500, "checkpoint_every": 2, "keep_checkpoints": 50}
    if recipe == "toy":
        spec = runs.toy("full-toy", checkpoint_bytes=100_000_000, **limits)
    else:
        spec = runs.spec("full", **limits)
    small, left = spec.checkpoints, tmp_path / "left"
    small.mkdir(parents=True)
    script = (
        f"mount -t tmpfs -o size={_DISK} none {small} && "
        f"{sys.executable} -m services.trainer.child; status=$?; "
        f"(cd {small} && ls -A) > {left}; exit $status"
    )
    child = runs.start(spec, "unshare", "-Urm", "--kill-child", "--fork", "sh", "-c", script)
    failed = ended(child)
    assert failed.code == "NO_SPACE"
    assert "keep_checkpoints" in (failed.hint or "")
    saved = [message.step for message in child.messages if isinstance(message, CheckpointSaved)]
    assert saved
    assert sorted(left.read_text().split()) == sorted([*(str(step) for step in saved), "lexicon.tsv"])
    assert max(m.step for m in child.messages if isinstance(m, Step)) >= saved[-1]
