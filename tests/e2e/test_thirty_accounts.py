"""Thirty accounts at the same time on the whole platform: nobody sees a byte, a count or an event of another.

Everything of an account has its name in it. So every answer and every event is searched for the names of the others.
"""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2
import pytest
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed

from shared.contracts.holding import owned_by
from shared.files import write_access
from shared.trust import NOBODY
from tests.support.accounts import PASSWORD
from tests.support.hub import TestHub, running_hub
from tests.support.piper import write_piper_voice
from tests.support.platform import Platform, platform

pytestmark = [pytest.mark.siege, pytest.mark.timeout(900), pytest.mark.xdist_group("thirty")]
COUNT = 30
ANY_NAME = re.compile(r"person-\d\d")
TOPICS = [f"{kind}:*" for kind in ("download", "scan", "training", "speech", "asset")]
LISTS = (
    "/api/assets", "/api/training/assets", "/api/catalog/models", "/api/catalog/datasets", "/api/sources/installed",
    "/api/datasets", "/api/sources/downloads", "/api/training", "/api/analysis/training/jobs", "/api/speech",
    "/v1/models", "/v1/audio/voices", "/api/settings", "/api/webhooks", "/api/auth/keys", "/api/auth/sessions",
    "/api/sources/catalog", "/api/lexicon", "/api/training?shared=true", "/api/speech?shared=true",
)  # fmt: skip
OPERATIONS = ("/metrics", "/api/users", "/api/audit", "/api/invitations")


@dataclass
class Person:
    name: str
    client: httpx2.AsyncClient
    headers: dict[str, str]
    events: list[str] = field(default_factory=list)
    ended: set[str] = field(default_factory=set)
    own: dict[str, str] = field(default_factory=dict)
    every_job_ended: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def text(self) -> str:
        return f"سلام دنیا {self.name}"

    def receive(self, event: str) -> None:
        self.events.append(event)
        if (message := json.loads(event)).get("final"):
            self.ended.add(message["kind"])
        if {"download", "training", "speech"} <= self.ended:
            self.every_job_ended.set()


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as found:
        for number in range(COUNT):
            found.put(f"ns/of-{name_of(number)}", {"weights.bin": bytes([number]) * (50_000 + number)})
        yield found


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("lab")
    environment = {
        "SOKHAN_AUTH": "accounts",
        "SOKHAN_REGISTRATION": "open",
        "SOKHAN_TOKEN": "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978",
        "SOKHAN_ADMIN_LINK_FILE": str(folder / "admin-link"),
        "SOKHAN_TRAINING_SLOTS": "2",
        "SOKHAN_DOWNLOAD_SLOTS": "4",
        "HF_ENDPOINT": hub.url,
    }
    for number in range(COUNT):
        name = name_of(number)
        voice = write_piper_voice(folder / "data" / "models" / f"~{name}" / f"voice-of-{name}")
        write_access(voice, owned_by(name))
    with platform(folder, environment=environment) as built:
        yield built


def name_of(number: int) -> str:
    return f"person-{number:02}"


def foreign(name: str, text: str) -> set[str]:
    return set(ANY_NAME.findall(text)) - {name}


@asynccontextmanager
async def _watching(lab: Platform, person: Person):  # type: ignore[no-untyped-def]
    """A socket of everything that the account may see, for the duration of the block."""
    async with connect(
        f"ws://127.0.0.1:{lab.port}/ws", additional_headers=person.headers, proxy=None, open_timeout=60
    ) as socket:
        await socket.send(json.dumps({"op": "subscribe", "topics": TOPICS}))

        async def read() -> None:
            with suppress(ConnectionClosed):
                while True:
                    person.receive(str(await socket.recv()))

        reading = asyncio.create_task(read())
        try:
            yield
        finally:
            reading.cancel()
            await asyncio.gather(reading, return_exceptions=True)


async def test_nobody_sees_anything_of_another(lab: Platform) -> None:
    people = [await _registered(lab, name_of(number)) for number in range(COUNT)]
    try:
        async with asyncio.TaskGroup() as group:
            for person in people:
                group.create_task(_day(lab, person))
        for person in people:
            await _check_own(person)
        for person, other in zip(people, [*people[1:], people[0]], strict=True):
            await _check_apart(person, other)
    finally:
        await asyncio.gather(*(person.client.aclose() for person in people))


async def _registered(lab: Platform, name: str) -> Person:
    client = httpx2.AsyncClient(base_url=lab.url, timeout=120, trust_env=False, verify=NOBODY)
    answer = await client.post("/api/auth/register", json={"name": name, "password": PASSWORD})
    assert answer.status_code == 201, answer.text
    headers = {"Authorization": f"Bearer {answer.json()['data']['accessToken']}"}
    client.headers.update(headers)
    return Person(name, client, headers)


async def _day(lab: Platform, person: Person) -> None:
    """A download, an upload, a run on it, speech with an own voice and a render, with a socket open all the time."""
    async with _watching(lab, person):
        await asyncio.gather(_download(person), _upload_and_train(person), _speak(person))
        async with asyncio.timeout(60):  # an event follows its state in the store
            await person.every_job_ended.wait()


async def _download(person: Person) -> None:
    job = await _post(person, "/api/sources/download", {"modelId": f"ns/of-{person.name}"})
    person.own["download"] = f"/api/sources/download/{job['id']}"
    await _ended(person, person.own["download"])


async def _upload_and_train(person: Person) -> None:
    lines = "".join(json.dumps({"text": f"{person.text} {n}"}, ensure_ascii=False) + "\n" for n in range(30))
    files = {"file": (f"{person.name}.jsonl", lines.encode())}
    answer = await person.client.post("/api/datasets", files=files, data={"name": f"texts-of-{person.name}"})
    assert answer.status_code in {201, 202}, answer.text
    if answer.status_code == 202:
        await _ended(person, f"/api/datasets/imports/{answer.json()['data']['id']}")
    body = {
        "recipe": "toy",
        "datasets": [f"local/texts-of-{person.name}"],
        "name": f"run-of-{person.name}",
        "config": {"max_steps": 3, "batch_size": 2, "checkpoint_every": 3, "step_seconds": 0.01},
    }
    job = await _post(person, "/api/training", body)
    assert job["datasets"] == [f"~{person.name}/texts-of-{person.name}"]
    person.own["run"] = f"/api/training/{job['id']}"
    await _ended(person, person.own["run"])


async def _speak(person: Person) -> None:
    body = {"input": person.text, "voice": f"voice-of-{person.name}", "response_format": "wav"}
    answer = await person.client.post("/v1/audio/speech", json=body)
    assert answer.status_code == 200, answer.text
    assert answer.content[:4] == b"RIFF"
    job = await _post(person, "/api/speech", {"input": person.text, "title": f"book of {person.name}"})
    person.own["render"] = f"/api/speech/{job['id']}"
    await _ended(person, person.own["render"])


async def _post(person: Person, path: str, body: object) -> dict[str, object]:
    answer = await person.client.post(path, json=body)
    assert answer.status_code < 300, answer.text
    found = answer.json()["data"]
    assert isinstance(found, dict)
    return found


async def _ended(person: Person, path: str) -> None:
    async with asyncio.timeout(600):
        while True:
            job = (await person.client.get(path)).json()["data"]
            assert job.get("queuePosition") in {None, 1}, "a place among own jobs, of which there is one"
            if job["state"] in {"completed", "failed", "cancelled"}:
                assert job["state"] == "completed", job
                return
            await asyncio.sleep(0.5)


async def _check_own(person: Person) -> None:
    """Every list has what is the account's, and nothing with the name of another."""
    for path in LISTS:
        answer = await person.client.get(path)
        assert answer.status_code == 200, (path, answer.text)
        assert foreign(person.name, answer.text) == set(), path
    totals = (await person.client.get("/api/assets")).json()["data"]
    kinds = sorted(asset["kind"] for asset in totals["assets"])
    assert kinds == ["checkpoint", "dataset", "model", "model", "model"], totals["assets"]
    assert totals["totals"]["downloadsThisMonth"] == 1
    for path in ("/api/sources/downloads", "/api/training", "/api/speech"):
        assert len((await person.client.get(path)).json()["data"]) == 1, path
    for path in OPERATIONS:
        assert (await person.client.get(path)).status_code == 403, path
    seen = "\n".join(person.events)
    assert foreign(person.name, seen) == set()
    assert not re.search(r'"(owner|audience|holders)":\s*\[', seen)


async def _check_apart(person: Person, other: Person) -> None:
    """Every id of the other is not found."""
    for path in other.own.values():
        for method, end in (("GET", ""), ("DELETE", ""), ("POST", "/pause"), ("POST", "/retry")):
            answer = await person.client.request(method, f"{path}{end}")
            assert answer.status_code in {404, 405}, (method, path, answer.text)
            assert foreign(person.name, answer.text) == set()
    for path in (
        f"/api/datasets/~{other.name}/texts-of-{other.name}",
        f"/api/datasets/local/texts-of-{other.name}",
        f"{other.own['run']}/logs",
        f"{other.own['run']}/metrics",
        f"{other.own['run']}/checkpoints/3",
        f"{other.own['render']}/audio",
        f"/api/analysis/training/status/{other.own['run'].rpartition('/')[2]}",
        f"/v1/audio/voices/~{other.name}/voice-of-{other.name}/sample",
    ):
        assert (await person.client.get(path)).status_code == 404, path
    for voice in (f"~{other.name}/voice-of-{other.name}", f"voice-of-{other.name}"):
        answer = await person.client.post("/v1/audio/speech", json={"input": "سلام", "voice": voice})
        assert answer.status_code == 404, answer.text
    plan = await person.client.post("/api/sources/download/plan", json={"modelId": f"ns/of-{other.name}"})
    assert plan.json()["data"]["bytesHere"] == 0, "what another has downloaded is not said to be here"


def test_the_one_copy_of_each_is_where_its_account_put_it(lab: Platform) -> None:
    for number in range(COUNT):
        name = name_of(number)
        folder: Path = lab.data / "models" / "ns" / f"of-{name}"
        assert (folder / "weights.bin").read_bytes() == bytes([number]) * (50_000 + number)
