"""The liveness and readiness of a service."""

from __future__ import annotations

import asyncio

from shared.bus import Bus, serve
from shared.contracts import subjects
from shared.contracts.errors import Unavailable
from shared.contracts.rpc import Ping, Pong
from shared.contracts.system import ServiceLoad
from shared.jobs.worker_identity import instance_name
from shared.service.load import ProcessLoad
from shared.store import Store
from shared.version import sokhan_version

_PING_S = 2.0
# Well within the second that the gateway waits for a pong.
_MEASURE_S = 0.3


class Health:
    def __init__(self, service: str, store: Store, bus: Bus, load: ProcessLoad | None = None) -> None:
        self._load = load or ProcessLoad()
        self._measuring: asyncio.Task[ServiceLoad] | None = None
        self._measured: ServiceLoad | None = None
        self._service = service
        self._store = store
        self._bus = bus

    async def store_problem(self) -> str | None:
        try:
            async with asyncio.timeout(_PING_S):
                await self._store.ping()
        except Unavailable as error:
            return error.message
        except TimeoutError:
            return f"The store did not answer within {_PING_S:g} s."
        return None

    def bus_problem(self) -> str | None:
        return None if self._bus.connected else "The message bus (NATS) is not connected."

    async def problems(self) -> tuple[str, ...]:
        """The reasons why this service is not ready, as sentences; empty if it is."""
        return tuple(p for p in (await self.store_problem(), self.bus_problem()) if p)

    async def pong(self, _: Ping) -> Pong:
        problems, load = await asyncio.gather(self.problems(), self.load())
        return Pong(
            service=self._service,
            instance=instance_name(self._service),
            version=sokhan_version(),
            ready=not problems,
            problems=problems,
            load=load,
        )

    async def load(self) -> ServiceLoad | None:
        """The load of this process. While a measurement takes long, the one before; None before the first.

        The first call of a GPU's driver may take seconds, and a broken driver may not return at all.
        """
        if self._measuring is None:
            self._measuring = asyncio.create_task(asyncio.to_thread(self._load.measure))
        task = self._measuring
        await asyncio.wait({task}, timeout=_MEASURE_S)
        if task.done():
            self._measuring = None if self._measuring is task else self._measuring
            self._measured = task.result()
        return self._measured

    async def answer_pings(self) -> None:
        """Every process of the service answers: there is no queue group."""
        await serve(self._bus, subjects.ping(self._service), Ping, self.pong, queue="")
