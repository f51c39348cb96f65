"""Starts the Hub double, puts repositories on it, and switches its faults."""

from __future__ import annotations

import hashlib
import json
import os
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import httpx2

from shared.trust import NOBODY
from tests.doubles.hub import GITATTRIBUTES, README
from tests.support.processes import free_port, listens, start_python, wait_until

TOKEN = "hf_good"
"""Has access to everything; `hf_poor` is a valid token with access to nothing gated or private."""


ALWAYS = (".gitattributes", "README.md")
"""What the Hub puts into every repository."""


def always(repo: str, licence: str = "cc-by-4.0") -> dict[str, bytes]:
    """The files that the Hub puts into the repository, where it has none of these names."""
    readme = README.format(license=licence, name=repo.rpartition("/")[2]).encode()
    return {".gitattributes": GITATTRIBUTES, "README.md": readme}


def always_size(repo: str, licence: str = "cc-by-4.0") -> int:
    """Their bytes."""
    return sum(map(len, always(repo, licence).values()))


class Seen(TypedDict):
    """A request as the Hub saw it. `sent`: bytes of the body handed to the socket so far."""

    method: str
    host: str
    path: str
    query: str
    authorization: str
    range: str
    status: int
    sent: int


@dataclass
class TestHub:
    __test__ = False

    folder: Path
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def cdn(self) -> str:
        return f"http://127.0.0.1:{self.port + 1}"

    def put(self, repo: str, files: dict[str, bytes], kind: str = "models") -> None:
        """Add or replace files: a new commit, the old one stays."""
        for name, content in files.items():
            with self._replacing(f"{kind}/{repo}/{name}") as path:
                path.write_bytes(content)

    def put_file(self, repo: str, name: str, size: int, kind: str = "models") -> str:
        """A file of `size` bytes that no line compresses, always the same ones. Gives its sha256."""
        source, digest = random.Random(f"{repo}/{name}/{size}"), hashlib.sha256()
        with self._replacing(f"{kind}/{repo}/{name}") as path, path.open("wb") as file:
            for start in range(0, size, 2**20):
                piece = source.randbytes(min(2**20, size - start))
                digest.update(piece)
                file.write(piece)
        return digest.hexdigest()

    def describe(self, repo: str, kind: str = "models", **card: object) -> None:
        """What the Hub knows of a repository: gated, private, license, language, tags, downloads, likes, pipeline_tag.

        `gate="files"` on a gated one: everybody may list it, only its files are refused.
        """
        with self._replacing(f"{kind}/{repo}.repo.json") as path:
            path.write_text(json.dumps(card))

    def commit(self, repo: str, kind: str = "models") -> str:
        url = f"{self.url}/api/{kind}/{repo}/revision/main"
        answer = httpx2.get(url, headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False, verify=NOBODY)
        return str(answer.raise_for_status().json()["sha"])

    def fault(
        self, path: str, fault: str, times: int = 1, after: int | None = None, value: str | int | None = None
    ) -> None:
        """`path`: a file's base name, its path in the repository, or a repository's id. See `tests/doubles/hub.py`."""
        self._tell("faults", path=path, fault=fault, times=times, after=after, value=value)

    def shape(self, rate: float | None = None, latency: float = 0.0) -> None:
        """`rate`: bytes a second for each connection to the CDN; `latency`: seconds before every answer."""
        self._tell("shape", rate=rate, latency=latency)

    def hold(self, after: int | None) -> None:
        """The CDN sends so many bytes more and then nothing, on any connection, until `hold(None)`."""
        self._tell("hold", bytes=after)

    def down(self, seconds: float | None = None) -> None:
        """Reset every connection, for so long, or until `down(0)`."""
        self._tell("down", seconds=seconds)

    def clear(self) -> None:
        """Forget the faults and the requests."""
        for what in ("faults", "requests"):
            httpx2.delete(f"{self.url}/_{what}", trust_env=False, verify=NOBODY).raise_for_status()

    def requests(self) -> list[Seen]:
        seen: list[Seen] = httpx2.get(f"{self.url}/_requests", trust_env=False, verify=NOBODY).json()
        return seen

    def sent(self, path_suffix: str) -> int:
        """Bytes of a file's content that went out, over all requests: of `name`, or `ns/repo/name`."""
        found = (seen for seen in self.requests() if seen["status"] in {200, 206} and "/resolve/" not in seen["path"])
        return sum(seen["sent"] for seen in found if seen["path"].endswith(f"/{path_suffix.lstrip('/')}"))

    def _tell(self, what: str, **wish: object) -> None:
        httpx2.post(f"{self.url}/_{what}", json=wish, trust_env=False, verify=NOBODY).raise_for_status()

    @contextmanager
    def _replacing(self, name: str) -> Iterator[Path]:
        """The Hub never sees half a file, and what it linked for an old commit is not written into."""
        path, fresh = self.folder / name, self.folder / ".new" / hashlib.sha1(name.encode()).hexdigest()
        for folder in (path.parent, fresh.parent):
            folder.mkdir(parents=True, exist_ok=True)
        yield fresh
        fresh.replace(path)


@contextmanager
def running_hub(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[TestHub]:
    hub = TestHub(folder / "repos", free_port(together=2))
    hub.folder.mkdir(parents=True)
    command = {"HUB_FOLDER": str(hub.folder), "HUB_PORT": str(hub.port)}
    process = start_python("tests.doubles.hub", folder / "hub.log", {**os.environ, **command, **(environment or {})})
    try:
        wait_until(lambda: listens(hub.port) and listens(hub.port + 1), 20, "the hub listens")
        yield hub
    finally:
        process.kill()
