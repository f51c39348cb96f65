"""A store that records every call as a span `store.<operation>`. Without a tracer the overhead is negligible."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace

from shared.store.forwarding import ForwardingStore
from shared.store.port import Store


class TracedStore(ForwardingStore):
    """`system` is OpenTelemetry's name for the database: `sqlite` or `mongodb`."""

    def __init__(self, inner: Store, system: str) -> None:
        self._inner = inner
        self._system = system

    @contextmanager
    def _call(self, operation: str, collection: str | None) -> Iterator[Store]:
        attributes = {"db.system": self._system, "db.operation.name": operation}
        if collection is not None:
            attributes["db.collection.name"] = collection
        # Read at each call: the provider may be configured after the import of this module.
        tracer = trace.get_tracer("sokhan.store")
        with tracer.start_as_current_span(f"store.{operation}", kind=trace.SpanKind.CLIENT, attributes=attributes):
            yield self._inner

    async def close(self) -> None:
        await self._inner.close()
