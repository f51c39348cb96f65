"""What a worker does with the units that it reads and writes: nothing beside the gateway, and on a machine of its own
it fetches and publishes them.
"""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from contextlib import AbstractContextManager, nullcontext
from typing import Protocol

from shared.contracts.errors import NotFound, SokhanError
from shared.telemetry import get_logger

_LOG = get_logger("objects")


class UnitAccess(Protocol):
    """The units of the data folder, wherever a worker runs. Their names are those of shared/files/units.py.

    Methods that ask the bucket raise `Unavailable` if it does not answer.
    """

    async def ensure(self, unit: str, *, patience_s: float = 0.0) -> str | None:
        """Have the unit here. Returns its revision; None beside the gateway, where it is or is not.

        The newest revision, or one that was the newest a minute ago: the newest is then on its way. `patience_s`: wait
        for so long for a unit that is not published yet. Raises `NotFound`, `HashMismatch`, `NoSpace`.
        """

    async def ensure_below(self, folder: str) -> None:
        """Have all units below a folder of units such as `checkpoints/<run>`, in their newest revisions."""

    async def publish(self, unit: str, *, over: bool = False) -> None:
        """Publish a unit that has changed here. Raises `Superseded` if somebody else has published it since.

        `over`: publish over that; for the holder of a job's lease only.
        """

    async def publish_below(self, folder: str) -> None:
        """Publish what has changed below a folder, and the removal of what was removed here.

        For the holder of a job's lease only: it publishes over what others have published. Raises `Busy` if a unit
        changes meanwhile, `OSError`.
        """

    async def removed(self, unit: str) -> None:
        """Publish the removal of a unit."""

    def in_use(self, units: Collection[str]) -> AbstractContextManager[None]:
        """Keep the units here for the block."""

    async def run(self, stop: asyncio.Event) -> None:
        """Remove what was removed in the bucket, until `stop` is set: a deleted voice stays on no machine."""

    def close(self) -> None:
        """Give up what is under way: the service stops."""


class SharedFolder:
    """Beside the gateway: everything is here already, and the mirror of the scanner publishes it."""

    async def ensure(self, unit: str, *, patience_s: float = 0.0) -> str | None:
        return None

    async def ensure_below(self, folder: str) -> None:
        return None

    async def publish(self, unit: str, *, over: bool = False) -> None:
        return None

    async def publish_below(self, folder: str) -> None:
        return None

    async def removed(self, unit: str) -> None:
        return None

    def in_use(self, units: Collection[str]) -> AbstractContextManager[None]:
        return nullcontext()

    async def run(self, stop: asyncio.Event) -> None:
        return None

    def close(self) -> None:
        return None


SHARED_FOLDER: UnitAccess = SharedFolder()


async def try_ensure(access: UnitAccess, unit: str) -> bool:
    """Have a unit that may not exist, such as a lexicon; what is here counts where it cannot be had.

    Returns whether the bucket has answered.
    """
    try:
        await access.ensure(unit)
    except NotFound:
        return True
    except SokhanError as error:
        _LOG.warning("unit_not_fetched", unit=unit, reason=error.message)
        return False
    return True
