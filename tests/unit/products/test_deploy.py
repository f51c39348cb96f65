"""How a checkpoint becomes a product under a name, and what is never overwritten."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shared.contracts.holding import owned_by
from shared.files import read_access, write_access
from shared.files.layout import check_segment
from shared.products import Deployed, Origin, VoiceInfo, deploy, origin_of, publish, read_mark, remove_mark, write_mark
from tests.support.folders import safetensors, write


def checkpoint(root: Path, step: int) -> Path:
    files = {
        "model.safetensors": safetensors(step),
        "config.json": b"{}",
        "metrics.json": b"{}",
        "deployed.json": b"{}",
        "state/optimizer.bin": b"1",
        "samples/1.wav": b"RIFF",
    }
    return write(root / "checkpoints" / "run" / str(step), files)


def put(root: Path, step: int, run: str = "run", mine: tuple[str, ...] = ("run",)) -> Origin:
    origin = Origin(name="name", run_id=run, step=step)
    target = root / "models" / "name"
    return deploy(checkpoint(root, step), target, recipe="masked_lm", origin=origin, scratch=root / "tmp", mine=mine)


def test_what_is_served_is_the_weights_and_the_configuration(tmp_path: Path) -> None:
    assert put(tmp_path, 10).version == 1
    target = tmp_path / "models" / "name"
    assert sorted(path.name for path in target.iterdir()) == ["config.json", "model.safetensors", "sokhan-model.json"]
    ours = tmp_path / "checkpoints/run/10/model.safetensors"
    assert (target / "model.safetensors").samefile(ours)
    assert not (target / "config.json").samefile(ours.with_name("config.json"))
    assert not list((tmp_path / "tmp").iterdir())


def test_where_there_are_no_links_the_weights_are_copied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(os, "link", refuse)
    put(tmp_path, 10)
    copied = tmp_path / "models/name/model.safetensors"
    assert copied.read_bytes() == safetensors(10)
    assert not copied.samefile(tmp_path / "checkpoints/run/10/model.safetensors")


def test_versions_count_and_a_repeat_is_no_version(tmp_path: Path) -> None:
    assert [put(tmp_path, step).version for step in (10, 10, 20, 10)] == [1, 1, 2, 3]
    assert put(tmp_path, 30, run="second", mine=("run", "second")).version == 4


def test_anothers_product_and_a_folder_of_nobodys_stay(tmp_path: Path) -> None:
    put(tmp_path, 10)
    with pytest.raises(FileExistsError):
        put(tmp_path, 20, run="second", mine=("second",))
    origin = origin_of(tmp_path / "models/name")
    assert origin is not None
    assert (origin.run_id, origin.step) == ("run", 10)
    write(tmp_path / "models" / "name2", {"a": b"a"})
    (tmp_path / "models" / "name").rename(tmp_path / "models" / "old")
    (tmp_path / "models" / "name2").rename(tmp_path / "models" / "name")
    with pytest.raises(FileExistsError):
        put(tmp_path, 20)


def test_a_text_model_takes_no_voices_place(tmp_path: Path) -> None:
    put(tmp_path, 10)
    target = tmp_path / "models" / "name"
    (target / "sokhan-model.json").unlink()
    voice = VoiceInfo(name="name", run_id="run", step=10, sample_rate=22050, text_input="phonemes")
    (target / "voice.json").write_text(voice.model_dump_json(by_alias=True))
    with pytest.raises(FileExistsError):
        put(tmp_path, 20)
    assert origin_of(target) == voice


def test_a_run_that_publishes_by_itself_goes_on_counting(tmp_path: Path) -> None:
    put(tmp_path, 10)
    target, origin = tmp_path / "models" / "name", Origin(name="name", run_id="run", step=20)
    publish(checkpoint(tmp_path, 20), target, recipe="masked_lm", origin=origin, scratch=tmp_path / "tmp")
    found = origin_of(target)
    assert found is not None
    assert (found.step, found.version) == (20, 2)


def test_the_mark_is_read_back_and_a_broken_one_is_none(tmp_path: Path) -> None:
    assert read_mark(tmp_path) is None
    write_mark(tmp_path, Deployed(name="صدا", version=3))
    assert read_mark(tmp_path) == Deployed(name="صدا", version=3)
    (tmp_path / "deployed.json").write_text("{")
    assert read_mark(tmp_path) is None
    remove_mark(tmp_path)
    remove_mark(tmp_path)


@pytest.mark.parametrize("name", ["خ" * 96, "😀" * 50])
def test_a_second_run_of_the_longest_name_is_published_under_a_name_that_can_be_asked_for(
    tmp_path: Path, name: str
) -> None:
    for run in ("first000-x", "second00-x"):
        origin = Origin(name=name, run_id=run, step=10)
        target = tmp_path / "models" / "local" / name
        put_at = publish(checkpoint(tmp_path, 10), target, recipe="masked_lm", origin=origin, scratch=tmp_path / "tmp")
    assert check_segment(put_at.name).endswith("-second00")


def test_a_product_is_private_and_its_next_version_is_as_it_was_made(tmp_path: Path) -> None:
    target, sara = tmp_path / "models" / "name", owned_by("sara")
    shared = sara.model_copy(update={"visibility": "shared"})

    def publish_step(step: int) -> None:
        origin = Origin(name="name", run_id="run", step=step)
        folder, scratch = checkpoint(tmp_path, step), tmp_path / "tmp"
        publish(folder, target, recipe="masked_lm", origin=origin, scratch=scratch, access=sara)

    publish_step(10)
    assert read_access(target) == sara
    write_access(target, shared)
    publish_step(20)
    assert read_access(target) == shared
    origin = Origin(name="name", run_id="run", step=30)
    folder, scratch = checkpoint(tmp_path, 30), tmp_path / "tmp"
    deploy(folder, target, recipe="masked_lm", origin=origin, scratch=scratch, mine=("run",), access=sara)
    assert read_access(target) == shared
