"""The API as other people's clients use it: odd methods, blank fields, pasted addresses, and a first hour of use."""

from __future__ import annotations

from typing import Any

import httpx2
import pytest

from tests.support.command_line import sokhan_command
from tests.support.hub import TestHub
from tests.support.mms import write_mms_voice
from tests.support.platform import Platform
from tests.support.world import SpeechBody, publish, speech_bodies

FOREIGN = ("Input should", "valid dictionary", "should match", "^[A-Za-z", "Value error")


@pytest.mark.parametrize("case", speech_bodies(), ids=lambda case: case["name"])
def test_a_body_of_other_peoples_clients_is_spoken(sokhan: Platform, case: SpeechBody) -> None:
    with sokhan.client() as client:
        answer = client.post("/v1/audio/speech", json={**case["body"], "input": "سلام"})
    assert answer.status_code == 200, answer.text
    assert len(answer.content) > 1000


@pytest.mark.parametrize(
    ("wrong", "param"),
    [
        ({"voice": "nobody"}, "voice"),
        ({"speaker": "zahra"}, "speaker"),
        ({"language": "en"}, "language"),
        ({"lexicon": "one column"}, "lexicon"),
        ({"input": "☃"}, "input"),
    ],
)
def test_an_error_names_the_field_at_fault(sokhan: Platform, wrong: dict[str, object], param: str) -> None:
    with sokhan.client() as client:
        answer = client.post("/v1/audio/speech", json={"voice": "espeak-fa", "input": "سلام", **wrong})
    assert 400 <= answer.status_code < 500
    error = answer.json()["error"]
    assert error["param"] == param, error
    assert not any(words in error["message"] for words in FOREIGN)


def test_every_get_address_answers_head_alike(sokhan: Platform) -> None:
    with sokhan.client() as client:
        paths = client.get("/openapi.json").json()["paths"]
        plain = [path for path, methods in paths.items() if "get" in methods and "{" not in path]
        assert len(plain) > 20
        named = ["/v1/models/espeak-fa", "/api/sources/catalog/facebook/mms-tts-fas", "/livez", "/openapi.json"]
        for path in [*named, *plain]:
            with client.stream("GET", path) as got:
                status = got.status_code
            head = client.head(path)
            assert (head.status_code, head.content) == (status, b""), path


def test_slashes_at_the_end_and_other_servers_addresses(sokhan: Platform) -> None:
    with sokhan.client() as client:
        models = client.get("/v1/models").json()
        assert client.get("/v1/models/").json() == models
        assert client.get("/v1/audio/models").json() == models
        assert client.get("/v1/models/espeak-fa/").json()["id"] == "espeak-fa"
        assert client.post("/v1/audio/speech/", json={"input": "سلام"}).status_code == 200


def test_an_older_client_starts_a_download_with_id_and_kind(sokhan: Platform, hub: TestHub) -> None:
    publish(hub, "voice-with-samples", "clients/older")
    with sokhan.client() as client:
        body = {"kind": "tts", "id": "clients/older", "repoType": "model"}
        answer = client.post("/api/sources/download", json=body)
        assert answer.status_code == 202, answer.text
        same = client.post("/api/sources/download", json={"modelId": "clients/older", "repoId": "clients/older"})
        assert same.json()["data"]["repoId"] == "clients/older"


def test_what_is_pasted_from_the_address_bar_is_pulled(sokhan: Platform, hub: TestHub) -> None:
    publish(hub, "dataset-of-parquet", "clients/pasted")
    done = sokhan_command(sokhan, "pull", "https://huggingface.co/datasets/clients/pasted/tree/main")
    assert done.returncode == 0, done.stderr
    assert "datasets/clients/pasted" in done.stdout


def test_a_voice_as_the_hub_has_it_is_pulled_and_speaks(sokhan: Platform, hub: TestHub) -> None:
    """All files of such a repository, those with a dot too."""
    write_mms_voice(hub.folder / "models/clients/mms-tts-fas")
    hub.put("clients/mms-tts-fas", {"pytorch_model.bin": bytes(4000)})
    pulled = sokhan_command(sokhan, "pull", "hf.co/clients/mms-tts-fas")
    assert pulled.returncode == 0, pulled.stderr
    assert (sokhan.data / "models/clients/mms-tts-fas/.gitattributes").is_file()
    installed = {row["id"]: row for row in _installed(sokhan)}
    assert installed["clients/mms-tts-fas"]["isComplete"]
    assert set(installed["clients/mms-tts-fas"]["files"]) >= {".gitattributes", "config.json"}
    said = sokhan_command(sokhan, "say", "--voice", "clients/mms-tts-fas", "سلام دنیا", "-o", "salam.wav")
    assert said.returncode == 0, said.stderr
    assert (sokhan.folder / "salam.wav").stat().st_size > 1000


def _installed(sokhan: Platform) -> list[dict[str, Any]]:
    with sokhan.client() as client:
        answer: httpx2.Response = client.get("/api/sources/installed")
    found: list[dict[str, Any]] = answer.json()["data"]["all"]
    return found
