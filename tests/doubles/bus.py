"""A bus in memory: what is published is noted, commands are handed to whoever fetches them. No NATS, no network."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from nats.aio.msg import Msg

from shared.bus import Bus, BusUnavailable
from shared.contracts import subjects
from shared.contracts.events import ControlSignal, DeadLetter, Event
from shared.contracts.jobs import Command
from shared.contracts.states import JobKind


@dataclass
class FakeMessage:
    """A message of the work queue that notes its acknowledgement: `ack`, `nak` with its delay, or `term`."""

    subject: str
    data: bytes
    headers: dict[str, str] | None = None
    answers: list[str] = field(default_factory=list)
    delays: list[float] = field(default_factory=list)
    beats: int = 0

    @property
    def metadata(self) -> Any:
        return SimpleNamespace(stream=subjects.COMMANDS_STREAM, sequence=SimpleNamespace(stream=1))

    async def ack(self) -> None:
        self.answers.append("ack")

    async def nak(self, delay: float | None = None) -> None:
        self.answers.append("nak")
        self.delays.append(delay or 0.0)

    async def term(self) -> None:
        self.answers.append("term")

    async def in_progress(self) -> None:
        self.beats += 1


class FakeBus(Bus):
    """Nothing is delivered twice: a `nak` is noted and the message is gone."""

    def __init__(self) -> None:
        self.generation = 1
        self.commands: list[Command] = []
        self.events: list[Event] = []
        self.letters: list[DeadLetter] = []
        self.stores_no_letters = False
        self.messages: list[FakeMessage] = []
        self._queue: asyncio.Queue[FakeMessage] = asyncio.Queue()
        self._handlers: dict[str, Callable[[Msg], Awaitable[None]]] = {}

    def deliver(self, kind: JobKind, data: bytes) -> FakeMessage:
        message = FakeMessage(subjects.command(kind), data)
        self.messages.append(message)
        self._queue.put_nowait(message)
        return message

    async def publish_command(self, kind: JobKind, command: Command) -> None:
        self.commands.append(command)
        self.deliver(kind, command.to_wire())

    async def publish_event(self, subject: str, event: Event) -> None:
        self.events.append(event)

    async def publish_control(self, kind: JobKind, job_id: str) -> None:
        handler = self._handlers.get(subjects.controls(kind))
        if handler is not None:
            await handler(FakeMessage(subjects.control(kind, job_id), ControlSignal(job_id=job_id).to_wire()))  # type: ignore[arg-type]

    async def publish_dead_letter(self, letter: DeadLetter, *, message_id: str) -> None:
        if self.stores_no_letters:
            raise BusUnavailable("The message bus (NATS) did not store the message.")
        self.letters.append(letter)

    async def subscribe(self, subject: str, handler: Any, *, queue: str = "") -> None:
        self._handlers[subject] = handler

    async def ready_before(self, stop: asyncio.Event) -> bool:
        return not stop.is_set()

    async def wait_ready(self, timeout: float) -> bool:
        return True

    @property
    def jetstream(self) -> Any:
        return self

    async def add_consumer(self, stream: str, config: object) -> None: ...

    async def pull_subscribe_bind(self, durable: str, stream: str) -> FakeBus:
        return self

    async def fetch(self, batch: int, timeout: float) -> list[FakeMessage]:
        async with asyncio.timeout(timeout):
            return [await self._queue.get()]

    async def unsubscribe(self) -> None: ...
