"""A browser that signs in: its cookie opens sounds and sockets to the gateway's own pages, and to no others."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from tests.support.accounts import ADMIN, PASSWORD
from tests.support.browser import Browser, Page, chromium
from tests.support.platform import Platform, platform

pytestmark = [pytest.mark.browser, pytest.mark.timeout(180)]

SAMPLE = "/v1/audio/voices/espeak-fa/sample"
NO_SOURCE = {"error": "NotSupportedError", "code": 4}
"""`MEDIA_ERR_SRC_NOT_SUPPORTED`: also what a page learns about a sound that it may not have."""

REGISTER = """async (name, password) => {
  const invitation = new URLSearchParams(location.hash.slice(1)).get("invitation");
  const body = JSON.stringify({name, password, displayName: "پروین", invitation, cookie: true});
  const headers = {"Content-Type": "application/json"};
  return (await fetch("/api/auth/register", {method: "POST", headers, body})).status;
}"""
PLAY = """async (url) => {
  const audio = document.body.appendChild(document.createElement("audio"));
  audio.src = url;
  try { await audio.play(); } catch (error) { return {error: error.name, code: audio.error?.code}; }
  const end = performance.now() + 10_000;
  while (audio.currentTime < 0.2 && performance.now() < end) await new Promise((next) => setTimeout(next, 20));
  return {duration: audio.duration, played: audio.currentTime, url: audio.currentSrc};
}"""
LISTEN = """(url) => new Promise((done) => {
  const socket = window.socket = new WebSocket(url);
  socket.onopen = () => socket.send(JSON.stringify({op: "subscribe", topics: ["training:*"]}));
  socket.onmessage = ({data}) => done(JSON.parse(data));
  socket.onclose = ({code}) => { window.closed = code; done({closed: code}); };
})"""
END_SESSION = """async () => {
  const me = (await (await fetch("/api/auth/me")).json()).data;
  const path = `/api/auth/sessions/${me.session}`;
  const without = await fetch(path, {method: "DELETE"});
  const done = await fetch(path, {method: "DELETE", headers: {"X-CSRF-Token": me.csrfToken}});
  return [without.status, done.status, (await fetch("/api/auth/me")).status];
}"""


@pytest.fixture(scope="module")
def sokhan(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("sokhan")
    own = {
        "SOKHAN_AUTH": "accounts",
        "SOKHAN_TOKEN": "0123456789abcdef" * 4,
        "SOKHAN_ADMIN_LINK_FILE": str(folder / "admin-link"),
    }
    with platform(folder, ("gateway", "synth"), own) as built:
        yield built


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    with chromium(tmp_path_factory.mktemp("chromium")) as opened:
        yield opened


@pytest.fixture(scope="module")
def page(sokhan: Platform, browser: Browser) -> Page:
    """A page of the gateway, signed in by the first administrator's link."""
    page = browser.page((sokhan.folder / "admin-link").read_text().strip())
    assert page.apply(REGISTER, ADMIN, PASSWORD) == 201
    page.go(f"{sokhan.url}/docs")
    return page


class _Blank(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(b"<!doctype html><title>elsewhere</title>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def elsewhere() -> Iterator[str]:
    """Pages of another origin, which is the same site for a cookie: another port of this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Blank)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/"
    finally:
        server.shutdown()
        thread.join(10)
        server.server_close()


def test_the_session_is_a_cookie_that_no_script_reads(page: Page) -> None:
    cookie = page.cookies()["sokhan"]
    assert cookie["httpOnly"]
    assert cookie["sameSite"] == "Strict"
    assert page.run("document.cookie") == ""
    stored = page.run("JSON.stringify({...localStorage, ...sessionStorage})")  # the console's look, at most
    assert cookie["value"] not in stored
    assert page.run("fetch('/api/auth/me').then((answer) => answer.json())")["data"]["csrfToken"] not in stored
    assert page.run("fetch('/api/auth/me').then((answer) => answer.json())")["data"]["name"] == ADMIN


def test_a_page_of_the_gateway_plays_a_protected_sound(page: Page, sokhan: Platform) -> None:
    with sokhan.client() as client:
        assert client.get(SAMPLE).status_code == 401, "it is protected"
    played = page.apply(PLAY, SAMPLE)
    assert played["duration"] > 0.5
    assert played["played"] >= 0.2
    assert played["url"] == f"{sokhan.url}{SAMPLE}", "no token in the address"


def test_a_page_of_the_gateway_opens_a_socket(page: Page, sokhan: Platform) -> None:
    assert page.apply(LISTEN, f"ws://127.0.0.1:{sokhan.port}/ws")["op"] == "subscribed"


def test_a_page_of_another_origin_plays_and_hears_nothing(page: Page, browser: Browser, sokhan: Platform) -> None:
    with elsewhere() as url:
        other = browser.page(url)
        assert "sokhan" in other.cookies(), "the browser sends the cookie to every port of this machine"
        assert other.apply(PLAY, f"{sokhan.url}{SAMPLE}?format=wav") == NO_SOURCE
        assert other.apply(LISTEN, f"ws://127.0.0.1:{sokhan.port}/ws") == {"closed": 1006}
        refused = "fetch(%r).then(() => 'read', (error) => error.name)"
        assert other.run(refused % f"{sokhan.url}/api/auth/me") == "TypeError"
    assert page.apply(PLAY, f"{SAMPLE}?format=wav")["played"] >= 0.2, "a page of the gateway plays it"


def test_after_the_end_of_the_session_nothing_plays(page: Page, sokhan: Platform) -> None:
    """The last test: it signs out. A format of its own, since the browser keeps what it has played."""
    assert page.apply(LISTEN, f"ws://127.0.0.1:{sokhan.port}/ws")["op"] == "subscribed"
    assert page.apply(PLAY, f"{SAMPLE}?format=flac&before")["played"] >= 0.2
    assert page.run(f"({END_SESSION})()") == [403, 200, 401]
    assert page.apply(PLAY, f"{SAMPLE}?format=flac&after") == NO_SOURCE
    page.wait("window.closed !== undefined", "the gateway closes the socket")
    assert page.apply(LISTEN, f"ws://127.0.0.1:{sokhan.port}/ws") == {"closed": 1006}
