"""Data sets, names and texts as people have them, through the front door: installed and ready, or refused by name."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.command_line import sokhan_command
from tests.support.ljspeech import SENTENCES, files, wav, zipped
from tests.support.platform import Platform
from tests.support.recordings import record
from tests.world.archives import builders

LONG = "😀" * 70


def upload(sokhan: Platform, name: str, content: bytes, file_name: str = "data.zip") -> dict[str, object]:
    """What of the answer a person reads: the dataset, or the error."""
    with sokhan.client() as client:
        answer = client.post("/api/datasets", data={"name": name}, files={"file": (file_name, content)})
    assert answer.status_code < 500, answer.text
    body: dict[str, object] = answer.json()
    found = body["data"] if body["ok"] else body["error"]
    assert isinstance(found, dict)
    return found


def ready(sokhan: Platform, name: str) -> dict[str, object]:
    """The dataset as it is after a look at the disk, which is when a wrong manifest shows."""
    sokhan_command(sokhan, "installed")
    found = sokhan.get(f"/api/datasets/local/{name}")
    assert found["status"] == "ready", found
    return found


PACKED = {
    "mac": builders.mac_zip(files()),
    "windows": builders.named_zip({"metadata.csv": "آغاز کار|سلام.\n".encode(), "wavs/آغاز كار.wav": wav()}, "cp1256"),
    "dos": builders.named_zip({"metadata.csv": "آغاز کار|سلام.\n".encode(), "wavs/آغاز كار.wav": wav()}, "cp720"),
    "tar-in-zip": builders.tar_that_ends_in_a_zip(files(), zipped({"inner.txt": b"x"})),
    "zips-sign": builders.tar_gz_with_a_zips_sign(files()),
    "mozilla": builders.named_tar(builders.common_voice(SENTENCES)),
    "deep": zipped(files(top="LJSpeech/fa/") | {"docs/readme.pdf": b"%PDF"}),
    "paths": zipped({"metadata.csv": "file|text\nwavs/u1.wav|سلام.|\n".encode(), "wavs/u1.wav": wav()}),
}


@pytest.mark.parametrize("name", PACKED)
def test_an_archive_as_people_pack_it_is_installed_and_stays_ready(sokhan: Platform, name: str) -> None:
    data = upload(sokhan, f"world-{name}", PACKED[name])
    assert data.get("id") == f"local/world-{name}", data
    details = ready(sokhan, f"world-{name}")["details"]
    assert isinstance(details, dict)
    assert details["hours"] > 0


def test_recordings_of_a_telephone_are_read(sokhan: Platform, tmp_path: Path) -> None:
    recording = record(tmp_path / "u1.m4a", "aac").read_bytes()
    upload(sokhan, "m4a", zipped({"metadata.csv": "u1|سلام.\n".encode(), "wavs/u1.m4a": recording}))
    details = ready(sokhan, "m4a")["details"]
    assert isinstance(details, dict)
    assert (details["items"], details["sampleRate"]) == (1, 22050)


def test_an_error_names_the_file_as_its_owner_does(sokhan: Platform) -> None:
    error = upload(sokhan, "owner", b'{"text": "a"}\n{broken\n', "نظرها.jsonl")
    assert error["code"] == "BAD_DATASET"
    assert "Line 2 of نظرها.jsonl" in str(error["message"])
    error = upload(sokhan, "nothing", zipped({"a.md": b"x"}))
    assert "import-" not in str(error)


@pytest.mark.parametrize("name", [LONG, "خ" * 96 + "😀" * 5])
def test_a_name_that_no_disk_takes_is_refused_at_every_door(sokhan: Platform, name: str) -> None:
    assert upload(sokhan, name, zipped(files()))["code"] == "VALIDATION"
    with sokhan.client() as client:
        for path, body in (
            ("/api/training", {"recipe": "vits", "datasets": ["local/x"], "name": name}),
            ("/api/training", {"recipe": "import", "baseModel": "x/y", "name": name}),
            ("/api/sources/installed/verify", {"id": f"local/{name}"}),
        ):
            answer = client.post(path, json=body)
            assert 400 <= answer.status_code < 500, answer.text
        for path in (f"/api/datasets/local/{name}", f"/api/sources/installed/local/{name}"):
            assert client.get(path).status_code < 500
        assert client.delete(f"/api/sources/installed/local/{name}").status_code < 500


def test_the_longest_name_is_installed(sokhan: Platform) -> None:
    name = "خ" * 96
    assert upload(sokhan, name, zipped(files()))["id"] == f"local/{name}"
    ready(sokhan, name)


HALF = '"\\ud83d سلام."'


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/speech", f'{{"input": {HALF}, "voice": "espeak-fa"}}'),
        ("/api/speech", f'{{"input": "سلام.", "voice": "espeak-fa", "title": {HALF}}}'),
        ("/api/speech", f'{{"input": "سلام.", "voice": "espeak-fa", "lexicon": {HALF}}}'),
        ("/api/training", f'{{"recipe": "vits", "datasets": [{HALF}]}}'),
        ("/api/training", f'{{"recipe": "vits", "datasets": ["local/x"], "config": {{{HALF}: {HALF}}}}}'),
        ("/api/sources/download", f'{{"repoId": {HALF}}}'),
        ("/api/sources/catalog", f'{{"id": "a/b", "name": {HALF}}}'),
        ("/v1/audio/speech", f'{{"input": {HALF}, "voice": "espeak-fa"}}'),
        ("/v1/audio/phonemize", f'{{"input": {HALF}}}'),
    ],
)
def test_half_a_character_breaks_no_door(sokhan: Platform, path: str, body: str) -> None:
    with sokhan.client() as client:
        answer = client.post(path, content=body.encode(), headers={"Content-Type": "application/json"})
    assert answer.status_code < 500, answer.text


def test_a_file_and_an_argument_in_another_encoding_get_through_the_command_line(
    sokhan: Platform, tmp_path: Path
) -> None:
    source = tmp_path / os.fsdecode("نظر".encode("cp1256") + b".txt")
    source.write_text("سلام\n", encoding="utf-8")
    done = sokhan_command(sokhan, "datasets", "add", str(source), "--name", "other-encoding")
    assert done.returncode == 0, done.stderr
    ready(sokhan, "other-encoding")
    text = os.fsdecode("سلام ".encode() + b"\xff")
    said = sokhan_command(sokhan, "say", text, "--voice", "espeak-fa", "-o", str(tmp_path / "said.wav"))
    assert "Traceback" not in said.stderr
    assert said.returncode == 0, said.stderr
