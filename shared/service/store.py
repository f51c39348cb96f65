"""A store that connects in the background, so that a service starts and reports its state without a store."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager

from shared.store import Store, StoreUnavailable, open_store
from shared.store.access import StoreAccess
from shared.store.forwarding import ForwardingStore
from shared.telemetry import get_logger
from shared.telemetry.metrics import StoreMetrics

_LOG = get_logger("store")
_RETRY_S = 1.0


class ConnectingStore(ForwardingStore):
    """Every call before the store is open raises `StoreUnavailable`."""

    def __init__(self, url: str, access: StoreAccess | None = None, metrics: StoreMetrics | None = None) -> None:
        """`access`: the collections of this service; None for all."""
        self._metrics = metrics
        self._url = url
        self._access = access
        self._store: Store | None = None
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._open(), name="store-open")

    async def _open(self) -> None:
        reported = ""
        while self._store is None:
            try:
                self._store = await open_store(self._url)
            except StoreUnavailable as error:
                if error.message != reported:
                    _LOG.warning("store_unreachable", reason=error.message)
                    reported = error.message
                await asyncio.sleep(_RETRY_S)
        _LOG.info("store_open")

    @property
    def failed(self) -> BaseException | None:
        """The error because of which the store can never be opened (a wrong URL, a newer schema), or None."""
        task = self._task
        return task.exception() if task is not None and task.done() and not task.cancelled() else None

    @property
    def _open_store(self) -> Store:
        if self._store is None:
            reason = f" {self.failed}" if self.failed else ""
            raise StoreUnavailable(
                f"The store is not reachable.{reason}", hint="Check SOKHAN_STORE_URL; Sokhan reconnects by itself."
            )
        return self._store

    @contextmanager
    def _call(self, operation: str, collection: str | None) -> Iterator[Store]:
        if self._access is not None:
            self._access.check(operation, collection)
        started = time.perf_counter()
        try:
            yield self._open_store
        except StoreUnavailable:
            if self._metrics is not None:
                self._metrics.failed()
            raise
        finally:
            if self._metrics is not None:
                self._metrics.called(operation, time.perf_counter() - started)

    async def wait_open(self, stop: asyncio.Event) -> bool:
        """Whether the store was opened before `stop` was set. Raises the error if it can never be opened."""
        while self._store is None and not stop.is_set():
            if self.failed is not None:
                raise self.failed
            await asyncio.sleep(0.05)
        return self._store is not None

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        if self._store is not None:
            await self._store.close()
