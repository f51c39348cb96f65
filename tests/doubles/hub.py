"""A Hub for tests: speaks the protocol that the downloader uses, with its CDN on a port of its own.

It models revision pinning, the paged tree listing, `resolve` with a redirect for large files and a relative one for
small files, gated repositories, and faults that a test switches on. It does not model search, xet or uploads.

Run as `python -m tests.doubles.hub` with HUB_FOLDER and HUB_PORT (the CDN takes the next port). The folder holds
`models/<ns>/<name>/…` and `datasets/…`, one commit each. Faults are switched by POST /_faults
{"path": …, "fault": …, "times": …}.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

LARGE = 1000  # bytes from which a file is "LFS" here; small enough that tests stay small
PAGE = 50


@dataclass
class Fault:
    kind: str
    times: int


@dataclass
class Hub:
    folder: Path
    cdn: str
    faults: dict[str, Fault] = field(default_factory=dict)
    seen: list[dict[str, str]] = field(default_factory=list)

    def repo(self, kind: str, repo_id: str) -> Path | None:
        path = self.folder / kind / repo_id
        return path if path.is_dir() else None

    def commit(self, repo: Path) -> str:
        text = "".join(f"{p} {p.stat().st_size}" for p in sorted(repo.rglob("*")) if p.is_file())
        return hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()

    def fault(self, path: str, *kinds: str) -> str | None:
        found = self.faults.get(path)
        if found is None or found.kind not in kinds or found.times <= 0:
            return None
        found.times -= 1
        return found.kind

    def entries(self, repo: Path) -> list[dict[str, object]]:
        found: list[dict[str, object]] = []
        for path in sorted(p for p in repo.rglob("*") if p.is_file()):
            content = path.read_bytes()
            name = path.relative_to(repo).as_posix()
            blob = hashlib.sha1(f"blob {len(content)}\0".encode() + content, usedforsecurity=False).hexdigest()
            entry: dict[str, object] = {"type": "file", "path": name, "size": len(content), "oid": blob}
            if len(content) >= LARGE:
                sha256 = hashlib.sha256(content).hexdigest()
                entry["lfs"] = {"oid": sha256, "size": len(content), "pointerSize": 134}
            found.append(entry)
        return found

    async def revision(self, request: Request) -> Response:
        self._note(request)
        kind, repo_id = request.path_params["kind"], request.path_params["repo"]
        if self.fault(repo_id, "unavailable"):
            return Response(status_code=503)
        if repo_id.startswith("gated/"):
            return Response(status_code=403, headers={"X-Error-Code": "GatedRepo"})
        repo = self.repo(kind, repo_id)
        if repo is None or request.path_params["revision"] not in {"main", self.commit(repo)}:
            return JSONResponse({"error": "not found"}, status_code=404)
        return JSONResponse({"id": repo_id, "sha": self.commit(repo)})

    async def tree(self, request: Request) -> Response:
        self._note(request)
        repo = self.repo(request.path_params["kind"], request.path_params["repo"])
        if repo is None:
            return JSONResponse({"error": "not found"}, status_code=404)
        start = int(request.query_params.get("cursor", "0"))
        entries = self.entries(repo)
        headers = {}
        if start + PAGE < len(entries):
            following = request.url.include_query_params(cursor=start + PAGE)
            headers["Link"] = f'<{following}>; rel="next"'
        return JSONResponse(entries[start : start + PAGE], headers=headers)

    async def resolve(self, request: Request) -> Response:
        self._note(request)
        repo_id, name = request.path_params["repo"], request.path_params["path"]
        kind = "datasets" if request.url.path.startswith("/datasets/") else "models"
        repo = self.repo(kind, repo_id)
        if repo is None or not (repo / name).is_file():
            return Response(status_code=404)
        if self.fault(name, "evil-redirect"):
            return RedirectResponse("https://evilhf.co/file", status_code=302)
        if self.fault(name, "loop"):
            return RedirectResponse(str(request.url), status_code=302)
        size = (repo / name).stat().st_size
        if size < LARGE:
            return RedirectResponse(f"/raw/{kind}/{repo_id}/{name}", status_code=307)
        headers = {"X-Linked-Size": str(size), "X-Repo-Commit": self.commit(repo)}
        return RedirectResponse(f"{self.cdn}/{kind}/{repo_id}/{name}", status_code=302, headers=headers)

    async def content(self, request: Request) -> Response:
        self._note(request)
        name = request.path_params["path"]
        path = self.folder / request.path_params["kind"] / name
        short = path.name
        if self.fault(short, "status-503"):
            return Response(status_code=503)
        content = path.read_bytes()
        if self.fault(short, "corrupt"):
            content = bytes([content[0] ^ 1]) + content[1:]
        if self.fault(short, "truncate"):
            return StreamingResponse(
                _pieces(content[: len(content) // 2], 0), headers={"Content-Length": str(len(content))}
            )
        pause = 0.02 if self.fault(short, "slow") else 0.0
        return StreamingResponse(_pieces(content, pause), headers={"Content-Length": str(len(content))})

    async def switch(self, request: Request) -> Response:
        wish = await request.json()
        self.faults[wish["path"]] = Fault(wish["fault"], wish.get("times", 1))
        return Response(status_code=204)

    async def requests(self, _: Request) -> Response:
        return JSONResponse(self.seen)

    def _note(self, request: Request) -> None:
        self.seen.append(
            {
                "host": request.headers["host"],
                "path": request.url.path,
                "authorization": request.headers.get("authorization", ""),
            }
        )


async def _pieces(content: bytes, pause: float) -> AsyncIterator[bytes]:
    step = 16 * 1024
    for start in range(0, len(content), step):
        yield content[start : start + step]
        await asyncio.sleep(pause)


def apps(folder: Path, cdn: str) -> tuple[Starlette, Starlette]:
    """The Hub and its CDN."""
    hub = Hub(folder, cdn)
    front = Starlette(
        routes=[
            Route("/_faults", hub.switch, methods=["POST"]),
            Route("/_requests", hub.requests),
            Route("/api/{kind}/{repo:path}/revision/{revision}", hub.revision),
            Route("/api/{kind}/{repo:path}/tree/{commit}", hub.tree),
            Route("/raw/{kind}/{path:path}", hub.content),
            Route("/datasets/{repo:path}/resolve/{commit}/{path:path}", hub.resolve),
            Route("/{repo:path}/resolve/{commit}/{path:path}", hub.resolve),
        ]
    )
    return front, Starlette(routes=[Route("/{kind}/{path:path}", hub.content)])


async def serve(folder: Path, port: int) -> None:
    front, cdn = apps(folder, f"http://127.0.0.1:{port + 1}")
    servers = [
        uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=p, log_level="warning", lifespan="off"))
        for app, p in ((front, port), (cdn, port + 1))
    ]
    await asyncio.gather(*(server.serve() for server in servers))


if __name__ == "__main__":
    asyncio.run(serve(Path(os.environ["HUB_FOLDER"]), int(os.environ["HUB_PORT"])))
