"""The load: downloads, uploads, runs, speech, renders and controls by several accounts, each in the history.

A request without an answer is repeated with the same Idempotency-Key, as a good client does, for a bounded time.
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import random
import wave
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from dataclasses import dataclass, field

import httpx2

from shared.trust import NOBODY
from tests.chaos.history import History
from tests.chaos.stack import Stack
from tests.support.accounts import PASSWORD
from tests.support.hub import TestHub

ACCOUNTS = ("sara", "ali", "zahra")
_GIVE_UP_S = 25.0
_TEXT = "سلام. این یک آزمون است. خط دوم را هم بخوان. باز هم بخوان."
_DEFINITE = range(400, 500)
_REPEATABLE = frozenset({408, 425, 429})


@dataclass
class Account:
    name: str
    headers: dict[str, str]
    jobs: list[tuple[str, str]] = field(default_factory=list)
    """Kind and id of every accepted job."""


@dataclass
class Load:
    stack: Stack
    hub: TestHub
    history: History
    rng: random.Random
    accounts: list[Account] = field(default_factory=list)
    datasets: dict[str, list[str]] = field(default_factory=dict)
    _number: int = 0

    @property
    def operations(self) -> int:
        """How many were begun."""
        return self._number

    async def prepare(self) -> None:
        """Register the accounts, each with an API key that outlives the run."""
        async with httpx2.AsyncClient(
            base_url=self.stack.client_url, timeout=60, trust_env=False, verify=NOBODY
        ) as client:
            for name in ACCOUNTS:
                answer = await client.post("/api/auth/register", json={"name": name, "password": PASSWORD})
                answer.raise_for_status()
                session = {"Authorization": f"Bearer {answer.json()['data']['accessToken']}"}
                body = {"name": "chaos", "scopes": ["speech", "training", "downloads", "read"]}
                made = await client.post("/api/auth/keys", json=body, headers=session)
                made.raise_for_status()
                self.accounts.append(Account(name, {"Authorization": f"Bearer {made.json()['data']['key']}"}))

    async def run(self, stop: asyncio.Event, pace: float) -> None:
        """Begin an operation every `pace` seconds, until `stop`; return when all have ended."""
        kinds: dict[Callable[[Account, str], Coroutine[None, None, None]], int] = {
            self._download: 5, self._upload: 2, self._train: 3, self._speak: 5, self._render: 2, self._control: 3,
        }  # fmt: skip
        async with asyncio.TaskGroup() as group:
            while not stop.is_set():
                self._number += 1
                (act,) = self.rng.choices(list(kinds), list(kinds.values()))
                account = self.rng.choice(self.accounts)
                group.create_task(act(account, f"{self._number:05}"))
                await asyncio.sleep(pace * self.rng.uniform(0.5, 1.5))

    async def _download(self, account: Account, number: str) -> None:
        repo = f"chaos/m{number}"
        files = {f"f{n}.bin": self.rng.randbytes(self.rng.choice([3_000, 200_000, 1_500_000])) for n in range(2)}
        await asyncio.to_thread(self.hub.put, repo, files)
        hashes = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
        await self._submit(
            account, f"download-{number}", "download", "/api/sources/download", {"modelId": repo},
            {"repo": repo, "files": hashes},
        )  # fmt: skip

    async def _upload(self, account: Account, number: str) -> None:
        name, lines = f"d{number}", self.rng.randint(20, 400)
        content = "".join(json.dumps({"text": f"سطر {n} از {name}"}, ensure_ascii=False) + "\n" for n in range(lines))
        op = f"upload-{number}"
        self.history.invoke(op, "upload", account.name, {"dataset": name, "lines": lines})

        async def send(client: httpx2.AsyncClient) -> httpx2.Response:
            files = {"file": (f"{name}.jsonl", content.encode())}
            headers = {**account.headers, "Idempotency-Key": op}
            return await client.post("/api/datasets", files=files, data={"name": name}, headers=headers)

        answer = await self._insist(send)
        if answer is None:
            self.history.end(op, "unknown")
        elif answer.status_code in {200, 201, 202}:
            self.history.end(op, "ok", job=answer.json()["data"].get("jobId") or answer.json()["data"].get("id"))
            self.datasets.setdefault(account.name, []).append(name)
        elif answer.status_code == 409:  # an earlier try of ours, whose answer was lost, has made it
            self.history.end(op, "unknown", why="exists")
        else:
            self.history.end(op, "fail", status=answer.status_code, why=answer.text[:300])

    async def _train(self, account: Account, number: str) -> None:
        known = self.datasets.get(account.name)
        if not known:
            return
        steps = self.rng.randint(10, 60)
        config = {"max_steps": steps, "batch_size": 2, "checkpoint_every": 5, "step_seconds": 0.05}
        body = {
            "recipe": "toy",
            "datasets": [f"local/{self.rng.choice(known)}"],
            "name": f"r{number}",
            "config": config,
        }
        await self._submit(account, f"training-{number}", "training", "/api/training", body, {"steps": steps})

    async def _render(self, account: Account, number: str) -> None:
        body = {"input": _TEXT * 3, "voice": "espeak-fa", "response_format": "wav", "title": f"b{number}"}
        await self._submit(account, f"render-{number}", "render", "/api/speech", body, {})

    async def _speak(self, account: Account, number: str) -> None:
        op = f"speech-{number}"
        self.history.invoke(op, "speech", account.name, {})

        async def send(client: httpx2.AsyncClient) -> httpx2.Response:
            body = {"input": f"{_TEXT} {number}", "voice": "espeak-fa", "response_format": "wav"}
            return await client.post("/v1/audio/speech", json=body, headers=account.headers)

        answer = await self._insist(send)
        if answer is None:
            self.history.end(op, "unknown")
        elif answer.status_code == 200:
            self.history.end(op, "ok", seconds=_seconds(answer.content))
        else:
            self.history.end(op, "fail", status=answer.status_code, why=answer.text[:300])

    async def _control(self, account: Account, number: str) -> None:
        """Pause and resume, or cancel, a job of the account; a refusal is an answer like any other."""
        if not account.jobs:
            return
        kind, job = self.rng.choice(account.jobs[-6:])
        path = {"download": "/api/sources/download", "training": "/api/training", "render": "/api/speech"}[kind]
        wish = self.rng.choice(["pause", "pause", "cancel"])
        op = f"control-{number}"
        self.history.invoke(op, "control", account.name, {"job": job, "wish": wish})

        async def send(client: httpx2.AsyncClient) -> httpx2.Response:
            if wish == "cancel":
                return await client.delete(f"{path}/{job}", headers=account.headers)
            await client.post(f"{path}/{job}/pause", headers=account.headers)
            await asyncio.sleep(0.5)
            return await client.post(f"{path}/{job}/resume", headers=account.headers)

        answer = await self._insist(send)
        self.history.end(op, "unknown" if answer is None else "ok", job=job, wish=wish)

    async def _submit(
        self, account: Account, op: str, kind: str, path: str, body: object, expect: Mapping[str, object]
    ) -> None:
        self.history.invoke(op, kind, account.name, expect)

        async def send(client: httpx2.AsyncClient) -> httpx2.Response:
            return await client.post(path, json=body, headers={**account.headers, "Idempotency-Key": op})

        answer = await self._insist(send)
        if answer is None:
            self.history.end(op, "unknown")
        elif answer.status_code == 202:
            job = answer.json()["data"]["id"]
            self.history.end(op, "ok", job=job)
            account.jobs.append((kind, job))
        else:
            self.history.end(op, "fail", status=answer.status_code, why=answer.text[:300])

    async def _insist(self, send: Callable[[httpx2.AsyncClient], Awaitable[httpx2.Response]]) -> httpx2.Response | None:
        """The first definite answer within `_GIVE_UP_S`: a success, or a refusal for a reason of ours."""
        deadline = asyncio.get_running_loop().time() + _GIVE_UP_S
        while asyncio.get_running_loop().time() < deadline:
            try:
                async with (
                    httpx2.AsyncClient(
                        base_url=self.stack.client_url, timeout=8, trust_env=False, verify=NOBODY
                    ) as client,
                    asyncio.timeout(12),
                ):
                    answer = await send(client)
            except (httpx2.HTTPError, TimeoutError):
                await asyncio.sleep(0.3)
                continue
            if answer.is_success or (answer.status_code in _DEFINITE and answer.status_code not in _REPEATABLE):
                return answer
            await asyncio.sleep(0.3)
        return None


def _seconds(content: bytes) -> float | None:
    """The length of a WAV whose header tells the truth, else None: audio that was cut. A stream has no length there."""
    try:
        with wave.open(io.BytesIO(content)) as sound:
            return float(round((len(content) - 44) / 2 / sound.getframerate(), 3))
    except (wave.Error, EOFError):
        return None
