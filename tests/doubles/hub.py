"""A Hub for tests: a real HTTP server that speaks the Hub's protocol, with its CDN on a port of its own.

    python -m tests.doubles.hub     HUB_FOLDER, HUB_PORT (the CDN takes the next one), HUB_PAGE (tree entries a page),
                                    HUB_UPSTREAM (the host that `Link` and moved repositories name; "self": this one)

Like the real Hub it gives every repository `.gitattributes` and a README with front matter, answers an anonymous
request for a missing repository with 401, sends weak ETags for small files, and names another host in `Link`, as a
mirror does that passes on the Hub's own header. A repository named in `<name>.repo.json` with `"moved_to"` answers 307.

The folder holds `models/<ns>/<name>/…` and `datasets/<ns>/<name>/…`, what is known of a repository beside it in
`<name>.repo.json`, and in `.blobs` every content ever seen, so that old commits stay servable. Large files there are
hard links: replace a file, never write into it.

Modelled: search, a repository's card, pinned revisions and their history, the paged tree, `resolve` with a signed CDN
redirect for large files and a relative one for small ones, tokens, gated and private repositories, byte ranges, the
speed of a line, and faults. Not modelled: xet, uploads, branches other than main, spaces, TLS, trending.

Control, on both ports: POST /_faults {path, fault, times, after, value} (path: a base name, a path in the repository,
or a repository id), DELETE /_faults, GET and DELETE /_requests, POST /_shape {rate, latency}, POST /_down {seconds},
POST /_hold {bytes}: the CDN sends so much more, then every line of it is silent.
"""

from __future__ import annotations

import asyncio
import contextlib
import fcntl
import functools
import gzip
import hashlib
import hmac
import json
import math
import os
import re
import shutil
import socket
import struct
import termios
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import parse_qs, quote, unquote, urlencode

LARGE = 1000  # bytes from which a file is "LFS" here; small enough that tests stay small
LINKED = 16 * 2**20  # from here on a hard link, not a copy, keeps a content: no second 500 MB
LIFE = 3600  # seconds that a signed URL is good for
IDLE = 120.0  # seconds after which a silent client is let go
USERS = {"hf_good": "zahra", "hf_poor": "poor"}
GITATTRIBUTES = b"".join(
    f"*.{ending} filter=lfs diff=lfs merge=lfs -text\n".encode()
    for ending in ("bin", "onnx", "pth", "safetensors", "wav")
)
README = "---\nlicense: {license}\nlanguage:\n- fa\ntags:\n- persian\n---\n\n# {name}\n"
FULL = {"models": ("siblings", "sha", "author", "gated", "lastModified", "disabled"), "datasets": ("siblings",)}
REDIRECTS = {
    "evil-redirect": "https://evilhf.co/file",
    "private-redirect": "https://169.254.169.254/x",
    "http-redirect": "http://cdn.hf.co/x",
}


@dataclass(frozen=True, slots=True)
class Blob:
    """One content. `git` is its git blob id, for a large file that of its LFS pointer."""

    path: Path
    size: int
    sha256: str
    git: str

    @property
    def large(self) -> bool:
        return self.size >= LARGE

    @property
    def entry(self) -> dict[str, Any]:
        """As the tree tells of it."""
        lfs = {"oid": self.sha256, "size": self.size, "pointerSize": len(_pointer(self.sha256, self.size))}
        return {"type": "file", "oid": self.git, "size": self.size, **({"lfs": lfs} if self.large else {})}

    @property
    def sibling(self) -> dict[str, Any]:
        """As the card tells of it: the same in other words."""
        lfs = {("sha256" if key == "oid" else key): value for key, value in self.entry.get("lfs", {}).items()}
        return {"blobId": self.git, "size": self.size, **({"lfs": lfs} if lfs else {})}


@dataclass(frozen=True, slots=True)
class Commit:
    sha: str
    files: dict[str, Blob]
    at: float


class Store:
    """The repositories and their history: a change is noticed, and its commit kept, when somebody asks for `main`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._blobs = folder / ".blobs"
        self._blobs.mkdir(parents=True, exist_ok=True)
        self._seen: dict[tuple[str, int, int, int], Blob] = {}
        self._history: dict[str, dict[str, Commit]] = {}

    def repos(self, kind: str) -> list[str]:
        found = (path for path in (self._folder / kind).glob("*/*") if path.is_dir())
        return sorted(path.relative_to(self._folder / kind).as_posix() for path in found)

    def exists(self, repo: str) -> bool:
        return (self._folder / repo).is_dir() and ".." not in repo

    def card(self, repo: str) -> dict[str, Any]:
        path = self._folder / f"{repo}.repo.json"
        return dict(json.loads(path.read_text())) if path.is_file() else {}

    def commit(self, repo: str, revision: str) -> Commit | None:
        """`repo` with its kind: models/ns/name."""
        history = self._history.setdefault(repo, {})
        if revision not in history:
            files = {name: self._blob(entry) for name, entry in _walk(self._folder / repo, "")}
            for name, content in self._always(repo).items():
                files.setdefault(name, self._blob(content))
            files = dict(sorted(files.items()))
            text = "".join(f"{name} {blob.sha256}\n" for name, blob in files.items())
            current = Commit(_sha1(text.encode()), files, time.time())
            current = history.setdefault(current.sha, current)
            return current if revision in {"main", current.sha} else None
        return history[revision]

    def _always(self, repo: str) -> dict[str, Path]:
        """What the Hub itself puts into every repository."""
        licence = self.card(repo).get("license", "cc-by-4.0")
        readme = README.format(license=licence, name=repo.rpartition("/")[2]).encode()
        return {".gitattributes": self._stored(GITATTRIBUTES), "README.md": self._stored(readme)}

    def _stored(self, content: bytes) -> Path:
        path = self._blobs / f"always-{hashlib.sha256(content).hexdigest()}"
        if not path.exists():
            path.write_bytes(content)
        return path

    def changed(self, blob: Blob) -> Blob:
        """Another content of the same length."""
        other = blob.path.with_name(f"{blob.sha256}-changed")
        if not other.exists():
            table = bytes(value ^ 0x5A for value in range(256))
            with blob.path.open("rb") as source, other.open("wb") as target:
                while piece := source.read(2**20):
                    target.write(piece.translate(table))
        return self._blob(other)

    def _blob(self, path: Path | os.DirEntry[str]) -> Blob:
        stat = path.stat()
        key = (os.fspath(path), stat.st_mtime_ns, stat.st_size, stat.st_ino)
        if key not in self._seen:
            with Path(path).open("rb") as file:
                sha256 = hashlib.file_digest(file, "sha256").hexdigest()
            kept = self._blobs / sha256
            if not kept.exists():
                (os.link if stat.st_size >= LINKED else shutil.copyfile)(path, kept)
            text = _pointer(sha256, stat.st_size) if stat.st_size >= LARGE else kept.read_bytes()
            git = _sha1(f"blob {len(text)}\0".encode() + text)
            self._seen[key] = Blob(kept, stat.st_size, sha256, git)
        return self._seen[key]


@dataclass
class Request:
    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes
    note: dict[str, Any]  # what /_requests tells of it; `sent` grows while the body goes out

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[0]


@dataclass
class Answer:
    """Either `body`, or `length` bytes of `blob` from `start`; the rest is how a fault spoils them."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    blob: Blob | None = None
    start: int = 0
    length: int = 0
    flip: bool = False
    slow: bool = False
    ending: str = ""
    stop: int = 0


class Refusal(Exception):
    def __init__(self, status: int, message: str, code: str = "", headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        told = {"X-Error-Message": message, **({"X-Error-Code": code} if code else {}), **(headers or {})}
        self.answer = _json({"error": message}, status, told)


class Moved(Refusal):
    """The repository has another name now; the Hub names its own host."""

    def __init__(self, location: str) -> None:
        super().__init__(307, "Temporary Redirect", headers={"Location": location})


class ResetWanted(Exception):
    """End the connection with RST."""


@dataclass
class Fault:
    times: int
    after: int | None
    value: str | None


class Hub:
    def __init__(self, store: Store, cdn: str, page: int, upstream: str) -> None:
        self._store, self._cdn, self._page_size, self._upstream = store, cdn, page, upstream
        self.faults: dict[tuple[str, str], Fault] = {}  # by path and name
        self._key = os.urandom(16)
        self._signed = 0  # the number of the last signature
        self._expired: dict[str, int] = {}  # by a fault's path: the last signature that no longer counts
        repo = "(?P<kind>models|datasets)/(?P<name>[^/]+/[^/]+)"
        file = "(?P<name>[^/]+/[^/]+)/resolve/(?P<revision>[^/]+)/(?P<path>.+)"
        routes: dict[str, Callable[..., Answer]] = {
            "/api/whoami-v2": self.whoami,
            "/api/(?P<kind>models|datasets)": self.search,
            f"/api/{repo}": self.info,
            f"/api/{repo}/revision/(?P<revision>.+)": self.info,
            f"/api/{repo}/tree/(?P<revision>[^/]+)(/(?P<inner>.+)?)?": self.tree,
            f"/api/{repo}/paths-info/(?P<revision>[^/]+)": self.paths_info,
            f"/raw/{repo}/(?P<path>.+)": self.raw,
            f"/datasets/{file}": functools.partial(self.resolve, kind="datasets"),
            f"/{file}": functools.partial(self.resolve, kind="models"),
        }
        self._front = [(re.compile(pattern), route) for pattern, route in routes.items()]
        self._back = [(re.compile(f"/{repo}/(?P<path>.+)"), self.signed)]

    def answer(self, request: Request, *, cdn: bool) -> Answer:
        try:
            for pattern, route in self._back if cdn else self._front:
                if match := pattern.fullmatch(request.path):
                    return route(request, **match.groupdict())
            raise Refusal(404, "Sorry, we can't find the page you are looking for.")
        except Refusal as refusal:
            return refusal.answer

    def fault(self, wish: dict[str, Any]) -> None:
        if wish["fault"] == "expire":
            self._expired[wish["path"]] = self._signed
        else:
            self.faults[wish["path"], wish["fault"]] = Fault(wish.get("times", 1), wish.get("after"), wish.get("value"))

    def _take(self, names: set[str], kind: str, *, keep: bool = False) -> tuple[str, Fault] | None:
        """The fault and its whole name; a kind that ends in - stands for all that begin so. Uses it up once."""
        for (path, name), fault in self.faults.items():
            same = name.startswith(kind) if kind.endswith("-") else name == kind
            if same and path in names and fault.times > 0:
                fault.times -= not keep
                return name, fault
        return None

    def whoami(self, request: Request) -> Answer:
        user = self._user(request)
        if user is None:
            raise Refusal(401, "Invalid username or password.")
        token = {"displayName": "test", "role": "read", "createdAt": _iso(0)}
        access = {"type": "access_token", "accessToken": token}
        return _json({"type": "user", "id": _sha1(user.encode())[:24], "name": user, "fullname": user, "auth": access})

    def search(self, request: Request, kind: str) -> Answer:
        user, query = self._user(request), request.query
        found = [self._info(kind, name, "main") for name in self._store.repos(kind)]
        wanted = [tag for text in query.get("filter", []) for tag in text.split(",")]
        words = [word.lower() for word in query.get("search", [])]
        chosen = [
            info
            for info in found
            if (not info["private"] or user == "zahra")
            and all(word in info["id"].lower() for word in words)
            and info["author"] == request.one("author", info["author"])
            and ("pipeline_tag" not in query or [info.get("pipeline_tag")] == query["pipeline_tag"])
            and set(wanted) <= set(info["tags"])
        ]
        if (key := request.one("sort")) in {"downloads", "likes", "lastModified", "createdAt"}:
            chosen.sort(key=lambda info: info[key], reverse=True)
        left_out = set() if request.one("full") else set(FULL[kind])
        left_out |= {"usedStorage", "" if request.one("cardData") or kind == "datasets" else "cardData"}
        if fields := set(query.get("expand", [])):
            left_out = {key for info in chosen for key in info} - fields - {"_id", "id", "modelId"}
        items = [{key: value for key, value in info.items() if key not in left_out} for info in chosen]
        return self._paged(request, items, min(int(request.one("limit", "1000")), 1000))

    def info(self, request: Request, kind: str, name: str, revision: str = "main") -> Answer:
        if self._take({name}, "unavailable"):
            return Answer(503)
        if taken := self._take({name}, "api-status-"):
            return _failed(*taken)
        if self._take({name}, "portal"):
            return Answer(200, {"Content-Type": "text/html"}, b"<!DOCTYPE html><html><title>Sign in</title></html>")
        self._commit(request, kind, name, revision)
        return _json(self._info(kind, name, revision, blobs=bool(request.one("blobs"))))

    def tree(self, request: Request, kind: str, name: str, revision: str, inner: str | None) -> Answer:
        commit = self._commit(request, kind, name, revision)
        last = {"id": commit.sha, "title": "Upload files", "date": _iso(commit.at)}
        expanded: dict[str, Any] = {"lastCommit": last} if request.one("expand") else {}
        entries: dict[str, dict[str, Any]] = {}
        for path, blob in commit.files.items():
            for folder in reversed(Path(path).parents[:-1]):
                oid = _sha1(f"tree {commit.sha} {folder}".encode())
                entries[str(folder)] = {"path": str(folder), "type": "directory", "oid": oid, "size": 0}
            entries[path] = {"path": path, **blob.entry}
        if inner is not None and inner not in entries:
            raise Refusal(404, f"{inner} does not exist on {revision}", "EntryNotFound")
        below = f"{inner}/" if inner else ""
        deep = request.one("recursive").lower() in {"true", "1"}
        chosen = [
            entry | expanded
            for path, entry in entries.items()
            if path.startswith(below) and (deep or "/" not in path[len(below) :])
        ]
        return self._paged(request, chosen, self._page_size, elsewhere=bool(self._take({name}, "link-elsewhere")))

    def paths_info(self, request: Request, kind: str, name: str, revision: str) -> Answer:
        """The entries of the named paths; asked with POST, as JSON or as a form."""
        commit = self._commit(request, kind, name, revision)
        form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        wanted = parse_qs(request.body.decode())["paths"] if form else json.loads(request.body)["paths"]
        return _json([{"path": path, **commit.files[path].entry} for path in wanted if path in commit.files])

    def resolve(self, request: Request, kind: str, name: str, revision: str, path: str) -> Answer:
        names = {path, Path(path).name, name}
        if taken := self._take(names, "hub-status-"):
            return _failed(*taken)
        if self._take(names, "gone"):
            raise Refusal(404, "Entry not found", "EntryNotFound")
        for kind_of, target in REDIRECTS.items():
            if self._take(names, kind_of):
                return Answer(302, {"Location": target})
        if self._take(names, "loop"):
            return Answer(302, {"Location": request.note["target"]})
        commit = self._commit(request, kind, name, revision, files=True)
        headers = {"X-Repo-Commit": commit.sha, "Accept-Ranges": "bytes"}
        if (blob := commit.files.get(path)) is None:
            raise Refusal(404, "Entry not found", "EntryNotFound", headers)
        place = quote(f"{kind}/{name}/{path}")
        if not blob.large:
            return Answer(307, {**headers, "Location": f"/raw/{place}?commit={commit.sha}"})
        if self._take(names, "changed", keep=True):
            blob = self._store.changed(blob)
        self._signed += 1
        wish = {"commit": commit.sha, "Expires": str(int(time.time()) + LIFE), "Key-Pair-Id": str(self._signed)}
        signature = self._signature(unquote(place), wish)
        headers |= {"X-Linked-Size": str(blob.size), "X-Linked-Etag": f'"{blob.sha256}"'}
        location = f"{self._cdn}/{place}?{urlencode({**wish, 'Signature': signature})}"
        return Answer(302, {**headers, "Location": location})

    def raw(self, request: Request, kind: str, name: str, path: str) -> Answer:
        commit = self._commit(request, kind, name, request.one("commit"), files=True)
        return self._content(request, commit, name, path, lambda blob: blob.git)

    def signed(self, request: Request, kind: str, name: str, path: str) -> Answer:
        wish = {key: request.one(key) for key in ("commit", "Expires", "Key-Pair-Id")}
        expected = self._signature(f"{kind}/{name}/{path}", wish)
        if not hmac.compare_digest(expected.encode(), request.one("Signature").encode()):
            raise Refusal(403, "SignatureDoesNotMatch")
        void = max(self._expired.get(key, 0) for key in (path, Path(path).name, name))
        if int(wish["Expires"]) < time.time() or int(wish["Key-Pair-Id"]) <= void:
            raise Refusal(403, "Request has expired")
        commit = self._store.commit(f"{kind}/{name}", wish["commit"])
        assert commit is not None, "we signed it"
        return self._content(request, commit, name, path, lambda blob: blob.sha256[::-2])  # the CDN's own: like an MD5

    def _content(self, request: Request, commit: Commit, name: str, path: str, etag: Callable[[Blob], str]) -> Answer:
        names = {path, Path(path).name, name}
        take = functools.partial(self._take, names, keep=request.method == "HEAD")
        if taken := take("status-"):
            return _failed(*taken)
        if (blob := commit.files.get(path)) is None:
            raise Refusal(404, "Entry not found", "EntryNotFound")
        if take("changed"):
            blob = self._store.changed(blob)
        tag = f'{"" if blob.large else "W/"}"{etag(blob)}"'
        answer = Answer(200, {"ETag": tag, "Accept-Ranges": "bytes", "X-Repo-Commit": commit.sha}, blob=blob)
        answer.headers["Content-Type"] = "application/octet-stream"
        answer.length = blob.size
        wanted = request.headers.get("range") if request.headers.get("if-range", tag) == tag else None
        found = _range(wanted or "", blob.size)
        if found is not None and not take("no-range"):
            answer.start, answer.length = found
            if answer.length == 0:
                return Answer(416, {"Content-Range": f"bytes */{blob.size}", "ETag": tag})
            answer.status, first = 206, answer.start + bool(take("wrong-range"))
            answer.headers["Content-Range"] = f"bytes {first}-{first + answer.length - 1}/{blob.size}"
        if answer.length and answer.start == 0:
            answer.flip = bool(take("corrupt"))
        answer.slow = bool(take("slow"))
        for ending in ("truncate", "reset", "stall"):
            if taken := take(ending):
                after = taken[1].after
                answer.ending, answer.stop = ending, min(answer.length, answer.length // 2 if after is None else after)
        if take("gzip"):
            with blob.path.open("rb") as file:
                file.seek(answer.start)
                packed = gzip.compress(file.read(answer.length), 1)
            return Answer(answer.status, {**answer.headers, "Content-Encoding": "gzip"}, packed)
        return answer

    def _commit(self, request: Request, kind: str, name: str, revision: str, *, files: bool = False) -> Commit:
        """The commit, if who asks may have it. `"gate": "files"` in the card leaves the listing open to all."""
        user, repo, card = self._user(request), f"{kind}/{name}", self._store.card(f"{kind}/{name}")
        if moved := card.get("moved_to"):
            raise Moved(self._named_host(request) + request.note["target"].replace(f"/{name}", f"/{moved}", 1))
        if name.startswith("gated/") and user != "zahra":
            raise Refusal(403, f"Access to {name} is restricted.", "GatedRepo")
        exists = self._store.exists(repo)
        if not exists or (card.get("private") and user != "zahra"):
            if user is None:  # the Hub does not tell strangers what exists
                raise Refusal(401, "Invalid username or password.")
            raise Refusal(404, "Repository not found", "RepoNotFound")
        if card.get("gated") and user != "zahra" and (files or card.get("gate") != "files"):
            hint = "Please log in." if user is None else "Visit its page to ask for access."
            raise Refusal(401 if user is None else 403, f"Access to {name} is restricted. {hint}", "GatedRepo")
        commit = self._store.commit(repo, revision)
        if commit is None:
            raise Refusal(404, f"Invalid rev id: {revision}", "RevisionNotFound")
        return commit

    def _info(self, kind: str, name: str, revision: str, *, blobs: bool = False) -> dict[str, Any]:
        card, commit = self._store.card(f"{kind}/{name}"), self._store.commit(f"{kind}/{name}", revision)
        assert commit is not None, "checked before"
        data = {key: card[key] for key in ("license", "language", "pipeline_tag") if card.get(key)}
        languages = [data["language"]] if isinstance(data.get("language"), str) else data.get("language", [])
        tags = [*card.get("tags", []), *(code if kind == "models" else f"language:{code}" for code in languages)]
        tags += [f"license:{data['license']}"] if "license" in data else []
        siblings = [{"rfilename": path, **(blob.sibling if blobs else {})} for path, blob in commit.files.items()]
        info = {
            "_id": _sha1(f"{kind}/{name}".encode())[:24],
            "id": name,
            **({"modelId": name} if kind == "models" else {}),
            "author": name.partition("/")[0],
            "sha": commit.sha,
            "lastModified": _iso(commit.at),
            "createdAt": _iso(0),
            "private": bool(card.get("private", False)),
            "gated": card.get("gated", False),
            "disabled": False,
            "downloads": card.get("downloads", 0),
            "likes": card.get("likes", 0),
            "tags": tags,
            "siblings": siblings,
            "usedStorage": sum(blob.size for blob in commit.files.values()),
        }
        info |= {key: card[key] for key in ("pipeline_tag", "library_name") if key in card and kind == "models"}
        return info | ({"cardData": data} if data else {})

    def _user(self, request: Request) -> str | None:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token and token not in USERS:
            raise Refusal(401, "Invalid credentials in Authorization header")
        return USERS.get(token)

    def _paged(self, request: Request, items: list[dict[str, Any]], size: int, *, elsewhere: bool = False) -> Answer:
        start = int(request.one("cursor", "0"))
        answer = _json(items[start : start + size])
        if start + size < len(items) or elsewhere:
            query = urlencode({**request.query, "cursor": [str(start + size)]}, doseq=True)
            base = "https://evilhf.co" if elsewhere else self._named_host(request)
            answer.headers["Link"] = f'<{base}{quote(request.path)}?{query}>; rel="next"'
        return answer

    def _named_host(self, request: Request) -> str:
        """The host in addresses that the Hub writes: a mirror passes them on as they are."""
        return f"http://{request.headers['host']}" if self._upstream == "self" else self._upstream

    def _signature(self, place: str, wish: dict[str, str]) -> str:
        return hmac.new(self._key, f"{place}?{urlencode(wish)}".encode(), "sha256").hexdigest()


@dataclass
class Line:
    """Both ports: HTTP/1.1 on bare sockets, so that a connection can be reset, stalled, cut and slowed down."""

    hub: Hub
    seen: list[dict[str, Any]] = field(default_factory=list)
    rate: float | None = None  # bytes a second, for each connection to the CDN
    latency: float = 0.0
    down_until: float = 0.0
    allowance: float = math.inf  # bytes that the CDN may still send
    flowing: asyncio.Event = field(default_factory=asyncio.Event)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def __post_init__(self) -> None:
        self._allow(math.inf)

    async def listen(self, port: int, *, cdn: bool) -> None:
        loop = asyncio.get_running_loop()
        with socket.create_server(("127.0.0.1", port), backlog=1024) as listener:
            listener.setblocking(False)
            while True:
                sock, _ = await loop.sock_accept(listener)
                task = loop.create_task(self._talk(sock, cdn))
                self.tasks.add(task)
                task.add_done_callback(self.tasks.discard)

    async def _talk(self, sock: socket.socket, cdn: bool) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with sock, contextlib.suppress(ConnectionError, TimeoutError):
            try:
                while (request := await _read(sock)) is not None:
                    if request.path.startswith("/_"):
                        await self._send(sock, request, self._control(request), cdn=False)
                        continue
                    if self.down_until > time.monotonic():
                        raise ResetWanted
                    self.seen.append(request.note)
                    answer = self.hub.answer(request, cdn=cdn)
                    await asyncio.sleep(self.latency)
                    await self._send(sock, request, answer, cdn=cdn)
                    if answer.ending or request.headers.get("connection", "").lower() == "close":
                        return
            except (ResetWanted, asyncio.CancelledError):
                sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    def _control(self, request: Request) -> Answer:
        wish = json.loads(request.body or b"{}")
        match request.method, request.path:
            case "POST", "/_faults":
                self.hub.fault(wish)
            case "DELETE", "/_faults":
                self.hub.faults.clear()
            case "GET", "/_requests":
                return _json(self.seen)
            case "DELETE", "/_requests":
                self.seen.clear()
            case "POST", "/_shape":
                self.rate, self.latency = wish.get("rate"), wish.get("latency") or 0.0
            case "POST", "/_hold":
                self._allow(math.inf if (left := wish.get("bytes")) is None else left)
            case "POST", "/_down":
                seconds = wish.get("seconds")
                self.down_until = float("inf") if seconds is None else time.monotonic() + seconds
                for task in self.tasks - {asyncio.current_task()} if seconds != 0 else ():
                    task.cancel()
            case _:
                return Answer(404)
        return Answer(204)

    async def _send(self, sock: socket.socket, request: Request, answer: Answer, *, cdn: bool) -> None:
        loop, note = asyncio.get_running_loop(), request.note
        note["status"] = answer.status
        length = len(answer.body) if answer.blob is None else answer.length
        headers = {"Content-Length": str(length), **answer.headers} if answer.status != 204 else answer.headers
        phrase = HTTPStatus(answer.status).phrase if answer.status in set(HTTPStatus) else "Fault"
        lines = [f"HTTP/1.1 {answer.status} {phrase}", *(f"{name}: {value}" for name, value in headers.items())]
        body = answer.body if request.method != "HEAD" else b""
        await loop.sock_sendall(sock, "\r\n".join([*lines, "", ""]).encode("latin-1") + body)
        note["sent"] += len(body)
        if answer.blob is not None and request.method != "HEAD":
            await self._send_file(sock, answer, note, cdn=cdn)
            if answer.ending:
                await _end(sock, answer.ending)

    async def _room(self, wanted: int) -> int:
        """How much of it may go out now; while nothing may, we wait."""
        while self.allowance <= 0:
            await self.flowing.wait()
        room = int(min(wanted, self.allowance))
        self._allow(self.allowance - room)
        return room

    def _allow(self, allowance: float) -> None:
        self.allowance = allowance
        if allowance > 0:
            self.flowing.set()
        else:
            self.flowing.clear()

    async def _send_file(self, sock: socket.socket, answer: Answer, note: dict[str, Any], *, cdn: bool) -> None:
        assert answer.blob is not None
        loop, begin, done = asyncio.get_running_loop(), time.monotonic(), 0
        rate = self.rate if cdn else None
        until = answer.stop if answer.ending else answer.length
        step = 2**14 if answer.slow else 2**18 if rate is None else max(1024, min(2**18, int(rate / 50)))
        with _open(answer.blob.path) as file:
            while done < until:
                room = await self._room(min(step, until - done)) if cdn else min(step, until - done)
                if answer.flip and done == 0:
                    await loop.sock_sendall(sock, bytes([file.read(1)[0] ^ 1]))
                    sent = 1
                else:
                    sent = await loop.sock_sendfile(sock, file, answer.start + done, room)
                assert sent, "a content that was kept has been written into"
                done += sent
                note["sent"] += sent
                behind = 0.0 if rate is None else begin + done / rate - time.monotonic()
                await asyncio.sleep(0.02 if answer.slow else max(0.0, behind))


async def _end(sock: socket.socket, ending: str) -> None:
    if ending == "stall":
        async with asyncio.timeout(IDLE):
            await asyncio.get_running_loop().sock_recv(sock, 1)
    elif ending == "reset":
        # RST throws away what is still on its way; let the client's kernel have it first, if it has room.
        for _ in range(500):
            if not struct.unpack("i", fcntl.ioctl(sock, termios.TIOCOUTQ, bytes(4)))[0]:
                break
            await asyncio.sleep(0.002)
        raise ResetWanted


async def _read(sock: socket.socket) -> Request | None:
    """The next request; None when the client has gone."""
    loop, data = asyncio.get_running_loop(), b""
    async with asyncio.timeout(IDLE):
        while b"\r\n\r\n" not in data:
            if not (piece := await loop.sock_recv(sock, 65536)):
                return None
            data += piece
        head, _, body = data.partition(b"\r\n\r\n")
        start, *lines = head.decode("latin-1").split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        while len(body) < int(headers.get("content-length", "0")):
            if not (piece := await loop.sock_recv(sock, 65536)):
                return None
            body += piece
    method, target, _ = start.split(" ", 2)
    path, _, query = target.partition("?")
    note = {"method": method, "host": headers.get("host", ""), "path": unquote(path), "query": query, "target": target}
    note |= {"authorization": headers.get("authorization", ""), "range": headers.get("range", "")}
    return Request(method, unquote(path), parse_qs(query), headers, body, note | {"status": 0, "sent": 0})


def _open(path: Path) -> BinaryIO:
    return path.open("rb")


def _walk(folder: Path, prefix: str) -> Iterator[tuple[str, os.DirEntry[str]]]:
    with os.scandir(folder) as found:
        for entry in found:
            if entry.is_dir():
                yield from _walk(Path(entry), f"{prefix}{entry.name}/")
            else:
                yield f"{prefix}{entry.name}", entry


def _range(header: str, size: int) -> tuple[int, int] | None:
    """Start and length; None for a header to ignore; length 0 when nothing of the file is in it (RFC 9110, 14.1)."""
    match = re.fullmatch(r"bytes=(\d*)-(\d*)", header)
    if match is None or match[0] == "bytes=-":
        return None
    first, last = match[1], match[2]
    start = int(first) if first else max(size - int(last), 0)
    end = min(int(last) + 1, size) if first and last else size
    if first and last and int(last) < start:
        return None
    return start, max(end - start, 0)


def _failed(name: str, fault: Fault) -> Answer:
    """For `status-503` and `hub-status-503`."""
    headers = {} if fault.value is None else {"Retry-After": str(fault.value)}
    return Answer(int(name.rpartition("-")[2]), headers)


def _json(content: object, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, {"Content-Type": "application/json", **(headers or {})}, json.dumps(content).encode())


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _sha1(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()


def _pointer(sha256: str, size: int) -> bytes:
    return f"version https://git-lfs.github.com/spec/v1\noid sha256:{sha256}\nsize {size}\n".encode()


async def serve(folder: Path, port: int, page: int, upstream: str) -> None:
    hub = Hub(Store(folder), f"http://127.0.0.1:{port + 1}", page, upstream)
    line = Line(hub)
    async with asyncio.TaskGroup() as ports:
        ports.create_task(line.listen(port, cdn=False))
        ports.create_task(line.listen(port + 1, cdn=True))


if __name__ == "__main__":
    _settings = os.environ
    _page = int(_settings.get("HUB_PAGE", "50"))
    _upstream = _settings.get("HUB_UPSTREAM", "https://huggingface.co")
    asyncio.run(serve(Path(_settings["HUB_FOLDER"]), int(_settings["HUB_PORT"]), _page, _upstream))
