"""Draws each picture in a separate process."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

from services.gateway.analysis.panels import Picture
from services.gateway.analysis.plot import NO_MATPLOTLIB
from shared.contracts.errors import Internal, Unavailable
from shared.telemetry import get_logger

_LOG = get_logger("drawing")
_AT_ONCE = 2
LIMIT_S = 30.0
"""A picture takes one or two seconds; the first on a machine ten, because matplotlib lists the fonts."""

_MODULE = "services.gateway.analysis.plot"
# No secrets, and one thread: numpy's would reserve memory for each core.
_PASSED_ON = ("PATH", "PYTHONPATH", "LANG", "LC_ALL", "TMPDIR")
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}


class Drawing:
    """`cache`: a folder for matplotlib's font list."""

    def __init__(self, cache: Path, limit: float = LIMIT_S, module: str = _MODULE) -> None:
        self._cache = cache
        self._limit = limit
        self._module = module
        self._room = asyncio.Semaphore(_AT_ONCE)

    async def draw(self, picture: Picture) -> bytes:
        """A PNG. Raises `Unavailable` if matplotlib is missing or the time limit is reached."""
        try:
            async with asyncio.timeout(self._limit), self._room:
                status, image, said = await self._run(picture.model_dump_json().encode())
        except TimeoutError:
            raise Unavailable(
                f"The picture was not drawn within {self._limit:.0f} s.", hint="Ask for fewer keys, or later."
            ) from None
        if status == NO_MATPLOTLIB:
            raise Unavailable(
                "Pictures are drawn with matplotlib, which is not installed here.",
                hint="Install it beside the gateway (pip install matplotlib), or read /metrics and draw yourself.",
            )
        if status != 0:
            _LOG.error("plot_failed", status=status, said=said.decode(errors="replace")[-2000:])
            raise Internal("The picture could not be drawn; the gateway's log has the details.")
        return image

    async def _run(self, picture: bytes) -> tuple[int, bytes, bytes]:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-P", "-m", self._module, stdin=PIPE, stdout=PIPE, stderr=PIPE,
            env={**environment, **_ONE_THREAD, "MPLCONFIGDIR": str(self._cache), "HOME": str(self._cache)},
        )  # fmt: skip
        try:
            image, said = await child.communicate(picture)
        finally:
            if child.returncode is None:
                child.kill()
                await child.wait()
        assert child.returncode is not None
        return child.returncode, image, said
