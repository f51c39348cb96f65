"""The synth's side of a stream, without a bus."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass

from shared.contracts.errors import SokhanError
from shared.contracts.rpc import SentenceTiming, SpeechChunk

RATE = 22_050


@dataclass
class FakeStream:
    """Says `sentences` times a quarter of a second, then ends or breaks; `queued` never comes to its turn."""

    sentences: int = 3
    breaks: Exception | None = None
    timed: bool = False
    queued: bool = False
    closed: bool = False
    sent: int = 0

    async def chunks(self) -> AsyncGenerator[tuple[SpeechChunk, bytes]]:
        try:
            if self.queued:
                await asyncio.Event().wait()
            for number in range(self.sentences):
                timing = SentenceTiming(text=f"جملهٔ {number}", start=number / 4, end=(number + 1) / 4)
                self.sent += 1
                await asyncio.sleep(0)  # as the bus lets others run between two messages
                yield (
                    SpeechChunk(
                        type="audio",
                        sequence=number,
                        sample_rate=RATE,
                        sentence=number,
                        timing=timing if self.timed else None,
                    ),
                    bytes(2 * (RATE // 4)),
                )
            if self.breaks is not None:
                raise self.breaks
        finally:
            self.closed = True


def broken(error: SokhanError, after: int = 2) -> FakeStream:
    return FakeStream(sentences=after, breaks=error)
