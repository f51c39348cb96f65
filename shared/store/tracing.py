"""A store that records every call within a trace as a span `store.<operation>`. Polling makes no traces."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace

from shared.store.forwarding import ForwardingStore
from shared.store.port import Store
from shared.telemetry import in_trace


class TracedStore(ForwardingStore):
    """`system` is OpenTelemetry's name for the database: `sqlite` or `mongodb`."""

    def __init__(self, inner: Store, system: str) -> None:
        self._inner = inner
        self._system = system

    @contextmanager
    def _call(self, operation: str, collection: str | None) -> Iterator[Store]:
        if not in_trace():
            yield self._inner
            return
        attributes = {"db.system": self._system, "db.operation.name": operation}
        if collection is not None:
            attributes["db.collection.name"] = collection
        # Read at each call: the provider may be configured after the import of this module.
        tracer = trace.get_tracer("sokhan.store")
        with tracer.start_as_current_span(f"store.{operation}", kind=trace.SpanKind.CLIENT, attributes=attributes):
            yield self._inner

    async def close(self) -> None:
        await self._inner.close()
