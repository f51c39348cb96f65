"""Every store call is a span, and a failed one says why."""

from __future__ import annotations

from pathlib import Path

import pytest
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from shared.store import Duplicate, open_store


async def test_each_call_is_one_span_with_its_collection_and_operation(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    exporter = InMemorySpanExporter()
    provider = TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    monkeypatch.setattr(trace, "get_tracer", provider.get_tracer)
    store = await open_store(f"sqlite:///{tmp_path}/store.db")
    exporter.clear()

    await store.get("settings", "polled")  # in no trace
    with provider.get_tracer("test").start_as_current_span("request"):
        await store.insert("settings", {"id": "x"})
        await store.get("settings", "x")
        await store.find("settings", {"a": 1}, sort=[("a", 1)], limit=1)
        await store.count("settings")
        await store.update("settings", {"id": "x"}, {"$set": {"a": 1}}, sort=[("a", 1)])
        await store.upsert("settings", "x", {"$set": {"a": 2}})
        await store.append_many("settings", [{"id": "y"}])
        with pytest.raises(Duplicate):
            await store.insert("settings", {"id": "x"})
        await store.delete("settings", {"id": "x"})
        await store.ping()
    await store.close()

    spans = [span for span in exporter.get_finished_spans() if span.name != "request"]
    operations = ["insert", "get", "find", "count", "update", "upsert", "append_many", "insert", "delete", "ping"]
    assert [span.name for span in spans] == [f"store.{operation}" for operation in operations]
    assert dict(spans[0].attributes or {}) == {
        "db.system": "sqlite",
        "db.collection.name": "settings",
        "db.operation.name": "insert",
    }
    assert [span.name for span in spans if not span.status.is_ok] == ["store.insert"]
    assert "db.collection.name" not in (spans[-1].attributes or {})
