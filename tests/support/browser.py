"""Chromium under test, driven by its DevTools protocol (https://chromedevtools.github.io/devtools-protocol/).

One connection, one command at a time; its events are not used, for a test asks the page until it is as expected.
"""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from websockets.exceptions import WebSocketException
from websockets.sync.client import ClientConnection, connect

from tests.support.processes import wait_until

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_FLAGS = (
    "--headless",
    "--no-sandbox",  # it does not start as root with one
    "--disable-gpu",
    "--disable-dev-shm-usage",  # /dev/shm of a container is small
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--remote-debugging-port=0",
)
_ANSWER_S = 30.0
_LARGEST = 64 * 2**20  # bytes of an answer, such as a screenshot


class BrowserError(AssertionError):
    """A command that the browser refused, or a script of a test that threw."""


@dataclass
class Page:
    """A tab. Scripts run in its page, and may be promises; results are what JSON can hold."""

    browser: Browser
    session: str

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        return self.browser.call(method, self.session, **parameters)

    def go(self, url: str) -> None:
        """Load another page to its end. Raises `BrowserError` if that fails."""
        done = self.call("Page.navigate", url=url)
        if "errorText" in done:
            raise BrowserError(f"{url}: {done['errorText']}")
        self.wait("document.readyState === 'complete'", f"{url} is loaded")

    def run(self, script: str) -> Any:
        """The value of an expression, as after a click of a person. Raises `BrowserError` with what it throws."""
        done = self.call("Runtime.evaluate", expression=script, awaitPromise=True, returnByValue=True, userGesture=True)
        if details := done.get("exceptionDetails"):
            raise BrowserError(details.get("exception", {}).get("description") or details["text"])
        return done["result"].get("value")

    def apply(self, function: str, *arguments: object) -> Any:
        """The result of a function in JavaScript with these arguments."""
        given = ", ".join(json.dumps(argument) for argument in arguments)
        return self.run(f"({function})({given})")

    def wait(self, script: str, what: str, limit: float = 15) -> None:
        """Ask until the expression is true; a page that is just being replaced is asked again."""

        def holds() -> bool:
            with suppress(BrowserError):
                return bool(self.run(script))
            return False

        wait_until(holds, limit, what)

    def cookies(self) -> dict[str, dict[str, Any]]:
        """By name: what the browser sends to this page, with `httpOnly` and `sameSite`."""
        return {cookie["name"]: cookie for cookie in self.call("Network.getCookies")["cookies"]}


@dataclass
class Browser:
    connection: ClientConnection
    _ids: Iterator[int] = field(default_factory=lambda: itertools.count(1))

    def call(self, method: str, session: str | None = None, **parameters: object) -> dict[str, Any]:
        """The result of a command. Raises `BrowserError`."""
        number = next(self._ids)
        message = {"id": number, "method": method, "params": parameters}
        self.connection.send(json.dumps(message | ({"sessionId": session} if session else {})))
        while True:
            answer = json.loads(self.connection.recv(timeout=_ANSWER_S))
            if answer.get("id") == number:
                if "error" in answer:
                    raise BrowserError(f"{method}: {answer['error']['message']}")
                result: dict[str, Any] = answer["result"]
                return result

    def page(self, url: str = "about:blank") -> Page:
        """A new tab with this page."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        page = Page(self, self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"])
        page.go(url)
        return page


def chromium_binary() -> str:
    """The browser's path. Skips the test where there is none."""
    binary = next(filter(None, map(shutil.which, _NAMES)), None)
    if binary is None:
        pytest.skip("Chromium is not installed (Debian: apt install chromium)")
    return binary


@contextmanager
def chromium(folder: Path) -> Iterator[Browser]:
    """A browser with a new profile in `folder`, closed at the end. Skips the test where there is none."""
    binary = chromium_binary()
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "chromium.log").open("wb") as log:
        process = subprocess.Popen([binary, *_FLAGS, f"--user-data-dir={folder}"], stdout=log, stderr=log)
    try:
        address = folder / "DevToolsActivePort"  # its port and its path, one a line
        wait_until(lambda: address.exists() and address.read_text().count("\n") == 1, 30, "Chromium starts")
        port, path = address.read_text().split()
        with connect(f"ws://127.0.0.1:{port}{path}", proxy=None, max_size=_LARGEST) as connection:
            browser = Browser(connection)
            yield browser
            with suppress(BrowserError, WebSocketException, TimeoutError):
                browser.call("Browser.close")
    finally:
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait(10)
