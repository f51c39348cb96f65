"""One NATS connection, opened in the background and reopened without limit.

No caller waits for a dead server. Without a connection, publishing a command raises `BusUnavailable` (the job is in the
store, and the sweeper publishes again), and events are dropped (the store is the record).
"""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from collections.abc import Awaitable, Callable, Coroutine

import nats
from nats.aio.client import Client
from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import APIError

from shared.bus.publisher import PUBLISH_TIMEOUT_S, BusUnavailable, Publisher
from shared.bus.settings import BusSettings
from shared.bus.streams import declare_streams, missing_streams
from shared.contracts import subjects
from shared.tasks import wait_set
from shared.telemetry import Metrics, get_logger

_LOG = get_logger("bus")
Handler = Callable[[Msg], Awaitable[None]]
_CONNECT_TIMEOUT_S = 2
_RETRY_S = 0.5
_CLOSE_S = 1
_POLL_INTERVAL_S = 0.2  # the delay until a service that waits for the bus notices a stop


class Bus(Publisher):
    def __init__(self, settings: BusSettings, metrics: Metrics) -> None:
        self._settings = settings
        self._metrics = metrics
        self._client: Client | None = None
        self._js: JetStreamContext | None = None
        self._ready = asyncio.Event()
        self._tasks: set[asyncio.Task[None]] = set()
        self._on_ready: list[Callable[[], Awaitable[None]]] = []
        self._subscriptions: list[tuple[str, Handler, str]] = []
        self._closing = False
        self._failure = ""
        self._restoring = asyncio.Lock()
        self.generation = 0
        """Incremented at every (re)connection: holders of a durable consumer look it up again."""

    @property
    def connected(self) -> bool:
        return self._client is not None and self._client.is_connected and self._ready.is_set()

    @property
    def client(self) -> Client:
        if self._client is None or not self._client.is_connected:
            raise BusUnavailable(
                "The message bus (NATS) does not answer.",
                hint=f"Is a NATS server running at {self._settings.shown_url}? Sokhan reconnects by itself.",
            )
        return self._client

    @property
    def jetstream(self) -> JetStreamContext:
        client = self.client
        if self._js is None:
            self._js = client.jetstream(timeout=PUBLISH_TIMEOUT_S)
        return self._js

    def on_ready(self, callback: Callable[[], Awaitable[None]]) -> None:
        """Call `callback` after every (re)connection, once the streams are declared; at once if the bus is ready."""
        self._on_ready.append(callback)
        if self._ready.is_set():
            self.spawn(_run(callback), "bus-ready")

    def start(self) -> None:
        self.spawn(self._connect(), "bus-connect")

    def spawn(self, work: Coroutine[object, object, None], name: str) -> None:
        """Run a task that is cancelled when the bus closes. Its failure is logged."""
        task = asyncio.create_task(work, name=name)
        self._tasks.add(task)
        task.add_done_callback(self._task_done)

    def _task_done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()) is not None:
            _LOG.error("bus_task_failed", task=task.get_name(), exc_info=error)

    async def wait_ready(self, timeout: float) -> bool:
        return await wait_set(self._ready, timeout)

    async def ready_before(self, stop: asyncio.Event) -> bool:
        """Wait for the bus without a limit; False if `stop` is set first."""
        while not await self.wait_ready(_POLL_INTERVAL_S):
            if stop.is_set():
                return False
        return not stop.is_set()

    async def _connect(self) -> None:
        reported = False
        options = self._options()
        while True:
            try:
                async with asyncio.timeout(2 * _CONNECT_TIMEOUT_S):
                    self._client = await nats.connect(self._settings.servers, **options)
            except (OSError, NatsError, TimeoutError, asyncio.InvalidStateError) as error:
                if not reported:
                    # Of a refused password nats-py tells its callback only, and tries again until the time is over.
                    reason = str(error) or self._failure or type(error).__name__
                    _LOG.warning("nats_unreachable", url=self._settings.shown_url, reason=reason)
                    reported = True
                await asyncio.sleep(_RETRY_S)
                continue
            break
        for subject, handler, queue in self._subscriptions:
            await self._client.subscribe(subject, queue=queue, cb=handler)
        await self._prepare()

    def _options(self) -> dict[str, object]:
        settings = self._settings

        async def down() -> None:
            self._ready.clear()
            self._metrics.bus.connected(False)
            _LOG.warning("nats_disconnected")

        async def up() -> None:
            self.spawn(self._prepare(), "bus-prepare")

        async def closed() -> None:
            # nats-py closes the connection on some protocol errors and does not reconnect
            if not self._closing:
                self._client = self._js = None
                self.spawn(self._connect(), "bus-connect")

        async def failed(error: Exception) -> None:
            self._failure = str(error)
            # A refused subject is a bug or an attack; the client sees no more of it than a timeout.
            log = _LOG.warning if "permissions violation" in str(error).lower() else _LOG.debug
            log("nats_error", reason=str(error) or type(error).__name__)

        options: dict[str, object] = {
            "name": settings.name,
            "inbox_prefix": settings.inbox,
            "connect_timeout": _CONNECT_TIMEOUT_S,
            "max_reconnect_attempts": -1,
            "reconnect_time_wait": _RETRY_S,
            "ping_interval": 5,
            "max_outstanding_pings": 2,
            "disconnected_cb": down,
            "reconnected_cb": up,
            "closed_cb": closed,
            "error_cb": failed,
        }
        if settings.credentials:
            options["user_credentials"] = str(settings.credentials)
        if settings.user:
            options |= {"user": settings.user, "password": settings.password}
        if settings.tls_ca:
            options["tls"] = ssl.create_default_context(cafile=str(settings.tls_ca))
        return options

    async def _prepare(self) -> None:
        """Declare the streams (a wiped server has lost them), then set the bus ready and run the callbacks."""
        while True:
            try:
                created = await declare_streams(self.jetstream, self._settings.replicas)
            except (NatsError, APIError, TimeoutError, BusUnavailable) as error:
                _LOG.warning("streams_not_declared", reason=str(error) or type(error).__name__)
                await asyncio.sleep(_RETRY_S)
                continue
            break
        if self.generation:  # not the first start of an installation
            self._metrics.bus.streams_created_again(created)
        self.generation += 1
        self._ready.set()
        self._metrics.bus.connected(True)
        _LOG.info("nats_connected", url=self._settings.shown_url)
        for callback in self._on_ready:
            await callback()

    async def missing_streams(self) -> tuple[str, ...]:
        """The names of declared streams that the server does not have. Raises `BusUnavailable`."""
        try:
            return await missing_streams(self.jetstream)
        except (NatsError, APIError, TimeoutError) as error:
            raise BusUnavailable("The message bus (NATS) does not answer about its streams.") from error

    async def restore_streams(self) -> None:
        """Create missing streams. The jobs whose commands they held are published again by the sweepers.

        Raises `BusUnavailable`.
        """
        async with self._restoring:
            if not (missing := await self.missing_streams()):
                return
            _LOG.warning("streams_lost", streams=missing)
            try:
                self._metrics.bus.streams_created_again(await declare_streams(self.jetstream, self._settings.replicas))
            except (NatsError, APIError, TimeoutError) as error:
                raise BusUnavailable("The message bus (NATS) has lost its streams.") from error

    async def subscribe(self, subject: str, handler: Handler, *, queue: str = "") -> None:
        """Subscribe until the bus closes, without JetStream. On return the server knows the subscription.

        A message that was published elsewhere is dropped: a consumer may have its messages delivered to any subject,
        past the permissions of its user, and then they carry their own (ADR 24).
        """

        async def receive(message: Msg) -> None:
            if subjects.matches(subject, message.subject):
                await handler(message)
            else:
                _LOG.warning("message_misdirected", subject=message.subject, subscription=subject)

        client = self.client
        await client.subscribe(subject, queue=queue, cb=receive)
        self._subscriptions.append((subject, receive, queue))
        try:
            # nats-py writes the first PING ahead of the buffered SUB; the second one follows the SUB
            await client.flush(timeout=_CONNECT_TIMEOUT_S)
            await client.flush(timeout=_CONNECT_TIMEOUT_S)
        except (NatsError, TimeoutError):
            _LOG.debug("flush_failed", subject=subject)  # the reconnection sends the subscription again

    async def close(self) -> None:
        self._closing = True
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._client is not None and not self._client.is_closed:
            with contextlib.suppress(NatsError, TimeoutError, OSError):
                await (self._client.drain() if await self._answers(self._client) else self._hang_up(self._client))

    @staticmethod
    async def _answers(client: Client) -> bool:
        """Whether the server answers now. To drain, nats-py waits ten seconds for a server that does not."""
        try:
            await client.flush(timeout=_CLOSE_S)
        except (NatsError, TimeoutError, OSError):
            return False
        return client.is_connected

    @staticmethod
    async def _hang_up(client: Client) -> None:
        closing = asyncio.create_task(client.close())
        await asyncio.wait({closing}, timeout=_CLOSE_S)
        closing.cancel()
        await asyncio.wait({closing}, timeout=_CLOSE_S)


async def _run(callback: Callable[[], Awaitable[None]]) -> None:
    await callback()
