"""The `sokhan` command in this process, against a gateway in this process: its real entry point, without a start.

Output, exit status and requests are those of the command. What needs a terminal, a signal or a live stream is tested as
a process (`tests/support/command_line.py`).
"""

from __future__ import annotations

import asyncio
import functools
import io
import subprocess
import sys
from contextlib import redirect_stderr, redirect_stdout

import httpx2
import pytest

from cli.main import run
from tests.support.gateway_app import GatewayApp

_OF_THE_WIRE = frozenset({"content-encoding", "content-length"})


class _ToGateway(httpx2.AsyncBaseTransport):
    """Answers each request from the gateway's application, which runs in a loop of its own."""

    def __init__(self, built: GatewayApp) -> None:
        self._built = built

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        content = await request.aread()

        def send() -> httpx2.Response:
            with self._built.client() as client:
                return client.request(request.method, str(request.url), headers=request.headers, content=content)

        answer = await asyncio.to_thread(send)
        # The content has been decompressed.
        headers = [pair for pair in answer.headers.multi_items() if pair[0] not in _OF_THE_WIRE]
        return httpx2.Response(answer.status_code, headers=headers, content=answer.content, request=request)


def sokhan_in_process(built: GatewayApp, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    """Run one command to its end."""
    out, err, status = io.StringIO(), io.StringIO(), 0
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("SOKHAN_URL", built.url)
        patch.setenv("SOKHAN_PATIENCE", "20")
        patch.setenv("XDG_CONFIG_HOME", str(built.folder / "config"))
        for name, value in built.settings().items():
            patch.setenv(name, value)  # those of the machine, for `sokhan admin`
        patch.delenv("SOKHAN_TOKEN", raising=False)
        patch.chdir(built.folder)
        patch.setattr(sys, "argv", ["sokhan", *arguments])
        patch.setattr(sys, "stdin", io.StringIO(stdin))
        patch.setattr(httpx2, "AsyncClient", functools.partial(httpx2.AsyncClient, transport=_ToGateway(built)))
        try:
            run()
        except SystemExit as exit_:
            status = exit_.code if isinstance(exit_.code, int) else int(exit_.code is not None)
    return subprocess.CompletedProcess(["sokhan", *arguments], status, out.getvalue(), err.getvalue())
